import { describe, expect, it } from 'vitest';
import { ownerTags } from '../../../../core/domain/names.ts';
import type { RoleSnapshot } from '../../../../core/domain/observed.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { audited, changeRole, preparedCluster, RULES, sameRelease } from './audited.ts';
import {
  type Change,
  driftAfter,
  INGRESS,
  MANAGED,
  onlyDriftAfter,
  policy,
  RESOURCE,
  role,
  withoutTag,
} from './drifted.ts';

describe('the trust of a role', () => {
  const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com';
  const SUB = 'demo-oidc.s3.us-east-2.amazonaws.com:sub';
  const SUBJECT = 'system:serviceaccount:openshift-ingress-operator:ingress-operator';
  const trust = (more: object): Change =>
    role({
      trust: policy({
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: PROVIDER },
        Condition: { StringEquals: { [SUB]: SUBJECT } },
        ...more,
      }),
    });

  it('is the same when it is written by hand', async () => {
    await expect(driftAfter(trust({}))).resolves.toEqual([]);
  });

  it.each<[string, Change]>([
    ['cannot be read', (cluster) => changeRole(cluster, INGRESS, ({ trust: _, ...state }) => state)],
    [
      'hangs on a key of which nothing is known',
      trust({ Condition: { StringEquals: { [SUB]: SUBJECT }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    ],
    ['has an effect that is none', trust({ Effect: 'allow' })],
  ])('cannot be told when it %s', async (_, change) => {
    const found = await onlyDriftAfter(change);
    expect(found).toMatchObject({ kind: 'TrustUnclear', severity: 'warning', resource: RESOURCE });
    expect(found.message).toMatch(
      new RegExp(`^Whether the role trusts ${SUBJECT} cannot be told, because .+\\.$`),
    );
  });

  it('is narrowed when one of its service accounts is refused, whatever can be told of the others', async () => {
    const name = 'demo-openshift-image-registry-installer-cloud-credentials';
    const found = await onlyDriftAfter((cluster) =>
      changeRole(cluster, name, (state) => ({
        ...state,
        trust: policy({
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: PROVIDER },
          Condition: {
            StringEquals: {
              [SUB]: 'system:serviceaccount:openshift-image-registry:registry',
              'aws:SourceVpc': 'vpc-1',
            },
          },
        }),
      })),
    );
    expect(found).toMatchObject({ kind: 'TrustNarrowed', severity: 'critical' });
    expect(found.message).toContain('system:serviceaccount:openshift-image-registry:operator');
    expect(found.message).not.toContain('system:serviceaccount:openshift-image-registry:registry (');
  });

  const stranger = (Principal: unknown, Action = 'sts:AssumeRole', more: object = {}): Change =>
    role({
      trust: policy(
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: PROVIDER },
          Condition: { StringEquals: { [SUB]: SUBJECT } },
        },
        { Effect: 'Allow', Action, Principal, ...more },
      ),
    });
  const WEB = 'sts:AssumeRoleWithWebIdentity';

  it.each<[string, Change, string]>([
    ['whom it does not name', trust({ Principal: undefined, NotPrincipal: { AWS: '*' } }), 'everybody but'],
    ['everybody', stranger('*'), 'everybody (*)'],
    ['every account', stranger({ AWS: '*' }), 'AWS *'],
    [
      'another account',
      stranger({ AWS: 'arn:aws:iam::999999999999:root' }),
      'AWS arn:aws:iam::999999999999:root',
    ],
    ['a service', stranger({ Service: 'ec2.amazonaws.com' }), 'Service ec2.amazonaws.com'],
    [
      'another issuer, be it on a condition',
      stranger({ Federated: 'arn:aws:iam::123456789012:oidc-provider/other' }, WEB, {
        Condition: { StringEquals: { 'other:sub': 'a' } },
      }),
      'oidc-provider/other if StringEquals other:sub',
    ],
    ['all service accounts', trust({ Condition: {} }), 'every service account of the cluster'],
    [
      'all service accounts of an audience',
      trust({ Condition: { StringEquals: { [SUB.replace(/sub$/, 'aud')]: 'openshift' } } }),
      'every service account of the cluster',
    ],
    [
      'service accounts by a pattern',
      trust({ Condition: { StringLike: { [SUB]: 'system:serviceaccount:*' } } }),
      'by the pattern StringLike',
    ],
    [
      'a namespace by a pattern, beside its own',
      stranger({ Federated: PROVIDER }, WEB, {
        Condition: { StringLike: { [SUB]: 'system:serviceaccount:a:*' } },
      }),
      'by the pattern StringLike',
    ],
  ])('is widened to %s: critical, and it says to whom', async (_, change, whom) => {
    const found = await onlyDriftAfter(change);
    expect(found).toMatchObject({ kind: 'TrustWidened', severity: 'critical', resource: RESOURCE });
    expect(found.message).toContain(whom);
    expect(found.remedy).toContain(
      `aws iam update-assume-role-policy --role-name ${INGRESS} --policy-document '{`,
    );
  });

  it('says more than was prepared: a further service account by name is a warning', async () => {
    const more = [SUBJECT, 'system:serviceaccount:openshift-ingress-operator:other'];
    const found = await onlyDriftAfter(trust({ Condition: { StringEquals: { [SUB]: more } } }));
    expect(found).toMatchObject({ kind: 'TrustChanged', severity: 'warning' });
    expect(found.message).toContain(`besides ${more[1]}`);
  });

  it('that is widened and narrowed at once is narrowed, and says both', async () => {
    const found = await onlyDriftAfter(trust({ Principal: { AWS: 'arn:aws:iam::9:root' } }));
    expect(found).toMatchObject({ kind: 'TrustNarrowed' });
    expect(found.message).toContain('It trusts besides: AWS arn:aws:iam::9:root');
  });

  it('that names another service account instead is narrowed, and says both', async () => {
    const other = 'system:serviceaccount:openshift-ingress-operator:other';
    const found = await onlyDriftAfter(trust({ Condition: { StringEquals: { [SUB]: other } } }));
    expect(found).toMatchObject({ kind: 'TrustNarrowed' });
    expect(found.message).toContain(`It trusts besides: ${other}.`);
  });

  const wide = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

  it.each<[string, Change[], string]>([
    ['it', [stranger({ AWS: '*' })], 'TrustWidened'],
    ['what the role may do', [role({ inline: { [INGRESS]: wide } })], 'PermissionsWidened'],
    [
      'what a role may do that a run took over',
      [
        withoutTag,
        role({ attached: [MANAGED] }),
        ({ policies }) => {
          policies[MANAGED] = wide;
        },
      ],
      'PermissionsWidened',
    ],
  ])('closes the way to every release when %s is widened', async (_, changes, kind) => {
    const cluster = await preparedCluster();
    for (const change of changes) await change(cluster);
    const releases = [desiredReleaseOf(sameRelease('4.21.0'), cluster.record.desired, RULES)];
    const audit = await audited(cluster, { releases });
    expect(audit.releases).toMatchObject([{ status: 'not-ready', reasons: [expect.stringContaining(kind)] }]);
    expect(audit.releases[0]).not.toHaveProperty('gate');
  });
});

describe('a role with the tags of the cluster that nobody asks for', () => {
  it.each<[Partial<RoleSnapshot>, string]>([
    [{}, 'IAM shows no use of it'],
    [{ createdAt: '2026-03-01T09:59:00.000Z' }, 'made 2026-03-01T09:59:00.000Z; IAM shows no use of it'],
    [{ lastUsed: '2026-03-01T10:00:00.000Z' }, 'last used 2026-03-01T10:00:00.000Z'],
  ])('is left over: %j', async (more, live) => {
    const orphan = roleSnapshot('demo-left-over', { tags: ownerTags('demo'), ...more });
    await expect(onlyDriftAfter(({ roles }) => roles.set(orphan.name, orphan))).resolves.toMatchObject({
      kind: 'RoleOrphaned',
      severity: 'warning',
      resource: 'role demo-left-over',
      live,
    });
  });

  it('is said to be perhaps of use to others whom it trusts', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::123456789012:role/backup' },
          Action: 'sts:AssumeRole',
        },
      ],
    };
    const { message } = await onlyDriftAfter(({ roles }) =>
      roles.set('x', roleSnapshot('x', { tags: ownerTags('demo'), trust })),
    );
    expect(message).toMatch(
      /Its trust policy admits AWS arn:\S+:role\/backup, and whoever that is may use it\.$/,
    );
  });

  it('has one id, whenever it was used last', async () => {
    const idOf = async (lastUsed: string) =>
      (
        await onlyDriftAfter(({ roles }) =>
          roles.set('x', roleSnapshot('x', { tags: ownerTags('demo'), lastUsed })),
        )
      ).id;
    await expect(idOf('2026-03-01T10:00:00Z')).resolves.toBe(await idOf('2026-03-02T10:00:00Z'));
  });

  it.each([{}, ownerTags('demo-2'), { Name: 'demo' }])('is none with the tags %j', async (tags) => {
    await expect(driftAfter(({ roles }) => roles.set('x', roleSnapshot('x', { tags })))).resolves.toEqual([]);
  });
});
