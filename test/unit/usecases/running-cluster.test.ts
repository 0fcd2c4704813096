import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLUSTER_CHECKS, type ClusterCheckName } from '../../../core/domain/cluster-check/report.ts';
import type { FactsName } from '../../../core/domain/cluster-check/snapshot.ts';
import { verifyByFiles } from '../../../core/usecases/verify-cluster.ts';

/*
 * What a kube-apiserver of 1.37 with OpenShift's own definitions answered that had the sample's results in it, and what the pipeline
 * had on record of them: `npm run proof:cluster -- --record` wrote both. That command breaks the real cluster; here it is what
 * it said.
 */

const read = (folder: string, name: string) =>
  readFileSync(new URL(`../../fixtures/running-cluster/${folder}/${name}.json`, import.meta.url), 'utf8');

const RECORDS = {
  entry: Buffer.from(read('prepared', 'cluster')),
  desired: Buffer.from(read('prepared', 'desired')),
  audit: Buffer.from(read('prepared', 'audit')),
};

type Edit = readonly [name: FactsName, from: RegExp, to: string];

/** What is found where one of the answers is another one. */
function found(...edits: readonly Edit[]) {
  const textOf = (name: FactsName) =>
    edits.reduce(
      (text, [edited, from, to]) => {
        if (edited !== name) return text;
        if (!from.test(text)) throw new RangeError(`${name} has no ${from}.`);
        return text.replace(from, to);
      },
      read('cluster', name),
    );
  return verifyByFiles(textOf, RECORDS, new Date('2026-11-27T23:00:00Z'));
}

const BROKEN: Readonly<Record<ClusterCheckName, readonly Edit[]>> = {
  mode: [['cloudcredential', /"Manual"/, '"Mint"']],
  'root-secret': [
    [
      'secrets',
      /"namespace": "openshift-[^"]+",\s+"name": "[^"]+"/,
      '"namespace": "kube-system", "name": "aws-creds"',
    ],
  ],
  issuer: [['authentication', /("serviceAccountIssuer": "[^"]+)"/, '$1/"']],
  version: [['clusterversion', /("state": "Completed",[^}]*"version": )"4.20.3"/, '$1"4.21.0"']],
  'upgradeable-to': [
    [
      'cloudcredential',
      /"metadata": \{/,
      '"metadata": {"annotations": {"cloudcredential.openshift.io/upgradeable-to": "4.21.0"},',
    ],
  ],
  secret: [['secrets', /arn:aws:iam::[^"\\]+/, 'arn:aws:iam::123456789012:role/other']],
  request: [['credentialsrequests', /("secretRef": \{\s+"name": )"[^"]+"/, '$1"stranger"']],
  prepared: [['credentialsrequests', /("secretRef": \{\s+"name": )"[^"]+"/, '$1"stranger"']],
  token: [['pods', /"audience": "openshift"/, '"audience": "vault"']],
};

describe('a cluster as a kube-apiserver told it', () => {
  it('is verified, with nothing that is not known', () => {
    const { outcome, results } = found();
    expect(results.filter((each) => each.outcome !== 'verified')).toEqual([]);
    expect(outcome).toBe('verified');
    expect(new Set(results.map(({ check }) => check))).toEqual(new Set(Object.keys(CLUSTER_CHECKS)));
  });

  it.each(Object.entries(BROKEN))('has a finding of %s where that is not so', (check, edits) => {
    const { outcome, results } = found(...edits);
    expect(outcome).toBe('findings');
    const findings = results.filter((each) => each.outcome === 'finding').map((each) => each.check);
    expect(findings).toContain(check);
  });
});
