import { describe, expect, it } from 'vitest';
import { ownerTags } from '../../../../core/domain/names.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { leftAsIs } from '../../../../core/usecases/prepare/left-as-is.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { fakeLimits } from '../../../support/fakes/unlimited.ts';
import { type Account, account, BOUNDARY, preparedAccount, verified } from './prepared.ts';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
const ALL: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

const policy = (...statements: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
const bounding = (document: PolicyDocument | 'missing' | undefined) =>
  fakeLimits({ boundary: async () => document });
const planOf = async (made: Account) => (await planChanges(made.desired, undefined, made)).plan;

describe('a permissions boundary', () => {
  it.each<[string, PolicyDocument | undefined, RegExp]>([
    [
      'takes what a request asks for',
      policy(ALL, { Effect: 'Deny', Action: 's3:List*', Resource: '*' }),
      /^its permissions boundary arn:\S+:policy\/Boundary takes away s3:ListBucket on \* \(.*\)$/,
    ],
    [
      'allows something else',
      policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
      /takes away s3:ListBucket on \* /,
    ],
    [
      'may take it',
      policy(ALL, {
        Effect: 'Deny',
        Action: 's3:List*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
      }),
      /^it cannot be told whether its permissions boundary \S+ takes away s3:ListBucket/,
    ],
    ['cannot be read', undefined, /could not be read, so what that takes away is not known$/],
  ])('that %s is told by the plan, and nothing is proved of the permissions', async (_, document, why) => {
    const made = { ...(await preparedAccount()), limits: bounding(document) };
    const plan = await planOf(made);
    expect(plan.withheld?.[INGRESS]).toMatch(why);
    expect(plan.warnings).toContain(`IAM role ${INGRESS}: ${plan.withheld?.[INGRESS]}.`);
    expect(await verified({ ...made, plan })).toContainEqual({
      check: 'role-permissions',
      subject: INGRESS,
      outcome: 'not-proved',
      detail: plan.withheld?.[INGRESS],
    });
  });

  it('that somebody put on a role by hand counts as one that was asked for', async () => {
    const made = await preparedAccount();
    const desired = {
      ...made.desired,
      roles: made.desired.roles.map(({ permissionsBoundaryArn: _, ...role }) => role),
    };
    const limits = bounding(policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }));
    const { plan } = await planChanges(desired, undefined, { ...made, limits });
    expect(plan.roles).toEqual([]);
    expect(plan.withheld?.[INGRESS]).toContain(`${BOUNDARY} takes away`);
  });

  it('that leaves all that was asked for is not spoken of, and is read once for all roles', async () => {
    const read: string[] = [];
    const limits = fakeLimits({
      boundary: async (arn) => {
        read.push(arn);
        return policy(ALL);
      },
    });
    const plan = await planOf({ ...(await preparedAccount()), limits });
    expect(plan).not.toHaveProperty('withheld');
    expect(plan).not.toHaveProperty('warnings');
    expect(read).toEqual([BOUNDARY]);
  });

  it('that a role has by hand and that does not exist is told, and stands against nothing', async () => {
    const made = await preparedAccount();
    const desired = {
      ...made.desired,
      roles: made.desired.roles.map(({ permissionsBoundaryArn: _, ...role }) => role),
    };
    const { plan } = await planChanges(desired, undefined, { ...made, limits: bounding('missing') });
    expect(plan.withheld?.[INGRESS]).toBe(
      `its permissions boundary ${BOUNDARY} could not be read, so what that takes away is not known`,
    );
  });

  it('that does not exist is told before anything is made, with the roles that were to have it', async () => {
    const made = { ...account(), limits: bounding('missing') };
    await expect(planOf(made)).rejects.toMatchObject({
      name: 'BoundaryNotFound',
      message: expect.stringMatching(
        new RegExp(
          `^The permissions boundary ${BOUNDARY}, which 2 IAM roles are to have, demo-\\S+ first, does not exist\\.`,
        ),
      ),
    });
    expect(
      [made.store, made.issuerBucket, made.providers, made.roles].flatMap(({ writes }) => writes),
    ).toEqual([]);
  });
});

describe('what a run leaves as it is', () => {
  const { desired } = account();
  const left = (trust: PolicyDocument | undefined, bucketPolicy?: PolicyDocument) =>
    leftAsIs(desired, {
      roles: desired.roles.map((role) => ({ role: { ...role, trust: trust ?? role.trust } })).slice(0, 1),
      boundaries: new Map([[BOUNDARY, policy(ALL)]]),
      bucketPolicy,
    });
  const [role] = desired.roles;
  const { bucketArn, reading } = {
    bucketArn: 'arn:aws:s3:::demo-oidc',
    reading: desired.issuer.type === 'public-bucket' ? desired.issuer.policy : policy(),
  };

  it('is whom else a role trusts', () => {
    const trust = policy(...(role?.trust.Statement ?? []), {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:role/admin' },
      Action: 'sts:AssumeRole',
    });
    expect(left(trust).warnings).toEqual([
      `IAM role ${role?.name} trusts, besides the service accounts of its component: AWS arn:aws:iam::123456789012:role/admin. It stays.`,
    ]);
  });

  it.each<[string, PolicyStatement, RegExp]>([
    [
      'write the documents',
      { Sid: 'Ci', Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: `${bucketArn}/*` },
      /^By statement "?Ci"? of the policy of bucket demo-oidc others may write the documents/,
    ],
    [
      'do something with other objects',
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `${bucketArn}/logs/*`,
      },
      /others may do something besides reading, though not to the documents\. It stays\.$/,
    ],
  ])('is who else may %s', (_, statement, warning) => {
    expect(left(undefined, policy(...reading.Statement, statement)).warnings).toEqual([
      expect.stringMatching(warning),
    ]);
  });

  it('is another cluster that has the same issuer', () => {
    const shared = (tags: Record<string, string>) =>
      leftAsIs(desired, {
        roles: [],
        boundaries: new Map(),
        bucketPolicy: undefined,
        provider: { host: desired.issuer.host, audiences: [], thumbprints: [], tags },
      });
    expect(shared({ ...ownerTags('demo'), ...ownerTags('prod') }).warnings).toEqual([
      `Cluster prod has the identity provider ${desired.providerArn} too: service accounts of the same names in it can assume the roles of cluster demo, and the other way round.`,
    ]);
    expect(shared(ownerTags('demo'))).toEqual({});
  });

  it('is nothing where all is as the run makes it', () => {
    expect(left(undefined, reading)).toEqual({});
  });
});
