import { describe, expect, it } from 'vitest';
import type { Severity } from '../../../../core/domain/audit/report.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { BOUNDARY } from '../prepare/prepared.ts';
import { audited, changeRole, EVERYTHING, preparedCluster } from './audited.ts';
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
