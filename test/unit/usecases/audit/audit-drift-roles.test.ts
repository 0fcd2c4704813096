import { describe, expect, it } from 'vitest';
import type { Severity } from '../../../../core/domain/audit/report.ts';
import { ownerTags } from '../../../../core/domain/names.ts';
import type { RoleSnapshot } from '../../../../core/domain/observed.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { BOUNDARY } from '../prepare/prepared.ts';
import { audited, changeRole, EVERYTHING, preparedCluster, RULES, sameRelease } from './audited.ts';
import {
  type Change,
  driftAfter,
  INGRESS,
  kinds,
  MANAGED,
  onlyDriftAfter,
  policy,
  RESOURCE,
  role,
  unbounded,
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

describe('the permissions of a role', () => {
  const asked = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' };
  const own = (...more: PolicyStatement[]) => role({ inline: { [INGRESS]: policy(asked, ...more) } });

  it.each<[string, Change, string]>([
    ['everything', own({ Effect: 'Allow', Action: '*', Resource: '*' }), '* on *'],
    ['a service', own({ Effect: 'Allow', Action: ['iam:*'], Resource: '*' }), 'iam:* on *'],
    ['what it names', own({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }), 'everything but iam:*'],
    [
      'everything, on a condition',
      own({
        Effect: 'Allow',
        Action: 's3:*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      }),
      's3:* on * if',
    ],
  ])('are widened to %s: critical, and it says to what', async (_, change, what) => {
    const found = await onlyDriftAfter(change);
    expect(found).toMatchObject({ kind: 'PermissionsWidened', severity: 'critical', resource: RESOURCE });
    expect(found.message).toContain(what);
    expect(found.remedy).toContain(
      `aws iam put-role-policy --role-name ${INGRESS} --policy-name ${INGRESS} `,
    );
  });

  it.each<[string, PolicyStatement]>([
    ['a further action', { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
    ['further metadata', { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
  ])('say more than was prepared: %s by name is a warning', async (_, more) => {
    const found = await onlyDriftAfter(own(more));
    expect(found).toMatchObject({ kind: 'PermissionsChanged', severity: 'warning' });
    expect(found.message).toContain(`besides ${(more as { Action: string }).Action} on *`);
  });

  it('are widened when what was asked for on some is granted on everything', async () => {
    const cluster = await preparedCluster();
    const { desired, entry } = cluster.record;
    const narrow = policy({ ...asked, Resource: 'arn:aws:s3:::a/*' });
    const roles = desired.roles.map((each) => (each.name === INGRESS ? { ...each, policy: narrow } : each));
    cluster.record = { entry, desired: { ...desired, roles } };
    const { drift } = await audited(cluster);
    expect(drift).toMatchObject([{ kind: 'PermissionsWidened' }]);
    expect(drift[0]?.message).toContain('s3:GetObject on *');
  });

  const attach =
    (document: PolicyDocument | null): Change =>
    (cluster) => {
      cluster.policies[MANAGED] = document;
      changeRole(cluster, INGRESS, (state) => ({ ...state, attached: [MANAGED] }));
    };
  const inline =
    (name: string, document: PolicyDocument | null): Change =>
    (cluster) =>
      changeRole(cluster, INGRESS, (state) => ({ ...state, inline: { ...state.inline, [name]: document } }));
  const deny = policy({ Effect: 'Deny', Action: 's3:ListBucket', Resource: '*' });

  it.each<[string, Change[], string[]]>([
    ['an attached policy could not be read', [attach(null)], ['PermissionsUnclear', 'PolicyAttached']],
    [
      'an attached policy is not among those that were read',
      [role({ attached: ['arn:aws:iam::999999999999:policy/Gone'] })],
      ['PermissionsUnclear', 'PolicyAttached'],
    ],
    [
      'its boundary could not be read',
      [
        ({ policies }) => {
          policies[BOUNDARY] = null;
        },
      ],
      ['PermissionsUnclear', 'PermissionsUnclear'],
    ],
    [
      'another inline policy is not JSON',
      [inline('more', null)],
      ['InlinePolicyExtra', 'PermissionsUnclear'],
    ],
    ['its own inline policy is not JSON', [inline(INGRESS, null)], ['PermissionsUnclear']],
  ])('cannot be told when %s', async (_, changes, expected) => {
    const drift = await driftAfter(...changes);
    expect(kinds(drift)).toEqual(expected);
    for (const { kind, severity, actions, message } of drift.filter(
      ({ kind: is }) => is === 'PermissionsUnclear',
    )) {
      expect({ kind, severity, actions }).toEqual({
        kind,
        severity: 'warning',
        actions: ['s3:GetObject', 's3:ListBucket'],
      });
      expect(message).toMatch(
        /^It cannot be told whether the role has s3:GetObject, s3:ListBucket on \* \(.+\)\.$/,
      );
    }
  });

  it.each<[string, Change[], string[]]>([
    ['another inline policy denies one', [inline('more', deny)], ['InlinePolicyExtra', 'PermissionsLost']],
    ['an attached policy denies one', [attach(deny)], ['PermissionsLost', 'PolicyAttached']],
  ])('are lost when %s, though its own policy is what it was', async (_, changes, expected) => {
    const drift = await driftAfter(...changes);
    expect(kinds(drift)).toEqual(expected);
    expect(drift.find(({ kind }) => kind === 'PermissionsLost')).toMatchObject({
      severity: 'critical',
      resource: RESOURCE,
      actions: ['s3:ListBucket'],
      remedy: expect.stringContaining('Something else than its inline policy'),
    });
  });

  it('are lost to each role whose boundary denies them', async () => {
    const drift = await driftAfter(({ policies }) => {
      policies[BOUNDARY] = { ...EVERYTHING, Statement: [...EVERYTHING.Statement, ...deny.Statement] };
    });
    expect(kinds(drift)).toEqual(['PermissionsLost', 'PermissionsLost']);
    expect(drift.map(({ message }) => message).join()).toContain('boundary');
  });

  it('are there, in another policy', async () => {
    const wanted = (await preparedCluster()).roles.get(INGRESS)?.inline[INGRESS] ?? EVERYTHING;
    const drift = await driftAfter(attach(wanted), (cluster) =>
      changeRole(cluster, INGRESS, (state) => ({ ...state, inline: {} })),
    );
    expect(kinds(drift)).toEqual(['PermissionsChanged', 'PolicyAttached']);
    expect(drift.find(({ kind }) => kind === 'PermissionsChanged')?.live).toBe(
      'no inline policy of that name',
    );
  });

  it('name each action once, on however many resources it is lost', async () => {
    const statements = ['arn:aws:s3:::a', 'arn:aws:s3:::b'].map((Resource) => ({
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource,
    }));
    const found = await onlyDriftAfter(
      (cluster) => {
        const { desired, entry } = cluster.record;
        const roles = desired.roles.map((each) =>
          each.name === INGRESS
            ? { ...each, policy: { Version: '2012-10-17', Statement: statements } }
            : each,
        );
        cluster.record = { entry, desired: { ...desired, roles } };
      },
      role({ inline: {} }),
    );
    expect(found).toMatchObject({ kind: 'PermissionsLost', actions: ['s3:ListBucket'] });
  });
});

describe('what a role has in addition', () => {
  const having = (document: PolicyDocument): Change[] => [
    role({ permissionsBoundaryArn: BOUNDARY, attached: [MANAGED] }),
    (cluster) => {
      cluster.policies[MANAGED] = document;
      changeRole(cluster, INGRESS, (state) => ({ ...state, inline: { ...state.inline, more: document } }));
    },
  ];
  const further = having(policy({ Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' }));

  it.each([
    ['that a run made', []],
    ['that a run took over', [withoutTag]],
  ])('grants everything: critical, of a role %s', async (_, changes) => {
    const drift = await driftAfter(unbounded, ...having(EVERYTHING), ...changes);
    const wide = drift.filter(({ kind }) => kind === 'PermissionsWidened');
    expect(wide.map(({ severity }) => severity)).toEqual(['critical', 'critical']);
    for (const { message } of wide) expect(message).toContain('It grants * on *.');
  });

  it.each<[string, Change[], Severity, string]>([
    ['of a role that a run made is a warning', [], 'warning', 'drifted'],
    ['of a role that a run took over is no drift', [withoutTag], 'info', 'clean'],
  ])('%s', async (_, changes, severity, status) => {
    const cluster = await preparedCluster();
    for (const change of [unbounded, ...further, ...changes]) await change(cluster);
    const audit = await audited(cluster);
    expect(kinds(audit.drift)).toEqual(['BoundaryAdded', 'InlinePolicyExtra', 'PolicyAttached']);
    expect(new Set(audit.drift.map((found) => found.severity))).toEqual(new Set([severity]));
    expect(audit.status).toBe(status);
  });

  it('of a role that a run took over is drift when it takes permissions away', async () => {
    const drift = await driftAfter(
      unbounded,
      withoutTag,
      role({ permissionsBoundaryArn: BOUNDARY }),
      ({ policies }) => {
        policies[BOUNDARY] = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
      },
    );
    expect(drift.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['PermissionsLost', 'critical'],
      ['BoundaryAdded', 'info'],
    ]);
  });

  it('does not hide what else is changed on a role that a run took over', async () => {
    const drift = await driftAfter(withoutTag, (cluster) =>
      changeRole(cluster, INGRESS, ({ permissionsBoundaryArn: _, ...state }) => ({
        ...state,
        trust: EVERYTHING,
        inline: {},
      })),
    );
    expect(drift.map(({ kind, severity }) => [kind, severity])).toContainEqual([
      'BoundaryMissing',
      'warning',
    ]);
    expect(drift.map(({ kind, severity }) => [kind, severity])).toContainEqual([
      'PermissionsLost',
      'critical',
    ]);
  });

  it('shows the boundary that nobody prepared', async () => {
    const found = await onlyDriftAfter(unbounded, role({ permissionsBoundaryArn: BOUNDARY }));
    expect(found).toMatchObject({
      kind: 'BoundaryAdded',
      live: BOUNDARY,
      wanted: 'none',
      resource: RESOURCE,
    });
    expect(found.remedy).toMatch(
      new RegExp(`: aws iam delete-role-permissions-boundary --role-name ${INGRESS}$`),
    );
  });

  it('is a finding for each policy', async () => {
    const drift = await driftAfter(role({ attached: [MANAGED, BOUNDARY] }), ({ policies }) => {
      for (const arn of [MANAGED, BOUNDARY])
        policies[arn] = policy({ Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' });
    });
    expect(kinds(drift)).toEqual(['PolicyAttached', 'PolicyAttached']);
    expect(new Set(drift.map(({ id }) => id)).size).toBe(2);
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
