import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { AUDIENCES } from '../../core/domain/names.ts';
import { PRIVATE_KEY_FILE as PRIVATE_KEY } from '../../core/storage/layout.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import { clusterYaml, publicPem, rsaKeyPair } from '../support/bundles.ts';
import {
  ARCHIVE,
  account,
  accountForEach,
  ENTRY,
  entryOf,
  FACTS,
  ISSUER,
  KEY,
  keylessBundle,
  made,
  PUBLIC_KEY,
  ROLES,
  reportOf,
  step,
} from '../support/single-steps.ts';
import {
  CLUSTER,
  clusterBundle,
  NEWER_RELEASE,
  OLDER,
  releaseBundle,
  requestFiles,
} from '../support/upgrading.ts';

accountForEach();

describe('a cluster that is made in part', () => {
  it.each([[[KEY]], [[KEY, ISSUER]]])(
    'is not called drifted by an audit, nor ready, after %j',
    async (steps) => {
      await made(...steps);
      await account.upload(`releases/${NEWER_RELEASE}.tgz`, await releaseBundle());
      const audit = await auditAccount(account);
      expect(audit.cluster(CLUSTER).status).toBe('clean');
      expect(kindsOf(audit.cluster(CLUSTER).drift)).toEqual(['ClusterUnfinished']);
      const release = audit.release(CLUSTER, NEWER_RELEASE);
      expect(release).toMatchObject({ status: 'unknown' });
      expect(release).not.toHaveProperty('gate');
      expect(release.reasons.join('\n')).toContain('roles with their Secrets');
    },
  );

  it('is audited for what it has: a key file that is gone is drift', async () => {
    await made(KEY);
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key: PUBLIC_KEY }));
    const { drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect(kindsOf(drift)).toEqual(['ClusterUnfinished', 'KeyFileMissing']);
  });

  it.each([
    [`upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`],
    [`prune/${CLUSTER}/${NEWER_RELEASE}.tgz`],
    [`add/${CLUSTER}/efs.tgz`],
    [`remove/${CLUSTER}/efs.yaml`],
  ])('is refused where a whole one is needed: %s', async (key) => {
    const before = await made(KEY, ISSUER);
    const outcome = await account.run(key, await releaseBundle());
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ClusterUnfinished' });
    expect(outcome.cause).toContain(`${ROLES}/`);
    expect(await account.snapshot()).toEqual(before);
  });

  it('has roles for a provider that another tool made', async () => {
    await made(KEY, ISSUER);
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key: ENTRY }));
    const { run } = await step(ROLES, await keylessBundle());
    expect((await entryOf()).parts).toEqual(['roles']);
    expect((await reportOf(run)).roles).toHaveLength(Object.keys(OLDER).length);
    const { status, drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect([status, kindsOf(drift)]).toEqual(['clean', ['ClusterUnfinished']]);
  });
});

describe('what a bundle says', () => {
  it('may leave the requests out where no roles are made', async () => {
    const bundle = await tgzOf({ 'cluster.yaml': clusterYaml(FACTS) });
    expect(await step(KEY, bundle)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await step(ISSUER, bundle)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await step(ROLES, bundle)).toMatchObject({ status: 'FAILED', error: 'NoCredentialsRequests' });
    // The pair was made here: its private half is where it shall be, and nowhere else.
    const now = await made();
    expect(Object.keys(now.results)).toContain(`clusters/${CLUSTER}/install/${PRIVATE_KEY}`);
    expect(await step(ROLES, await keylessBundle())).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([KEY, ISSUER])(
    'is checked as a whole: a request that is wrong is refused by %s too',
    async (operation) => {
      const bundle = await clusterBundle({ dns: { 'spec.serviceAccountNames': [] } });
      const outcome = await step(operation, bundle);
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'ServiceAccountNamesMissing' });
    },
  );

  it.each([KEY, ISSUER])(
    'leaves nothing to make for %s where the issuer is somebody else’s',
    async (operation) => {
      const providerArn = `arn:aws:iam::${account.id}:oidc-provider/oidc.example.com`;
      const outcome = await step(
        operation,
        await clusterBundle(OLDER, { issuer: { type: 'existing', providerArn } }),
      );
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'ClusterConfigInvalid' });
      expect(outcome.cause).toContain(`${ROLES}/`);
    },
  );

  it('makes roles for an issuer of somebody else, and with them all that there is to make', async () => {
    const { OpenIDConnectProviderArn: providerArn } = await account.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://oidc.example.com',
        ClientIDList: [...AUDIENCES],
      }),
    );
    const bundle = await clusterBundle(OLDER, { issuer: { type: 'existing', providerArn } });
    expect(await step(ROLES, bundle)).toMatchObject({ status: 'SUCCEEDED' });
    const before = await account.snapshot();
    expect(Object.keys(before.results)).toContain(ARCHIVE);
    const { run } = await step('prepare', bundle);
    expect((await reportOf(run)).changes).toEqual([]);
  });

  it('cannot make a part of a cluster of other facts than the rest has', async () => {
    await made(KEY, ISSUER);
    const before = await account.snapshot();
    const outcome = await step(ROLES, await clusterBundle(OLDER, { tags: { team: 'other' } }));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.cause).toContain('another tags than cluster demo was made with');
    expect(await account.snapshot()).toEqual(before);
  });

  it('cannot bring another key than the step before made', async () => {
    await made(KEY);
    const other = await tgzOf({
      'cluster.yaml': clusterYaml(FACTS),
      'serviceaccount-signer.public': publicPem(rsaKeyPair().publicKey),
      ...requestFiles(OLDER),
    });
    expect(await step(ISSUER, other)).toMatchObject({ status: 'FAILED', error: 'SigningKeyConflict' });
  });
});
