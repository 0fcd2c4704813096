import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  GetPolicyCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Tombstone } from '../../core/domain/deletion/plan.ts';
import type { DeletionReport } from '../../core/domain/deletion/report.ts';
import { RETIRED_TAG } from '../../core/domain/names.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import { bundle, CLUSTER_FILE, clusterYaml } from '../support/bundles.ts';
import { uploadDeletion } from '../support/deleting.ts';
import { deletions as badFiles } from './rejections/deletions.ts';

let account: TestAccount;

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
});

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});

/** A name of a bucket that no other test has: they are global. */
const nameOf = (purpose: string) => `${purpose}-${account.id}`;

async function prepare(name: string): Promise<void> {
  const bytes = await bundle({ [CLUSTER_FILE]: clusterYaml({ name }) });
  expect(await account.run(`prepare/${name}.tgz`, bytes)).toMatchObject({ status: 'SUCCEEDED' });
}

const upload = (key: string, text: string) => uploadDeletion(account, key, text);

const outcomesOf = (report: DeletionReport | undefined) =>
  Object.fromEntries(report?.items.map(({ resource, outcome }) => [resource, outcome]) ?? []);
const rolesOf = async (name: string) => {
  const { Roles = [] } = await account.iam.send(new ListRolesCommand({}));
  return Roles.flatMap(({ RoleName = '' }) => (RoleName.startsWith(name) ? RoleName : []));
};
const tombstoneOf = async (name: string) =>
  JSON.parse((await account.read(`clusters/${name}/deleted.json`)) ?? 'null') as Tombstone | null;

describe('a cluster that is deleted', () => {
  it('is planned first, goes but for the name of its bucket, and can be made again', async () => {
    const name = nameOf('gone');
    await prepare(name);
    const roles = await rolesOf(name);
    const [first = ''] = roles;
    const { Policy } = await account.iam.send(
      new CreatePolicyCommand({
        PolicyName: `attached-${name}`,
        PolicyDocument: POLICY,
      }),
    );
    await account.iam.send(new AttachRolePolicyCommand({ RoleName: first, PolicyArn: Policy?.Arn }));
    await account.iam.send(
      new PutRolePolicyCommand({ RoleName: first, PolicyName: 'added-by-hand', PolicyDocument: POLICY }),
    );
    const before = await account.snapshot();

    const planned = await upload(`plan/delete/${name}.yaml`, `confirm: ${name}`);
    expect(planned).toMatchObject({ status: 'SUCCEEDED', report: { outcome: 'planned' } });
    expect(await account.snapshot()).toEqual(before);
    expect(outcomesOf(planned.report)).toEqual({
      ...Object.fromEntries(roles.map((role) => [`role ${role}`, 'goes'])),
      [`identity provider arn:aws:iam::${account.id}:oidc-provider/${name}-oidc.s3.us-east-2.amazonaws.com`]:
        'goes',
      [`issuer bucket ${name}-oidc: documents`]: 'goes',
      [`issuer bucket ${name}-oidc`]: 'stays',
      'files of the cluster': 'goes',
      'private signing key': 'goes',
      'registry entry': 'goes',
    });
    const ofFirst = planned.report?.items.find(({ resource }) => resource === `role ${first}`);
    expect(ofFirst?.detail).toContain(`${Policy?.Arn} will be detached, and stays`);
    expect(ofFirst?.detail).toContain('added-by-hand go with it');

    const deleted = await upload(`delete/${name}.yaml`, `confirm: ${name}`);
    expect(deleted).toMatchObject({ status: 'SUCCEEDED', report: { outcome: 'deleted' } });
    expect(deleted.states).toEqual([
      'ReadDeletion',
      'IsDeletionConfirmed',
      'Lock',
      'IsLockHeld',
      'PlanDeletion',
      'IsDeletionRefused',
      'NeedsApproval',
      'DeleteRoles',
      'DeleteProvider',
      'DeleteIssuer',
      'DeleteFiles',
      'ReportDeletion',
      'UnlockAfterDeletion',
      'ChooseEnd',
      'Deleted',
    ]);
    expect(await rolesOf(name)).toEqual([]);
    expect(await account.iam.send(new GetPolicyCommand({ PolicyArn: Policy?.Arn }))).toBeTruthy();
    const Bucket = `${name}-oidc`;
    const s3 = account.s3('us-east-2');
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([...Versions, ...DeleteMarkers]).toEqual([]);
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(TagSet?.find(({ Key }) => Key === RETIRED_TAG)?.Value).toContain('whoever took the name');
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration).toMatchObject({ BlockPublicPolicy: true });

    const left = await account.keys(`clusters/${name}/`);
    expect(left.filter((key) => !key.includes('/runs/'))).toEqual([`clusters/${name}/deleted.json`]);
    const { Versions: ofKey = [] } = await account
      .s3()
      .send(
        new ListObjectVersionsCommand({ Bucket: account.output, Prefix: `clusters/${name}/install/tls/` }),
      );
    expect(ofKey).toEqual([]);
    expect(await tombstoneOf(name)).toMatchObject({
      name,
      deletions: [{ run: deleted.run, bucketName: 'reserved', privateKey: 'erased', entry: { name } }],
    });

    await prepare(name);
    const again = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(again.TagSet?.map(({ Key }) => Key)).not.toContain(RETIRED_TAG);
    const last = await upload(
      `delete/${name}.yaml`,
      `confirm: ${name}\nrelease-name: true\nprivate-key: keep\n`,
    );
    expect(last).toMatchObject({ status: 'SUCCEEDED' });
    await expect(s3.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toThrow(/bucket/i);
    expect((await tombstoneOf(name))?.deletions.map(({ bucketName }) => bucketName)).toEqual([
      'reserved',
      'released',
    ]);
    const { Versions: kept = [] } = await account
      .s3()
      .send(
        new ListObjectVersionsCommand({ Bucket: account.output, Prefix: `clusters/${name}/install/tls/` }),
      );
    expect(kept.length).toBeGreaterThan(0);
  });

  it('stays as it is while something stands against it, and hears of all of it', async () => {
    const name = nameOf('held');
    await prepare(name);
    await account
      .s3('us-east-2')
      .send(new PutObjectCommand({ Bucket: `${name}-oidc`, Key: 'backup.tar', Body: 'x' }));
    const before = await account.snapshot();
    const outcome = await upload(`delete/${name}.yaml`, `confirm: ${name}`);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'DeletionRefused',
      report: { outcome: 'refused' },
    });
    expect(outcome.cause).toContain('backup.tar');
    expect(await account.snapshot()).toEqual(before);
    expect(await upload(`delete/${name}.yaml`, `confirm: ${name}\nforeign-objects: keep`)).toMatchObject({
      status: 'SUCCEEDED',
    });
  });
});

describe('a file that does not say what is to be deleted', () => {
  const name = 'held';

  it('is refused with every reason, and nothing is looked at', async () => {
    await prepare(name);
    const before = await account.snapshot();
    for (const { title, key = `delete/${name}.yaml`, text, error, says } of badFiles) {
      const outcome = await upload(key, text);
      expect(outcome, title).toMatchObject({ status: 'FAILED', error });
      expect(outcome.states, title).toEqual(['ReadDeletion', 'IsDeletionConfirmed', 'DeletionRejected']);
      expect(outcome.cause, title).toContain(says);
      expect(await account.read(`rejected/${outcome.run}/report.md`), title).toContain('refused');
    }
    expect(await account.snapshot()).toEqual(before);
  });
});
