import { gunzipSync } from 'node:zlib';
import { AttachRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryEntry } from '../../core/domain/registry.ts';
import type { Snapshot, TestAccount } from '../support/account.ts';
import { tarOf, zipOf } from '../support/archives.ts';
import { type Changes, clusterYaml, installConfig, PUBLIC_KEY_FILE } from '../support/bundles.ts';
import type { Intercept } from '../support/in-process.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  allow,
  CLUSTER,
  type Components,
  changesOf,
  clusterBundle,
  editPolicy,
  editTrust,
  liveRole,
  manifestOf,
  NEWER,
  NEWER_RELEASE,
  OLDER,
  OLDER_RELEASE,
  permissionsOf,
  releaseBundle,
  reportOf,
  requestFiles,
  roleOf,
  subjectOf,
  subjectsOf,
  USUAL_ACTIONS,
  withoutRegistry,
} from '../support/upgrading.ts';
import { writesOf } from '../support/writes.ts';

const KEY = `upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`;
const SECRETS = `clusters/${CLUSTER}/upgrades/${NEWER_RELEASE}/`;

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

async function newCluster(facts = {}): Promise<void> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  expect(await account.run('prepare/demo.tgz', await clusterBundle(OLDER, facts))).toMatchObject({
    status: 'SUCCEEDED',
  });
}

async function upgraded(bundle = releaseBundle(), key = KEY, intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run(key, await bundle, intercept);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  return {
    run: outcome.run,
    report: await reportOf(account, outcome.run),
    writes: writesOf(proxy.calls, account, CLUSTER),
  };
}

async function registry(): Promise<RegistryEntry> {
  return JSON.parse((await account.read(`clusters/${CLUSTER}/cluster.json`)) ?? '');
}

async function filesOfArchive(): Promise<string[]> {
  const { Body } = await account
    .s3()
    .send(new GetObjectCommand({ Bucket: account.output, Key: `clusters/${CLUSTER}/install.tar.gz` }));
  const names: string[] = [];
  const tar = extract();
  tar.end(gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()));
  for await (const entry of tar) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

const ADDRESS = (path: string) => `s3://${account.output}/${SECRETS}${path}`;

describe('an upgrade', () => {
  let before: Snapshot;
  let after: Snapshot;
  let first: Awaited<ReturnType<typeof upgraded>>;
  beforeAll(async () => {
    await newCluster();
    before = await account.snapshot();
    first = await upgraded();
    after = await account.snapshot();
  });

  it('adds what the release asks for, and takes nothing away', () => {
    expect(Object.keys(after.roles).sort()).toEqual(
      [...Object.keys(before.roles), roleOf('machine-api')].sort(),
    );
    for (const untouched of ['dns', 'storage'])
      expect(liveRole(after, untouched)).toEqual(liveRole(before, untouched));
    expect(permissionsOf(after, 'ingress')).toEqual([
      allow(...USUAL_ACTIONS),
      allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs'),
    ]);
    expect(subjectsOf(after, 'image-registry')).toEqual([
      [subjectOf('image-registry'), subjectOf('image-registry', 'registry')],
    ]);
    expect({ ...after, roles: {}, results: {} }).toEqual({ ...before, roles: {}, results: {} });
  });

  it('says what it changed, and that the cluster has not changed yet', async () => {
    const { report, run } = first;
    expect(report).toMatchObject({
      operation: 'upgrade',
      release: NEWER_RELEASE,
      outcome: 'prepared',
      cluster: { release: OLDER_RELEASE },
      files: [ADDRESS(manifestOf('machine-api'))],
      warnings: [],
    });
    expect(changesOf(report)).toEqual([
      `update role ${roleOf('image-registry')}: trust policy`,
      `update role ${roleOf('ingress')}: permissions`,
      `create role ${roleOf('machine-api')}: all`,
      `create ${manifestOf('machine-api')}: all`,
      'update install.tar.gz: content',
      `create upgrades/${NEWER_RELEASE}/${manifestOf('machine-api')}: all`,
    ]);
    const page = (await account.read(`clusters/${CLUSTER}/runs/${run}/report.md`)) ?? '';
    expect(page).toContain('Nothing in the cluster has changed yet.');
    expect(page).toContain(
      'oc get namespace openshift-machine-api || oc create namespace openshift-machine-api',
    );
    expect(page).toContain(`aws s3 cp ${ADDRESS(manifestOf('machine-api'))} - | oc apply -f -`);
    expect(page).not.toMatch(/annotate|openshift-install|install\.tar\.gz install/);
  });

  it('writes the installer’s files for everything, and for the cluster the new Secrets alone', async () => {
    const install = Object.keys(after.results).filter((key) => key.includes('/install/manifests/'));
    // The order is that in which they were written, side by side.
    expect(install.map((key) => key.split('/install/')[1]).sort()).toEqual(
      [
        'manifests/cluster-authentication-02-config.yaml',
        ...[...Object.keys(OLDER), 'machine-api'].map(manifestOf),
      ].sort(),
    );
    expect(await filesOfArchive()).toEqual(
      expect.arrayContaining([manifestOf('storage'), manifestOf('machine-api')]),
    );
    expect(await account.keys(SECRETS)).toEqual([`${SECRETS}${manifestOf('machine-api')}`]);
    const [written, installed] = [SECRETS, `clusters/${CLUSTER}/install/`].map(
      (folder) => after.results[`${folder}${manifestOf('machine-api')}`],
    );
    expect(written).toBe(installed);
  });

  it('leaves the cluster at its release in the registry, with the facts as they were verified', async () => {
    const entry = await registry();
    expect(entry).toMatchObject({
      release: OLDER_RELEASE,
      upgrades: [NEWER_RELEASE],
      keys: [{ kid: entry.keyId, thumbprint: expect.stringMatching(/^[\w-]{43}$/) }],
      providerThumbprints: expect.any(Array),
    });
    expect(entry.roles.map(({ name, since }) => [name, since])).toEqual([
      ...Object.keys(OLDER)
        .sort()
        .map((component) => [roleOf(component), undefined]),
      [roleOf('machine-api'), NEWER_RELEASE],
    ]);
    const registryRole = entry.roles.find(({ name }) => name === roleOf('image-registry'));
    expect(registryRole?.serviceAccounts).toEqual([
      subjectOf('image-registry'),
      subjectOf('image-registry', 'registry'),
    ]);
  });

  it.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
    ['as it was', KEY, () => releaseBundle()],
    ['as .tar.gz', KEY.replace('.tgz', '.tar.gz'), () => releaseBundle()],
    ['as .zip', KEY.replace('.tgz', '.zip'), () => zipOf(requestFiles(NEWER))],
    ['as .tar', KEY.replace('.tgz', '.tar'), () => tarOf(requestFiles(NEWER))],
    [
      'as .yaml',
      KEY.replace('.tgz', '.yaml'),
      () => Buffer.from(Object.values(requestFiles(NEWER)).join('---\n')),
    ],
    [
      'with a configuration that agrees, and a key that is not looked at',
      KEY,
      () =>
        zipOfAgreeing({
          'cluster.yaml': clusterYaml({ name: CLUSTER, release: '4.14', publicKeyFile: PUBLIC_KEY_FILE }),
          'install-config.yaml': installConfig(),
          [PUBLIC_KEY_FILE]: 'not read',
        }),
    ],
  ])('that is uploaded again %s changes nothing', async (_, key, bundle) => {
    const zipped = key === KEY && (await bundle())[0] === 0x50;
    const { report, writes, run } = await upgraded(
      Promise.resolve(await bundle()),
      zipped ? key.replace('.tgz', '.zip') : key,
    );
    expect(writes).toEqual([]);
    expect(report).toMatchObject({ changes: [], files: [ADDRESS(manifestOf('machine-api'))] });
    expect(await account.read(`clusters/${CLUSTER}/runs/${run}/report.md`)).toContain(
      'None: everything was as it should be.',
    );
    expect(withoutRegistry(await account.snapshot())).toEqual(withoutRegistry(after));
    expect((await registry()).upgrades).toEqual([NEWER_RELEASE]);
  });

  it('to a still newer release names the Secrets of both, for the cluster may have neither', async () => {
    const later = { ...NEWER, ingress: {}, 'cloud-network': {} };
    const { report } = await upgraded(releaseBundle(later), `upgrade/${CLUSTER}/4.15.2.tgz`);
    expect(changesOf(report).filter((change) => change.includes('role'))).toEqual([
      `create role ${roleOf('cloud-network')}: all`,
    ]);
    const files = ['cloud-network', 'machine-api'].map((component) =>
      ADDRESS(manifestOf(component)).replace(NEWER_RELEASE, '4.15.2'),
    );
    expect(report.files).toEqual(files);
    const entry = await registry();
    expect(entry).toMatchObject({ release: OLDER_RELEASE, upgrades: [NEWER_RELEASE, '4.15.2'] });
    expect(entry.roles.flatMap(({ since }) => since ?? []).sort()).toEqual([NEWER_RELEASE, '4.15.2']);
  });

  it('writes a Secret again whose manifest was lost', async () => {
    const Key = `clusters/${CLUSTER}/install/${manifestOf('dns')}`;
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key }));
    const { report } = await upgraded();
    expect(changesOf(report)).toEqual([
      `create ${manifestOf('dns')}: all`,
      `create upgrades/${NEWER_RELEASE}/${manifestOf('dns')}: all`,
    ]);
    expect(report.files).toEqual([ADDRESS(manifestOf('dns')), ADDRESS(manifestOf('machine-api'))]);
  });

  it.each<[string, Components, Changes]>([
    ['of the release before', OLDER, {}],
    ['of the release of an earlier upgrade', NEWER, { release: NEWER_RELEASE }],
    ['that does not say its release', NEWER, { release: undefined }],
  ])('is not taken back by a bundle below prepare/ %s', async (_, components, facts) => {
    const before = await account.snapshot();
    const outcome = await account.run('prepare/demo.tgz', await clusterBundle(components, facts));
    expect(outcome).toMatchObject({ error: 'RolesWouldBeForgotten' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
  });

  it('ends with a prune, which leaves the roles with just what its bundle asks for, and says so', async () => {
    const outcome = await account.run(`prune/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle());
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(permissionsOf(await account.snapshot(), 'ingress')).toEqual([
      allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs'),
    ]);
    const entry = await registry();
    expect(entry).toMatchObject({ release: NEWER_RELEASE, upgrades: [] });
    expect(entry).not.toHaveProperty('upgradedAt');
    const { warnings } = await reportOf(account, outcome.run);
    expect(warnings).toContain(
      'The cluster was prepared for 4.15.2 in addition, and is no longer; upload its upgrade again.',
    );
    expect(warnings.join()).not.toContain(`prepared for ${NEWER_RELEASE}`);
  });
});

function zipOfAgreeing(files: Record<string, string>) {
  return zipOf({ ...requestFiles(NEWER), ...files });
}

describe('what somebody gave a role by hand', () => {
  const FURTHER = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const deny = { Effect: 'Deny', Action: 'ec2:TerminateInstances', Resource: '*', Sid: 'NeverTerminate' };
  const named = { ...(allow('s3:ListAllMyBuckets') as object), Sid: 'OfAnAdministrator' };

  beforeEach(() => newCluster());

  async function byHand(): Promise<void> {
    await editPolicy(account, 'ingress', (statements) => [named, ...statements, deny]);
    await editPolicy(account, 'dns', () => [allow(...USUAL_ACTIONS, 's3:GetObject')]);
    await editPolicy(account, 'storage', (statements) => [...statements, allow('s3:GetObject')]);
    await editTrust(account, 'image-registry', (trust) =>
      trust.replace(
        `"${subjectOf('image-registry')}"`,
        `"${subjectOf('image-registry')}","${subjectOf('other')}"`,
      ),
    );
    await editTrust(account, 'dns', (trust) =>
      trust.replace(
        '"Statement":[',
        `"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${account.id}:root"},"Action":"sts:AssumeRole"},`,
      ),
    );
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: roleOf('ingress'), PolicyArn: FURTHER }));
    await account.iam.send(
      new PutRolePolicyCommand({
        RoleName: roleOf('ingress'),
        PolicyName: 'further',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
      }),
    );
  }

  it('survives: permissions, denials, subjects, statements and further policies', async () => {
    await byHand();
    const before = await account.snapshot();
    const { report } = await upgraded();
    const after = await account.snapshot();
    expect(permissionsOf(after, 'ingress')).toEqual([
      named,
      allow(...USUAL_ACTIONS),
      deny,
      allow(...USUAL_ACTIONS, 'ec2:DescribeVpcs'),
    ]);
    expect(liveRole(after, 'ingress')).toMatchObject({
      attached: [FURTHER],
      inline: { further: liveRole(before, 'ingress').inline['further'] },
    });
    expect(permissionsOf(after, 'dns')).toEqual([
      allow(...USUAL_ACTIONS, 's3:GetObject'),
      allow(...USUAL_ACTIONS),
    ]);
    expect(liveRole(after, 'dns').trust).toEqual(liveRole(before, 'dns').trust);
    expect(liveRole(after, 'storage')).toEqual(liveRole(before, 'storage'));
    expect(subjectsOf(after, 'image-registry')).toEqual([
      [subjectOf('image-registry'), subjectOf('other'), subjectOf('image-registry', 'registry')],
    ]);
    expect(changesOf(report).filter((change) => change.startsWith('update role'))).toEqual([
      `update role ${roleOf('dns')}: permissions`,
      `update role ${roleOf('image-registry')}: trust policy`,
      `update role ${roleOf('ingress')}: permissions`,
    ]);
    const again = await upgraded();
    expect(again.writes).toEqual([]);
    expect(again.report.changes).toEqual([]);
  });

  it('and what somebody took away comes back', async () => {
    await editPolicy(account, 'storage', () => [allow('s3:GetObject')]);
    await editTrust(account, 'storage', (trust) => trust.replace(subjectOf('storage'), subjectOf('other')));
    await upgraded();
    const after = await account.snapshot();
    expect(permissionsOf(after, 'storage')).toEqual([allow('s3:GetObject'), allow(...USUAL_ACTIONS)]);
    expect(subjectsOf(after, 'storage')).toEqual([[subjectOf('other'), subjectOf('storage')]]);
  });

  it('stays what it is when both together are over the limits of IAM, and nothing else changes', async () => {
    await editPolicy(account, 'ingress', (statements) => [
      ...statements,
      { ...(allow('s3:GetObject') as object), Resource: `arn:aws:s3:::${'x'.repeat(9_900)}` },
    ]);
    const subjects = Array.from({ length: 40 }, (_, index) => `"${subjectOf('other', `account-${index}`)}"`);
    await editTrust(account, 'image-registry', (trust) =>
      trust.replace(`"${subjectOf('image-registry')}"`, `"${subjectOf('image-registry')}",${subjects}`),
    );
    const before = await account.snapshot();
    const outcome = await account.run(KEY, await releaseBundle());
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    const [policy, trust, ...more] = outcome.cause?.split('\n').sort() ?? [];
    expect(trust).toMatch(
      new RegExp(
        `^The trust policy .*role ${roleOf('image-registry')} would have 2\\d{3} .* IAM allows 2048`,
      ),
    );
    expect(policy).toMatch(
      new RegExp(`^The policy of IAM role ${roleOf('ingress')} would have 10\\d{3} .* IAM allows 10240`),
    );
    expect(more).toEqual([]);
    expect(await account.snapshot()).toEqual(before);
  });

  it('may be as large as IAM allows, when nothing has to be added to it', async () => {
    const { Effect, Action } = allow('s3:GetObject') as { Effect: string; Action: string[] };
    await editPolicy(account, 'storage', (statements) => [
      ...statements,
      { Effect, Action, Resource: 'x'.repeat(10_400) },
    ]);
    await upgraded();
  });

  it('after the plan was made is not in a second plan, when the answer of the first was lost', async () => {
    let attempts = 0;
    const outcome = await account.run(KEY, await releaseBundle(), async (name, _event, call) => {
      if (name === 'create-key-pair') throw Object.assign(new Error('enough'), { name: 'AccessDenied' });
      const answer = await call();
      if (name !== 'plan-changes') return answer;
      attempts += 1;
      if (attempts > 1) return answer;
      await editPolicy(account, 'storage', (statements) => [...statements, allow('s3:GetBucketAcl')]);
      throw Object.assign(new Error('The answer is lost.'), { name: 'Lambda.Unknown' });
    });
    expect(outcome).toMatchObject({ error: 'AccessDenied' });
    expect(attempts).toBe(2);
    const folder = `clusters/${CLUSTER}/runs/${outcome.run}/`;
    for (const file of ['desired.json', 'plan.json'])
      expect(await account.read(`${folder}${file}`)).not.toContain('s3:GetBucketAcl');
    expect(permissionsOf(await account.snapshot(), 'storage')).toContainEqual(allow('s3:GetBucketAcl'));
  });
});

describe('a run on the same cluster meanwhile', () => {
  beforeEach(() => newCluster());

  /** Another run from beginning to end, between the reading of this bundle and its lock. */
  function afterReading(other: () => Promise<unknown>): Intercept {
    return async (name, _event, call) => {
      if (name === 'lock') await other();
      return call();
    };
  }

  it('that is another upgrade is added to', async () => {
    const other = async () =>
      account.run(`upgrade/${CLUSTER}/4.15.2.tgz`, await releaseBundle({ ...NEWER, 'cloud-network': {} }));
    const { report } = await upgraded(
      releaseBundle({ ...NEWER, 'cloud-token': {} }),
      KEY,
      afterReading(other),
    );
    expect(changesOf(report).filter((change) => change.startsWith('create role'))).toEqual([
      `create role ${roleOf('cloud-token')}: all`,
    ]);
    expect(Object.keys((await account.snapshot()).roles)).toContain(roleOf('cloud-network'));
    expect((await registry()).upgrades).toEqual([NEWER_RELEASE, '4.15.2']);
    expect(await filesOfArchive()).toEqual(
      expect.arrayContaining([manifestOf('cloud-network'), manifestOf('cloud-token')]),
    );
  });

  it.each<[string, string, () => Promise<Uint8Array>]>([
    [
      'made the cluster another one',
      'prepare/demo.tgz',
      () => clusterBundle(OLDER, { featureSet: 'TechPreviewNoUpgrade' }),
    ],
    ['brought it to a newer release', 'prepare/demo.tgz', () => clusterBundle(OLDER, { release: '4.15.0' })],
  ])('that %s stops the upgrade before it changes anything', async (_, key, bundle) => {
    let between: Snapshot | undefined;
    const outcome = await account.run(
      KEY,
      await releaseBundle(),
      afterReading(async () => {
        expect(await account.run(key, await bundle())).toMatchObject({ status: 'SUCCEEDED' });
        between = await account.snapshot();
      }),
    );
    expect(outcome).toMatchObject({
      error: 'ChangedSincePlan',
      cause: expect.stringContaining(`Cluster ${CLUSTER} was prepared again`),
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(between);
  });

  it('that took the cluster out of the registry stops the upgrade too', async () => {
    const outcome = await account.run(
      KEY,
      await releaseBundle(),
      afterReading(() =>
        account
          .s3()
          .send(new DeleteObjectCommand({ Bucket: account.output, Key: `clusters/${CLUSTER}/cluster.json` })),
      ),
    );
    expect(outcome).toMatchObject({ error: 'ChangedSincePlan', status: 'FAILED' });
  });
});

describe('an upgrade that fails', () => {
  let before: Snapshot;
  const failing =
    (step: string, when: 'before' | 'after'): Intercept =>
    async (name, event, call) => {
      if (name !== step) return call();
      if (step === 'create-role' && (event as { role: number }).role === 1) return call();
      if (when === 'after') await call();
      throw Object.assign(new Error('by order of the test'), { name: 'AccessDenied' });
    };

  beforeAll(async () => {
    await newCluster();
    await editPolicy(account, 'ingress', (statements) => [allow('s3:GetObject'), ...statements]);
    await editTrust(account, 'image-registry', (trust) =>
      trust.replace(
        `"${subjectOf('image-registry')}"`,
        `"${subjectOf('other')}","${subjectOf('image-registry')}"`,
      ),
    );
    before = await account.snapshot();
  });

  it.each(
    ['plan-changes', 'create-role', 'render-secrets', 'verify', 'publish-report'].flatMap((step) =>
      (['before', 'after'] as const).map((when) => [step, when] as const),
    ),
  )('in %s, %s its work, leaves everything as it was', async (step, when) => {
    const outcome = await account.run(KEY, await releaseBundle(), failing(step, when));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
    expect(await account.keys(SECRETS)).toEqual([]);
    expect(await reportOf(account, outcome.run)).toMatchObject({
      operation: 'upgrade',
      release: NEWER_RELEASE,
      outcome: 'rolled-back',
    });
  });
});

it('an upgrade whose roles are within a required boundary gives new ones that boundary', async () => {
  const boundary = 'arn:aws:iam::123456789012:policy/Boundary';
  await newCluster({ permissionsBoundaryArn: boundary, rolePath: '/ocp/', tags: { team: 'web' } });
  await upgraded();
  expect(liveRole(await account.snapshot(), 'machine-api')).toMatchObject({
    boundary,
    path: '/ocp/',
    tags: expect.objectContaining({ team: 'web' }),
  });
});

it('a component of an upgrade that would share the role of another one is refused', async () => {
  await newCluster();
  const outcome = await account.run(
    KEY,
    await releaseBundle({
      dns: { 'spec.secretRef.namespace': 'openshift', 'spec.secretRef.name': 'dns-cloud-credentials' },
    }),
  );
  expect(outcome).toMatchObject({ error: 'RoleNameCollision', status: 'FAILED' });
});
