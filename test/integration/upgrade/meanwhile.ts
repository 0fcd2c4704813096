import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import type { Intercept } from '../../support/in-process.ts';
import {
  account,
  filesOfArchive,
  KEY,
  newCluster,
  registry,
  SECRETS,
  upgraded,
} from '../../support/upgrade/account.ts';
import {
  allow,
  CLUSTER,
  changesOf,
  clusterBundle,
  editPolicy,
  editTrust,
  manifestOf,
  NEWER,
  NEWER_RELEASE,
  OLDER,
  releaseBundle,
  reportOf,
  roleOf,
  subjectOf,
} from '../../support/upgrading.ts';

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
