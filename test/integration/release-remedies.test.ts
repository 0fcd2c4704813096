import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../core/domain/audit/kinds.ts';
import { type Files, tgzOf } from '../support/archives.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import { requestOf, statement } from '../support/bundles.ts';
import {
  account,
  CLUSTER,
  iam,
  MANIFEST,
  prepareAgain,
  preparedCluster,
  REQUESTS,
  ROLE,
  removeResult,
  statements,
  trust,
} from '../support/drift/cluster.ts';
import { followRemedy } from '../support/drift/follow-remedy.ts';
import { deny, onlyIf } from '../support/drift/role-drifts.ts';

const RELEASE = '4.21.0';

preparedCluster();

const conditional = onlyIf(deny, 'Bool', 'aws:ViaAWSService', 'false');
const restrict = () =>
  trust((all) => all.map((each) => onlyIf(each, 'IpAddress', 'aws:SourceIp', '10.0.0.0/8')));

/** What a release asks for besides, what somebody did to the cluster, and what the audit finds of the release. */
const CASES: readonly [title: string, more: Files, make: () => Promise<unknown>, kinds: readonly string[]][] =
  [
    [
      'a component is new',
      { 'machine.yaml': requestOf('machine-api') },
      async () => undefined,
      ['ComponentNew', 'NamespaceNeeded'],
    ],
    [
      'a component needs more',
      {
        'ingress.yaml': requestOf(
          'ingress',
          statement({ action: ['route53:ListHostedZones', 'ec2:DescribeVpcs'] }),
        ),
      },
      async () => undefined,
      ['PermissionsMissing'],
    ],
    [
      'a component has a further service account',
      {
        'ingress.yaml': requestOf('ingress', { 'spec.serviceAccountNames': ['ingress-operator', 'router'] }),
      },
      async () => undefined,
      ['ServiceAccountMissing'],
    ],
    ['a Secret is gone', {}, () => removeResult(MANIFEST), ['SecretMissing']],
    [
      'the role denies itself what the release asks for',
      {},
      () => statements((own) => [...own, deny]),
      ['PermissionsMissing'],
    ],
    [
      'another policy of the role denies what the release asks for',
      {},
      () =>
        iam().send(
          new PutRolePolicyCommand({
            RoleName: ROLE,
            PolicyName: 'no',
            PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
          }),
        ),
      ['PermissionsMissing'],
    ],
    [
      'the role denies itself something on a condition',
      {},
      () => statements((own) => [...own, conditional]),
      ['ReleasePermissionsUnclear'],
    ],
    ['the trust of a role is restricted', {}, restrict, ['ReleaseTrustUnclear']],
    [
      'the trust of a role is restricted, and a run took that over',
      {},
      async () => {
        await restrict();
        await prepareAgain();
      },
      ['ReleaseTrustUnclear'],
    ],
  ];

describe('what an audit of a release says to do', () => {
  it.each(CASES)('makes the cluster ready, followed to the letter: %s', async (_, more, make, kinds) => {
    const bundle = await tgzOf({ ...REQUESTS, ...more });
    await account.upload(`releases/${RELEASE}.tgz`, bundle);
    await make();
    const found = async () => {
      const audit = await auditAccount(account);
      const { findings, status, reasons } = audit.release(CLUSTER, RELEASE);
      return { status, reasons, findings, all: [...audit.cluster(CLUSTER).drift, ...findings] };
    };
    // What is wrong with the cluster itself comes first.
    let now = await found();
    expect(kindsOf(now.findings)).toEqual(kinds);
    for (let round = 0; round < 3 && now.status !== 'ready'; round += 1) {
      for (const one of now.all.filter(({ severity }) => severity !== 'info'))
        await followRemedy(one, bundle);
      now = await found();
    }
    const left = now.all.filter(({ severity }) => severity !== 'info');
    expect({ ...now, all: left, findings: [] }).toEqual({
      status: 'ready',
      reasons: [],
      all: [],
      findings: [],
    });
  });
});

it('every kind of finding of a release has a remedy that is tried', () => {
  const elsewhere: Readonly<Record<string, string>> = {
    ComponentGone: 'test/integration/prune.test.ts',
    ComponentGoneInUse: 'the emulator shows no use of a role: test/unit/usecases/audit/audit-release.test.ts',
    BundleIncomplete: 'another bundle of the release: test/integration/audit-releases.test.ts',
    ComponentUnclear: 'another bundle of the release: test/unit/usecases/audit/audit-release.test.ts',
    UpgradeRefused: 'says what the guard says: test/unit/domain/policy-guard.test.ts',
    SimulationDisagrees: 'says to look, and the emulator has no simulator',
  };
  const here = new Set(CASES.flatMap(([, , , kinds]) => kinds));
  const ofReleases = Object.keys(KINDS).slice(Object.keys(KINDS).indexOf('ComponentNew'));
  expect([...here, ...Object.keys(elsewhere)].sort()).toEqual(ofReleases.sort());
});
