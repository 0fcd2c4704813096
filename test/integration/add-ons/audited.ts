import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { account, add, cluster, FOLDER, run } from '../../support/add-ons/account.ts';
import { auditAccount, kindsOf } from '../../support/audit.ts';
import {
  allow,
  CLUSTER,
  clusterBundle,
  editPolicy,
  manifestOf,
  NEWER_RELEASE,
  OLDER,
  releaseBundle,
  roleOf,
} from '../../support/upgrading.ts';

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
