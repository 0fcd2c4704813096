import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import { BOUNDARY } from '../prepare/prepared.ts';
import { asks, changeRole, INGRESS_REQUEST, REGISTRY_REQUEST } from './audited.ts';
import { changed, comparedWith, INGRESS, kindsOf, SAME, statements, UPLOAD } from './compared.ts';

describe('permissions that a release asks for', () => {
  const statementOf = (...Action: string[]) => ({ Effect: 'Deny', Action, Resource: 'x' });
  /** What is shown of the ingress role's policy when a release asks for s3:PutObject too. */
  const liveOf = async (policy: PolicyDocument) => {
    const asked = statements({ effect: 'Allow', action: ['s3:PutObject'], resource: '*' });
    const { findings } = await comparedWith(changed(asked), [
      (cluster) => changeRole(cluster, INGRESS, (role) => ({ ...role, inline: { [INGRESS]: policy } })),
    ]);
    return findings.map(({ live = '' }) => JSON.stringify(JSON.parse(live)));
  };
  const MORE = changed(
    statements(
      { effect: 'Allow', action: ['s3:GetObject', 's3:PutObject', 'ec2:DescribeVpcs'], resource: '*' },
      { effect: 'Allow', action: ['sts:AssumeRole'], resource: 'arn:aws:iam::1:role/a' },
    ),
  );

  it('are missing: which, and what would give them', async () => {
    const compared = await comparedWith(MORE);
    expect(compared).toMatchObject({
      status: 'not-ready',
      reasons: ['1 of 2 components lack something.'],
      unchanged: 1,
      findings: [
        {
          kind: 'PermissionsMissing',
          severity: 'critical',
          resource: `role ${INGRESS}`,
          message: expect.stringMatching(
            /^The release asks for .*s3:PutObject.*sts:AssumeRole on arn:aws:iam::1:role\/a.*\.$/,
          ),
          actions: ['s3:PutObject', 'ec2:DescribeVpcs', 'sts:AssumeRole'],
          remedy: UPLOAD,
        },
      ],
    });
    const [{ wanted = '', live = '' } = {}] = compared.findings;
    expect(wanted).not.toContain('s3:GetObject');
    expect(JSON.stringify(JSON.parse(wanted))).toContain(
      '"Action":["sts:AssumeRole"],"Resource":"arn:aws:iam::1:role/a"',
    );
    expect(live).toContain('s3:ListBucket');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['of other services', statementOf('ec2:DescribeVpcs', 'iam:PassRole'), '[]'],
    ['of the same service', statementOf('ec2:DescribeVpcs', 'S3:Put*'), '"Action":["S3:Put*"]'],
    ['of every service', statementOf('ec2:DescribeVpcs', '*'), '"Action":["*"]'],
    ['of all but some actions', { Effect: 'Deny', NotAction: 'ec2:*', Resource: 'x' }, '"NotAction":"ec2:*"'],
    ['that are none', {}, '{}'],
  ])('are shown beside what the role has: statements %s', async (_, statement, shown) => {
    const [found] = await liveOf({ Version: '2012-10-17', Statement: [statement] });
    expect(found).toContain(shown);
    expect(found).not.toContain('DescribeVpcs');
  });

  it.each<[string, unknown]>([
    ['no statements', undefined],
    ['a statement that is null', [null]],
    ['a statement that is text', ['hello']],
  ])('are compared with a policy that has %s', async (_, Statement) => {
    await expect(liveOf({ Version: '2012-10-17', Statement } as PolicyDocument)).resolves.not.toEqual([]);
  });

  it('cannot be told when an attached policy could not be read', async () => {
    const attached = 'arn:aws:iam::123456789012:policy/Unreadable';
    const compared = await comparedWith(SAME, [
      (cluster) => changeRole(cluster, INGRESS, (role) => ({ ...role, attached: [attached] })),
    ]);
    expect(compared).toMatchObject({
      status: 'unknown',
      reasons: ['Of 1 things it cannot be told whether they suffice.'],
      unchanged: 1,
      findings: [
        {
          kind: 'ReleasePermissionsUnclear',
          severity: 'warning',
          resource: `role ${INGRESS}`,
          message: expect.stringContaining(attached),
          actions: ['s3:GetObject', 's3:ListBucket'],
        },
      ],
    });
  });

  it('are within a boundary, or missing', async () => {
    const compared = await comparedWith(SAME, [
      ({ policies }) => {
        policies[BOUNDARY] = {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
        };
      },
    ]);
    expect(kindsOf(compared)).toEqual(['PermissionsMissing', 'PermissionsMissing']);
    expect(compared.reasons).toEqual(['2 of 2 components lack something.']);
  });

  it("are denied by something else, as IAM's simulator says", async () => {
    const decision = {
      action: 's3:ListBucket',
      allowed: false,
      detail: 'implicitDeny',
      resource: '*',
      condition: '',
    };
    const compared = await comparedWith(SAME, [], new Map([[INGRESS, [decision]]]));
    expect(compared).toMatchObject({
      status: 'not-ready',
      findings: [{ kind: 'SimulationDisagrees', resource: `role ${INGRESS}` }],
      unchanged: 1,
    });
    const other = await comparedWith(SAME, [], new Map([['another role', [decision]]]));
    expect(other).toMatchObject({ status: 'ready', findings: [] });
  });
});

describe('service accounts that a release has', () => {
  it('are not trusted: which, and whom the role trusts', async () => {
    const compared = await comparedWith(changed({}, ['ingress-operator', 'second', 'third']));
    const subject = (account: string) => `system:serviceaccount:openshift-ingress-operator:${account}`;
    expect(compared).toMatchObject({
      status: 'not-ready',
      unchanged: 1,
      findings: [
        {
          kind: 'ServiceAccountMissing',
          severity: 'critical',
          resource: `role ${INGRESS}`,
          live: subject('ingress-operator'),
          wanted: ['ingress-operator', 'second', 'third'].map(subject).join('\n'),
          remedy: UPLOAD,
        },
      ],
    });
    const [{ message = '' } = {}] = compared.findings;
    expect(message).toMatch(/^The role does not trust .*:second \(.+\), .*:third \(.+\)\.$/);
    expect(message).not.toContain(`${subject('ingress-operator')} (`);
  });

  it('are trusted by a pattern', async () => {
    const compared = await comparedWith(changed({}, ['ingress-operator', 'second']), [
      (cluster) =>
        changeRole(cluster, INGRESS, ({ trust, ...role }) => ({
          ...role,
          trust: JSON.parse(
            JSON.stringify(trust).replace('StringEquals', 'StringLike').replace(':ingress-operator"', ':*"'),
          ),
        })),
    ]);
    expect(compared).toMatchObject({ status: 'ready', findings: [] });
  });

  it('are those that it removed: the role may trust more', async () => {
    const less = [asks(...INGRESS_REQUEST), asks(REGISTRY_REQUEST[0], REGISTRY_REQUEST[1], ['operator'])];
    await expect(comparedWith(less)).resolves.toMatchObject({ status: 'ready', findings: [] });
  });

  it('cannot be told of when the trust cannot be read', async () => {
    const compared = await comparedWith(SAME, [
      (cluster) => changeRole(cluster, INGRESS, ({ trust: _, ...role }) => role),
    ]);
    expect(compared).toMatchObject({
      status: 'unknown',
      findings: [{ kind: 'ReleaseTrustUnclear', severity: 'warning', live: 'no subject' }],
    });
  });
});
