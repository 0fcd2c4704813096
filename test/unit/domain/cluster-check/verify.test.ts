import { describe, expect, it } from 'vitest';
import type { PreparedCluster } from '../../../../core/domain/cluster-check/prepared.ts';
import { FACTS_NAMES } from '../../../../core/domain/cluster-check/snapshot.ts';
import { verifyCluster } from '../../../../core/domain/cluster-check/verify.ts';
import { clusterSnapshot } from '../../../../core/usecases/verify-cluster.ts';
import {
  authenticationOf,
  CREDENTIALS,
  credentialOf,
  GOOD,
  ISSUER,
  listOf,
  type Objects,
  PREPARED,
  podOf,
  requestOf,
  secretOf,
  versionOf,
} from '../../../support/verified-cluster.ts';

const AT = '2026-11-27T00:00:00.000Z';

function verify(change: Partial<Objects> = {}, prepared: Partial<PreparedCluster> = {}) {
  const objects = { ...GOOD, ...change };
  const snapshot = clusterSnapshot((name) => JSON.stringify(objects[name]));
  return verifyCluster(snapshot, { ...PREPARED, ...prepared }, AT);
}

const open = ({ results }: ReturnType<typeof verify>) =>
  results.filter(({ outcome }) => outcome !== 'verified').map(({ check, outcome }) => `${check} ${outcome}`);

const [ROLE] = PREPARED.roles;
const role = (more: object) => ({ roles: PREPARED.roles.map((each) => ({ ...each, ...more })) });
const audited = (opened: string[], retracted: string[] = []) => ({ audit: { at: AT, opened, retracted } });
const OTHER_ARN = CREDENTIALS.replace(/role\/\S+/, 'role/other');
const ROOT = secretOf('', { aws_access_key_id: 'x' }, { namespace: 'kube-system', name: 'aws-creds' });
const COMING = { ...ROLE, secret: { namespace: 'new', name: 'new' }, serviceAccounts: [] };

describe('a cluster that is as it was prepared', () => {
  it('is verified, in every check', () => {
    const report = verify();
    expect(report.outcome).toBe('verified');
    expect(new Set(report.results.map(({ check }) => check)).size).toBe(9);
    expect(open(report)).toEqual([]);
  });
});

describe('what is wrong is a finding of its own check', () => {
  it.each<[string, Partial<Objects>, Partial<PreparedCluster>, string[]]>([
    ['another mode', { cloudcredential: credentialOf('Mint') }, {}, ['mode finding']],
    ['the default mode', { cloudcredential: credentialOf('') }, {}, ['mode finding']],
    ['root credentials', { secrets: listOf(secretOf(CREDENTIALS), ROOT) }, {}, ['root-secret finding']],
    ['a slash after the issuer', { authentication: authenticationOf(`${ISSUER}/`) }, {}, ['issuer finding']],
    ['the default issuer', { authentication: authenticationOf('') }, {}, ['issuer finding']],
    [
      'a release nobody prepared',
      { clusterversion: versionOf(['Completed', '4.21.0']) },
      {},
      ['version finding'],
    ],
    [
      'an upgrade nobody prepared',
      { clusterversion: versionOf(['Partial', '4.21.0'], ['Completed', '4.20.3']) },
      {},
      ['version finding'],
    ],
    [
      'an annotation no audit gave',
      { cloudcredential: credentialOf('Manual', '4.21.0') },
      {},
      ['upgradeable-to finding'],
    ],
    [
      'one that the audit takes back',
      { cloudcredential: credentialOf('Manual', '4.21.0') },
      audited(['4.21.0'], ['4.21.0']),
      ['upgradeable-to finding'],
    ],
    ['a Secret that is not there', { secrets: listOf() }, {}, ['secret finding']],
    ['another role', { secrets: listOf(secretOf(OTHER_ARN)) }, {}, ['secret finding']],
    [
      'another token',
      { secrets: listOf(secretOf(CREDENTIALS.replace('openshift/', ''))) },
      {},
      ['secret finding'],
    ],
    [
      'a key beside it',
      { secrets: listOf(secretOf(CREDENTIALS, { aws_access_key_id: 'x' })) },
      {},
      ['secret finding'],
    ],
    [
      'a key in it',
      { secrets: listOf(secretOf(`${CREDENTIALS}\nAWS_SECRET_ACCESS_KEY = x`)) },
      {},
      ['secret finding'],
    ],
    [
      'a process for keys',
      { secrets: listOf(secretOf(`${CREDENTIALS}\ncredential_process = x`)) },
      {},
      ['secret finding'],
    ],
    ['a second role', { secrets: listOf(secretOf(`${CREDENTIALS}\nrole_arn = x`)) }, {}, ['secret finding']],
    [
      'a request nobody prepared',
      { credentialsrequests: listOf(requestOf(), requestOf('b', 'b')) },
      {},
      ['request finding'],
    ],
    [
      'a stranger among the service accounts',
      { credentialsrequests: listOf(requestOf('a', 'cloud-credentials', { serviceAccountNames: ['x'] })) },
      {},
      ['request finding'],
    ],
    [
      'another token path of the request',
      { credentialsrequests: listOf(requestOf('a', 'cloud-credentials', { cloudTokenPath: '/x' })) },
      {},
      ['request finding'],
    ],
    ['a role that nobody asks for', { credentialsrequests: listOf() }, {}, ['prepared finding']],
    ['a token for another audience', { pods: listOf(podOf('other')) }, {}, ['token finding']],
    ['a token without an audience', { pods: listOf(podOf(undefined)) }, {}, ['token finding']],
    ['a token in another place', { pods: listOf(podOf('openshift', '/var/run')) }, {}, ['token finding']],
  ])('%s', (_, change, prepared, expected) => {
    const report = verify(change, prepared);
    expect(open(report)).toEqual(expected);
    expect(report.outcome).toBe('findings');
    for (const { outcome, detail, remedy } of report.results)
      if (outcome === 'finding') expect([detail, remedy]).not.toContain(undefined);
  });
});

describe('what is to be expected is a note, and no finding', () => {
  it.each<[string, Partial<Objects>, Partial<PreparedCluster>, string[]]>([
    [
      'a release that was prepared for in addition',
      { clusterversion: versionOf(['Completed', '4.21.0']) },
      { upgrades: ['4.21.0'] },
      ['version note'],
    ],
    [
      'an upgrade under way',
      { clusterversion: versionOf(['Partial', '4.21.0'], ['Completed', '4.20.3']) },
      { upgrades: ['4.21.0'] },
      ['version note'],
    ],
    ['an upgrade that is open and not opened', {}, audited(['4.21.0']), ['upgradeable-to note']],
    [
      'an annotation for what is reached',
      { cloudcredential: credentialOf('Manual', '4.20.0') },
      {},
      ['upgradeable-to note'],
    ],
    [
      'a component of a release to come',
      {},
      {
        roles: [...PREPARED.roles, { ...COMING, arn: 'x', tokenPath: '/x', ofAddOn: false, since: '4.21.0' }],
      },
      ['secret note', 'prepared note'],
    ],
    [
      'an optional operator that is not there',
      { secrets: listOf(), credentialsrequests: listOf() },
      role({ ofAddOn: true }),
      ['secret note', 'prepared note'],
    ],
    ['no pod', { pods: listOf() }, {}, ['token note']],
    [
      'a pod that is over',
      { pods: listOf(podOf('openshift'), { ...podOf('x'), status: { phase: 'Failed' } }) },
      {},
      [],
    ],
    [
      'a request of another cloud',
      {
        credentialsrequests: listOf(
          requestOf(),
          requestOf('b', 'b', { providerSpec: { kind: 'GCPProviderSpec' } }),
        ),
      },
      {},
      [],
    ],
    [
      'an annotation that the audit gave',
      { cloudcredential: credentialOf('Manual', 'v4.21.4') },
      audited(['4.21.0']),
      [],
    ],
  ])('%s', (_, change, prepared, expected) => {
    const report = verify(change, prepared);
    expect(open(report)).toEqual(expected);
    expect(report.outcome).toBe('verified');
  });
});

describe('what cannot be told is unknown', () => {
  it.each(FACTS_NAMES)('where %s is not there, broken or something else', (name) => {
    for (const text of [
      undefined,
      '',
      '{',
      '[]',
      'null',
      '{"kind":"Status"}',
      '{"items":1}',
      '{"reduced":"x"}',
    ]) {
      const snapshot = clusterSnapshot((each) => (each === name ? text : JSON.stringify(GOOD[each])));
      const { outcome, results } = verifyCluster(snapshot, PREPARED, AT);
      expect(results.map((result) => result.outcome)).toContain('unknown');
      expect(outcome).not.toBe('verified');
    }
  });

  it.each<[string, Partial<Objects>, Partial<PreparedCluster>, string[]]>([
    [
      'one page of Secrets',
      { secrets: { ...listOf(secretOf(CREDENTIALS)), metadata: { continue: 'x' } } },
      {},
      ['root-secret unknown'],
    ],
    [
      'a Secret without a name',
      { secrets: listOf(secretOf(CREDENTIALS), { data: {} }) },
      {},
      ['root-secret unknown'],
    ],
    [
      'a request that cannot be read',
      { credentialsrequests: listOf(requestOf(), { spec: null }) },
      {},
      ['request unknown'],
    ],
    ['a pod that cannot be read', { pods: listOf(podOf('openshift'), 7) }, {}, ['token unknown']],
    ['no release on record', {}, { release: undefined as never }, ['version unknown']],
    [
      'no audit, and an annotation',
      { cloudcredential: credentialOf('Manual', '4.21.0') },
      { audit: 'None.' },
      ['upgradeable-to unknown'],
    ],
    ['a cluster that is not whole', {}, { unfinished: 'Not whole.' }, ['prepared unknown']],
    [
      'no release that was reached',
      { clusterversion: versionOf(['Partial', '4.20.3']) },
      {},
      ['version unknown'],
    ],
  ])('%s', (_, change, prepared, expected) => {
    const report = verify(change, prepared);
    expect(open(report)).toEqual(expected);
    expect(report.outcome).toBe('unknown');
  });

  it('a cluster of which nothing was prepared', () => {
    expect(verify({}, { roles: [] }).outcome).not.toBe('verified');
  });
});
