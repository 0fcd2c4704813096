import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryEntry } from '../../core/domain/registry.ts';
import type { Snapshot, TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import { clusterYaml, request, statement } from '../support/bundles.ts';
import type { Intercept } from '../support/in-process.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { formOf, type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  allow,
  CLUSTER,
  type Components,
  changesOf,
  clusterBundle,
  editPolicy,
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
  USUAL_ACTIONS,
} from '../support/upgrading.ts';
import { writesOf } from '../support/writes.ts';

const ADD = `add/${CLUSTER}/efs.tgz`;
const REMOVE = `remove/${CLUSTER}/efs.yaml`;
const UPGRADE = `upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`;
const PRUNE = `prune/${CLUSTER}/${NEWER_RELEASE}.tgz`;
const FOLDER = `clusters/${CLUSTER}/add-ons/efs/`;
/** The component of an optional operator. */
const EFS: Components = { efs: {} };
const NOTHING = new Uint8Array();

let emulator: OwnEmulator;
let proxy: RecordingProxy;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
  proxy = await recordingProxy(emulator.endpoint);
});
beforeEach(() => {
  proxy.onRequest = () => undefined;
});
afterAll(async () => {
  await proxy.close();
  await emulator.stop();
});

async function cluster(): Promise<void> {
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
  await run('prepare/demo.tgz', await clusterBundle());
}

async function run(key: string, bundle: Uint8Array, intercept?: Intercept) {
  proxy.clear();
  const outcome = await account.run(key, bundle, intercept);
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  return { report: await reportOf(account, outcome.run), writes: writesOf(proxy.calls, account, CLUSTER) };
}

const add = async (components = EFS) => run(ADD, await releaseBundle(components));
const remove = () => run(REMOVE, NOTHING);
const upgrade = async () => run(UPGRADE, await releaseBundle());
const prune = async (components = NEWER) => run(PRUNE, await releaseBundle(components));

async function registry(): Promise<RegistryEntry> {
  return JSON.parse((await account.read(`clusters/${CLUSTER}/cluster.json`)) ?? '');
}

const sourcesOf = async (component: string) =>
  (await registry()).roles.find(({ name }) => name === roleOf(component))?.requestedBy;
const FROM_EFS = { type: 'add-on', name: 'efs' };
const FROM_RELEASE = { type: 'release' };

function failing(step: string, when: 'before' | 'after'): Intercept {
  return async (name, _event, call) => {
    if (name !== step) return call();
    if (when === 'after') await call();
    throw Object.assign(new Error('by order of the test'), { name: 'AccessDenied' });
  };
}

/** Everything but the registry entry and the add-on's Secrets. */
function ofTheRelease({ roles, results, ...rest }: Snapshot) {
  const { [roleOf('efs')]: _, ...others } = roles;
  const files = Object.entries(results).filter(
    ([key]) => !key.startsWith(FOLDER) && !key.endsWith('/cluster.json'),
  );
  return { ...rest, roles: others, results: Object.fromEntries(files) };
}

describe('an add-on', () => {
  let before: Snapshot;
  beforeAll(async () => {
    await cluster();
    before = await account.snapshot();
  });

  it('gets its roles, and its Secrets in a folder of its own, which the report tells to apply', async () => {
    const { report } = await add();
    expect(report).toMatchObject({ operation: 'add', addOn: 'efs', outcome: 'prepared', warnings: [] });
    const file = `add-ons/efs/${manifestOf('efs')}`;
    expect(changesOf(report)).toEqual([`create role ${roleOf('efs')}: all`, `create ${file}: all`]);
    expect(report.files).toEqual([`s3://${account.output}/clusters/${CLUSTER}/${file}`]);
    const page = await account.read(`clusters/${CLUSTER}/runs/${report.run}/report.md`);
    expect(page).toContain('oc get namespace openshift-efs || oc create namespace openshift-efs');
    expect(page).toContain(`aws s3 cp ${report.files?.[0]} - | oc apply -f -`);
    expect(await account.read(`clusters/${CLUSTER}/${file}`)).toContain(`role/${roleOf('efs')}`);
  });

  it('leaves everything of the release alone, the installer’s files too', async () => {
    expect(ofTheRelease(await account.snapshot())).toEqual(ofTheRelease(before));
    expect(await registry()).toMatchObject({ release: OLDER_RELEASE, upgrades: [] });
    expect(await sourcesOf('efs')).toEqual([FROM_EFS]);
    expect(await sourcesOf('dns')).toEqual([FROM_RELEASE]);
  });

  it('changes nothing when it comes again', async () => {
    const { report, writes } = await add();
    expect(report.changes).toEqual([]);
    expect(writes).toEqual([]);
  });

  it('is replaced by just what its new bundle asks for', async () => {
    await editPolicy(account, 'efs', (statements) => [...statements, allow('s3:GetObject')]);
    const { report } = await add({ efs: statement({ action: ['ec2:DescribeVpcs'] }) });
    expect(changesOf(report)).toEqual([`update role ${roleOf('efs')}: permissions`]);
    expect(permissionsOf(await account.snapshot(), 'efs')).toEqual([allow('ec2:DescribeVpcs')]);
  });

  it('keeps a role that its new bundle does not ask for any more, and says so', async () => {
    const { report } = await add({ 'efs-node': {} });
    expect(report.warnings).toEqual([expect.stringContaining(`IAM role ${roleOf('efs')} stays`)]);
    expect(report.files).toHaveLength(2);
    expect(Object.keys((await account.snapshot()).roles)).toEqual(
      expect.arrayContaining([roleOf('efs'), roleOf('efs-node')]),
    );
  });

  it('goes with all that is its own, and nothing of the release', async () => {
    const { report } = await remove();
    expect(changesOf(report)).toEqual([
      ...['efs', 'efs-node'].map((component) => `delete add-ons/efs/${manifestOf(component)}: all`),
      ...['efs', 'efs-node'].map((component) => `delete role ${roleOf(component)}: all`),
    ]);
    expect(report).toMatchObject({ operation: 'remove', addOn: 'efs', files: [], warnings: [] });
    expect(ofTheRelease(await account.snapshot())).toEqual(ofTheRelease(before));
    expect(await account.keys(FOLDER)).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['none', async () => undefined, 'It has none'],
    [
      'another one',
      async () => run(`add/${CLUSTER}/logging.tgz`, await releaseBundle({ logging: {} })),
      'logging',
    ],
  ])('that is not there cannot be removed when there is %s', async (_, happens, remedy) => {
    await happens();
    const outcome = await account.run(REMOVE, NOTHING);
    expect(outcome).toMatchObject({ error: 'AddOnUnknown', cause: expect.stringContaining(remedy) });
  });

  it.each<[string, string, string]>([
    ['of no cluster that is known', 'add/other/efs.tgz', 'ClusterNotRegistered'],
    ['with a name that is no DNS label', `add/${CLUSTER}/Efs_2.tgz`, 'AddOnNameInvalid'],
    ['below no cluster', 'add/efs.tgz', 'ClusterIdentityMissing'],
  ])('%s is refused', async (_, key, error) => {
    expect(await account.run(key, await releaseBundle(EFS))).toMatchObject({ error });
  });

  it('whose role would be that of another Secret is refused', async () => {
    const bundle = await tgzOf({
      'x.yaml': request({
        'spec.secretRef.namespace': 'openshift-dns-cloud',
        'spec.secretRef.name': 'credentials',
      }),
    });
    expect(await account.run(ADD, bundle)).toMatchObject({ error: 'RoleNameCollision' });
  });
});

describe('an optional operator of a live cluster', () => {
  beforeEach(() => cluster());

  it('is there, as it was, after the upgrade and the prune of the cluster', async () => {
    await add();
    await editPolicy(account, 'efs', (statements) => [...statements, allow('s3:GetObject')]);
    const before = await account.snapshot();
    await upgrade();
    const { report } = await prune();
    const after = await account.snapshot();
    expect(liveRole(after, 'efs')).toEqual(liveRole(before, 'efs'));
    expect(changesOf(report).filter((change) => change.startsWith('delete'))).toEqual([
      `delete ${manifestOf('storage')}: all`,
      `delete role ${roleOf('storage')}: all`,
    ]);
    expect(await account.keys(FOLDER)).toHaveLength(1);
    expect(await sourcesOf('efs')).toEqual([FROM_EFS]);
  });

  it('is there after the cluster was prepared again, too', async () => {
    await add();
    const before = await account.snapshot();
    const { report } = await run('prepare/demo.tgz', await clusterBundle());
    expect(report.changes).toEqual([]);
    expect(liveRole(await account.snapshot(), 'efs')).toEqual(liveRole(before, 'efs'));
    expect(await sourcesOf('efs')).toEqual([FROM_EFS]);
  });

  it('cannot be forgotten with all the release by its request alone below prepare/', async () => {
    const before = await account.snapshot();
    const bundle = await tgzOf({
      'cluster.yaml': clusterYaml({ name: CLUSTER, region: 'us-east-2' }),
      ...requestFiles(EFS),
    });
    proxy.clear();
    const outcome = await account.run('prepare/efs.tgz', bundle);
    expect(outcome).toMatchObject({ error: 'RolesWouldBeForgotten' });
    for (const text of [roleOf('dns'), `add/${CLUSTER}/`, `upgrade/${CLUSTER}/`, `prune/${CLUSTER}/`])
      expect(outcome.cause).toContain(text);
    expect(await account.snapshot()).toEqual(before);
    expect(writesOf(proxy.calls, account, CLUSTER)).toEqual([]);
  });

  it('may ask for a role of the release, which has what both ask for, whoever stops asking', async () => {
    const shared = { storage: statement({ action: ['ec2:DescribeVpcs'] }) };
    await add(shared);
    expect(permissionsOf(await account.snapshot(), 'storage')).toEqual([
      allow(...USUAL_ACTIONS),
      allow('ec2:DescribeVpcs'),
    ]);
    expect(await sourcesOf('storage')).toEqual([FROM_RELEASE, FROM_EFS]);
    await upgrade();
    await prune();
    expect(permissionsOf(await account.snapshot(), 'storage')).toEqual([allow('ec2:DescribeVpcs')]);
    expect(await sourcesOf('storage')).toEqual([FROM_EFS]);
    expect(await account.keys(`clusters/${CLUSTER}/install/manifests/`)).not.toContain(
      `clusters/${CLUSTER}/install/${manifestOf('storage')}`,
    );
    await remove();
    expect(Object.keys((await account.snapshot()).roles)).not.toContain(roleOf('storage'));
  });

  it('leaves a role to the release when it goes', async () => {
    await add({ storage: statement({ action: ['ec2:DescribeVpcs'] }) });
    const before = await account.snapshot();
    const { report } = await remove();
    expect(report.warnings).toEqual([expect.stringContaining(`IAM role ${roleOf('storage')} stays`)]);
    expect(liveRole(await account.snapshot(), 'storage')).toEqual(liveRole(before, 'storage'));
    expect(await sourcesOf('storage')).toEqual([FROM_RELEASE]);
    expect(await account.keys(FOLDER)).toEqual([]);
  });
});

describe('a role that the release stops asking for', () => {
  beforeEach(async () => {
    await cluster();
    await upgrade();
  });

  /** GetRole of AWS answers when a role was last used (API_RoleLastUsed); the emulator leaves it out. */
  function usedAt(component: string, at: Date): void {
    proxy.onRequest = (call) =>
      call.action === 'GetRole' && formOf(call)?.get('RoleName') === roleOf(component)
        ? {
            changeAnswer: (body) =>
              body.replace(
                '</Role>',
                `<RoleLastUsed><LastUsedDate>${at.toISOString()}</LastUsedDate><Region>us-east-2</Region></RoleLastUsed></Role>`,
              ),
          }
        : {};
  }
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);

  it('stays, with its Secret, while IAM shows that it was used since the upgrade', async () => {
    const before = await account.snapshot();
    usedAt('storage', new Date());
    const { report } = await prune();
    expect(report.warnings).toEqual([
      expect.stringMatching(`^IAM role ${roleOf('storage')} stays, .*the upgrade.*removeRoles`),
    ]);
    expect(liveRole(await account.snapshot(), 'storage')).toEqual(liveRole(before, 'storage'));
    expect(await sourcesOf('storage')).toEqual([FROM_RELEASE]);
    expect(kindsOf((await auditAccount(account)).cluster(CLUSTER).drift)).toEqual([]);

    const { report: later } = await prune();
    expect(changesOf(later), 'not used since the last run').toContain(
      `delete role ${roleOf('storage')}: all`,
    );
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    [
      'removeRoles names it',
      () => tgzOf({ 'cluster.yaml': `removeRoles: [${roleOf('storage')}]`, ...requestFiles(NEWER) }),
    ],
    [
      'a tombstone names its Secret',
      () =>
        releaseBundle({
          ...NEWER,
          storage: { 'metadata.annotations': { 'release.openshift.io/delete': 'true' } },
        }),
    ],
  ])('goes though it was used when %s', async (_, bundle) => {
    usedAt('storage', minutes(1));
    const { report } = await run(PRUNE, await bundle());
    expect(report.warnings).toEqual([]);
    expect(changesOf(report)).toContain(`delete role ${roleOf('storage')}: all`);
  });

  it.each<[string, string]>([
    ['is asked for', roleOf('dns')],
    ['is not there', 'demo-typo'],
  ])('cannot be named when it %s', async (_, name) => {
    const bundle = await tgzOf({ 'cluster.yaml': `removeRoles: [${name}]`, ...requestFiles(NEWER) });
    expect(await account.run(PRUNE, bundle)).toMatchObject({
      error: 'RoleNotRemovable',
      cause: expect.stringContaining(name),
    });
  });

  it('was used before the upgrade, and goes', async () => {
    usedAt('storage', minutes(-60));
    const { report } = await prune();
    expect(changesOf(report)).toContain(`delete role ${roleOf('storage')}: all`);
  });
});

describe('an audit', () => {
  beforeAll(async () => {
    await cluster();
    await add();
    await account.upload(`audit/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle());
  });

  it('takes an add-on for no drift, and for nothing that a release would have to ask for', async () => {
    const audit = await auditAccount(account);
    expect(kindsOf(audit.cluster(CLUSTER).drift)).toEqual([]);
    const gone = audit
      .release(CLUSTER, NEWER_RELEASE)
      .findings.filter(({ kind }) => kind === 'BundleIncomplete');
    expect(gone.map(({ resource }) => resource)).toEqual([`role ${roleOf('storage')}`]);
  });

  it('looks at its roles and its Secrets, and its remedy repairs them', async () => {
    await editPolicy(account, 'efs', () => [allow('s3:GetObject')]);
    const file = `${FOLDER}${manifestOf('efs')}`;
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key: file }));
    const { drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect(drift.map(({ kind, resource }) => `${kind} ${resource}`).sort()).toEqual([
      `ManifestMissing ${file}`,
      `PermissionsLost role ${roleOf('efs')}`,
    ]);
    await run('prepare/demo.tgz', await clusterBundle(OLDER));
    expect(
      (await auditAccount(account)).cluster(CLUSTER).drift.filter(({ severity }) => severity === 'critical'),
    ).toEqual([]);
  });
});

const MAKING = ['create-role', 'render-secrets', 'verify', 'publish-report'];
const TAKING = ['render-secrets', 'verify', 'prune-resources', 'publish-report'];

describe.each<[string, string, () => Promise<Uint8Array>, Components, readonly string[]]>([
  [
    'an add',
    ADD,
    () => releaseBundle({ efs: {}, storage: statement({ action: ['ec2:DescribeVpcs'] }) }),
    {},
    MAKING,
  ],
  [
    'a replacement',
    ADD,
    () => releaseBundle({ efs: statement({ action: ['ec2:DescribeVpcs'] }) }),
    EFS,
    MAKING,
  ],
  ['a remove', REMOVE, async () => NOTHING, { efs: {}, storage: {} }, TAKING],
])('%s that fails', (_, key, bundle, addOn, steps) => {
  let before: Snapshot;
  beforeAll(async () => {
    await cluster();
    if (Object.keys(addOn).length > 0) await add(addOn);
    before = await account.snapshot();
  });

  it.each(steps.flatMap((step) => (['before', 'after'] as const).map((when) => [step, when] as const)))(
    'in %s, %s its work, leaves everything as it was',
    async (step, when) => {
      const outcome = await account.run(key, await bundle(), failing(step, when));
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
      expect(outcome.states.at(-1)).toBe('RolledBack');
      expect(await account.snapshot()).toEqual(before);
    },
  );
});
