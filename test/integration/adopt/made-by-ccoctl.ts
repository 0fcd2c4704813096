import { DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { keyId } from '../../../core/domain/oidc.ts';
import type { RegistryEntry } from '../../../core/domain/registry.ts';
import {
  account,
  adopt,
  bundleOf,
  CLUSTER,
  entry,
  everything,
  given,
  KEY,
  proxy,
  reportOf,
} from '../../support/adopt/account.ts';
import { auditAccount, kindsOf } from '../../support/audit.ts';
import { statement } from '../../support/bundles.ts';
import {
  allow,
  type Components,
  editPolicy,
  NEWER_RELEASE,
  OLDER_RELEASE,
  permissionsOf,
  releaseBundle,
  roleOf,
} from '../../support/upgrading.ts';
import { writesOf } from '../../support/writes.ts';

describe('a cluster that ccoctl made', () => {
  it('is registered with its key and its roles, and nothing of it is changed', async () => {
    await given('ccoctl');
    const before = await everything();
    proxy.clear();
    const outcome = await adopt();
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.states).toEqual([
      'ReadBundle',
      'IsBundleAccepted',
      'Lock',
      'IsLockHeld',
      'PlanChanges',
      'NeedsApproval',
      'RegistersOnly',
      'RegisterCluster',
      'UnlockAdopted',
      'Adopted',
    ]);
    expect(writesOf(proxy.calls, account, CLUSTER)).toEqual([]);
    expect(await everything()).toEqual(before);
    expect(await entry()).toMatchObject({
      name: CLUSTER,
      release: OLDER_RELEASE,
      keyId: keyId(KEY),
      adopted: true,
      roles: [{ name: roleOf('image-registry') }, { name: roleOf('ingress') }],
    });
    const report = await reportOf(outcome);
    expect(report).toMatchObject({ outcome: 'adopted', operation: 'adopt', changes: [], files: [] });
    const text = await account.read(`clusters/${CLUSTER}/runs/${outcome.run}/report.md`);
    expect(text).toContain('Registered as it is; nothing was changed');
    expect(text).toContain('What differs from what a prepare would make');
  });

  it('is the same after it is adopted once more', async () => {
    await given('ccoctl');
    await editPolicy(account, 'ingress', (statements) => [...statements, allow('s3:ListAllMyBuckets')]);
    const first = await adopt();
    const { lastRun: _, ...registered } = (await entry()) as RegistryEntry;
    const before = await everything();
    const second = await adopt();
    expect(second).toMatchObject({ status: 'SUCCEEDED' });
    const { lastRun: __, ...again } = (await entry()) as RegistryEntry;
    expect(again).toEqual(registered);
    expect(await everything()).toEqual(before);
    expect((await reportOf(second)).differences).toEqual((await reportOf(first)).differences);
  });

  it('is told in the report how it differs, part by part', async () => {
    await given('ccoctl');
    await editPolicy(account, 'ingress', () => [allow('s3:ListAllMyBuckets')]);
    const name = roleOf('image-registry');
    await account.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name }));
    await account.iam.send(new DeleteRoleCommand({ RoleName: name }));
    const { differences } = await reportOf(await adopt());
    expect(differences).toEqual(
      expect.arrayContaining([
        { action: 'create', resource: `role ${name}`, part: 'all' },
        { action: 'update', resource: `role ${roleOf('ingress')}`, part: 'permissions' },
      ]),
    );
  });

  it('has no findings but those that the report of the adoption tells, though no file of it is here', async () => {
    await given('ccoctl');
    const { differences } = await reportOf(await adopt());
    // ccoctl does not say what type its documents are of.
    expect(new Set(differences?.map(({ resource }) => resource))).toEqual(
      new Set([`issuer bucket ${CLUSTER}-oidc`]),
    );
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(new Set(kindsOf(audited.drift))).toEqual(new Set(['DocumentStoredWrongly']));
  });

  it('is audited for what its requests ask for: findings, and no errors', async () => {
    await given('ccoctl-no-policy');
    await adopt();
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(audited.status).toBe('drifted');
    expect(kindsOf(audited.drift)).toEqual(expect.arrayContaining(['PermissionsLost', 'RoleMissing']));
  });

  it('keeps through add, upgrade and prune what somebody gave it, and gets no key of this pipeline', async () => {
    await given('ccoctl');
    const extra = allow('s3:ListAllMyBuckets');
    await editPolicy(account, 'ingress', (statements) => [...statements, extra]);
    await adopt();
    const newer: Components = {
      ingress: statement({ action: ['elasticloadbalancing:DescribeLoadBalancers', 'ec2:DescribeVpcs'] }),
      'image-registry': {},
      'machine-api': {},
    };
    for (const [key, bundle] of [
      [`add/${CLUSTER}/efs.tgz`, await releaseBundle({ efs: {} })],
      [`upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle(newer)],
      [`prune/${CLUSTER}/${NEWER_RELEASE}.tgz`, await releaseBundle(newer)],
      [`prepare/${CLUSTER}.tgz`, await bundleOf(newer, { release: NEWER_RELEASE })],
    ] as const) {
      expect(await account.run(key, bundle), key).toMatchObject({ status: 'SUCCEEDED' });
      expect(permissionsOf(await account.snapshot(), 'ingress'), key).toContainEqual(extra);
      expect(await entry(), key).toMatchObject({ keyId: keyId(KEY) });
    }
    const own = permissionsOf(await account.snapshot(), 'ingress');
    expect(JSON.stringify(own)).toContain('ec2:DescribeVpcs');
    expect(JSON.stringify(own)).not.toContain('route53:ListHostedZones');
    expect(await account.keys(`clusters/${CLUSTER}/install/tls`)).toEqual([]);
    expect(await entry()).not.toHaveProperty('adopted');
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(kindsOf(audited.drift)).toEqual(['PermissionsChanged']);
  });
});
