import { describe, expect, it } from 'vitest';
import type { SourceDocument } from '../../../../core/domain/credentials-request.ts';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { FeatureSet } from '../../../../core/domain/feature-set.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { type ComparedRelease, compareRelease } from '../../../../core/usecases/audit/audit-release.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import type { Simulated } from '../../../../core/usecases/audit/simulate.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';
import { BOUNDARY } from '../prepare/prepared.ts';
import {
  asks,
  bundleOf,
  changeRole,
  INGRESS_REQUEST,
  observed,
  PLACEMENT,
  type PreparedCluster,
  preparedCluster,
  REGISTRY_REQUEST,
  sameRelease,
} from './audited.ts';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
const REGISTRY = 'demo-openshift-image-registry-installer-cloud-credentials';
const INGRESS_FILE = 'manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml';
const UPLOAD = 'Upload the bundle of the release as upgrade/demo/4.21.0.tgz.';
const NEW = asks('openshift-machine-api', 'aws-cloud-credentials', ['machine-api']);
const NEW_ROLE = 'demo-openshift-machine-api-aws-cloud-credentials';

const inFeatureSet = (value: string) => ({
  'metadata.annotations': { 'release.openshift.io/feature-set': value },
});

describe('what a release asks of a cluster', () => {
  const namesOf = (featureSet: FeatureSet, documents: readonly SourceDocument[]) => {
    const wanted = desiredReleaseOf(bundleOf('4.21.0', documents), demoCluster({ featureSet }), PLACEMENT);
    return 'roles' in wanted ? wanted.roles.map(({ name }) => name) : wanted.problems;
  };

  it('is a role for each request, as a run would make it', () => {
    const desired = demoCluster({ permissionsBoundaryArn: BOUNDARY, rolePath: '/ocp/' });
    const wanted = desiredReleaseOf(sameRelease('4.21.0'), desired, PLACEMENT);
    const withoutSource = ({ source: _, ...role }: DesiredRole) => role;
    expect('roles' in wanted && wanted.roles.map(withoutSource)).toEqual(desired.roles.map(withoutSource));
  });

  it.each<[FeatureSet, string[]]>([
    ['Default', [INGRESS]],
    ['TechPreviewNoUpgrade', [INGRESS, NEW_ROLE, REGISTRY]],
    ['DevPreviewNoUpgrade', [INGRESS, NEW_ROLE]],
  ])('hangs on its feature set: %s', (featureSet, names) => {
    const documents = [
      asks(...INGRESS_REQUEST),
      asks(
        'openshift-machine-api',
        'aws-cloud-credentials',
        ['a'],
        inFeatureSet('TechPreviewNoUpgrade,DevPreviewNoUpgrade'),
      ),
      asks(...REGISTRY_REQUEST, inFeatureSet('TechPreviewNoUpgrade')),
    ];
    expect(namesOf(featureSet, documents)).toEqual(names);
  });

  it('is not known when the bundle has problems', () => {
    const bundle = bundleOf('4.21.0', [asks(...INGRESS_REQUEST)], { problems: ['It is broken.'] });
    expect(desiredReleaseOf(bundle, demoCluster(), PLACEMENT)).toEqual({
      bundle,
      problems: ['It is broken.'],
    });
  });

  it('is not known when a request of its feature set is wrong, and is when one of another is', () => {
    const wrong = inFeatureSet('TechPreviewNoUpgrade');
    const documents = [
      asks(...INGRESS_REQUEST),
      asks(...REGISTRY_REQUEST, { ...wrong, 'spec.serviceAccountNames': undefined }),
    ];
    expect(namesOf('Default', documents)).toEqual([INGRESS]);
    expect(namesOf('TechPreviewNoUpgrade', documents)).toEqual([
      expect.stringMatching(/^openshift-image-registry\.yaml, document 1, spec\.serviceAccountNames: /),
    ]);
  });

  it('is not known when nothing is for its feature set', () => {
    const documents = [asks(...INGRESS_REQUEST, inFeatureSet('TechPreviewNoUpgrade'))];
    expect(namesOf('Default', documents)).toEqual([
      'The bundle holds no CredentialsRequest for the feature set Default.',
    ]);
  });
});

type Change = (cluster: PreparedCluster) => unknown;

/** Compares the prepared demo cluster, to which something was done, with what a release asks for. */
async function comparedWith(
  documents: readonly SourceDocument[],
  changes: readonly Change[] = [],
  simulated: Simulated = new Map(),
): Promise<ComparedRelease> {
  const cluster = await preparedCluster();
  for (const change of changes) await change(cluster);
  const { desired } = cluster.record;
  const wanted = desiredReleaseOf(bundleOf('4.21.0', documents), desired, PLACEMENT);
  return compareRelease(wanted, {
    desired,
    observed: await observed(cluster),
    outputBucket: 'output',
    simulated,
  });
}

const SAME = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST)];
/** The documents of the same release, one request with changes. */
const changed = (changes: Parameters<typeof asks>[3], accounts: readonly string[] = INGRESS_REQUEST[2]) => [
  asks(INGRESS_REQUEST[0], INGRESS_REQUEST[1], accounts, changes),
  asks(...REGISTRY_REQUEST),
];
const statements = (...all: object[]) => ({ 'spec.providerSpec.statementEntries': all });
const kindsOf = ({ findings }: ComparedRelease) => findings.map(({ kind }) => kind);
const nameOf = (roles: readonly DesiredRole[]) => roles.map(({ name }) => name);

describe('a release', () => {
  it('is ready when the cluster has all that it asks for', async () => {
    await expect(comparedWith(SAME)).resolves.toEqual({
      release: '4.21.0',
      source: 's3://intake/releases/4.21.0.tgz',
      status: 'ready',
      reasons: [],
      findings: [],
      unchanged: 2,
      added: [],
    });
  });

  it('is unknown when its bundle cannot be used, and nothing is found', async () => {
    const cluster = await preparedCluster();
    const { desired } = cluster.record;
    const bundle = bundleOf('4.21.0', [], { problems: ['It is broken.', 'In two ways.'] });
    const live = { desired, observed: await observed(cluster), outputBucket: 'output', simulated: new Map() };
    expect(compareRelease(desiredReleaseOf(bundle, desired, PLACEMENT), live)).toEqual({
      release: '4.21.0',
      source: bundle.source,
      status: 'unknown',
      reasons: ['The bundle cannot be used: It is broken.', 'The bundle cannot be used: In two ways.'],
      findings: [],
      unchanged: 0,
      added: [],
    });
  });

  it('asks for less: nothing is missing', async () => {
    const less = changed(
      statements({ effect: 'Allow', action: ['s3:GetObject'], resource: 'arn:aws:s3:::a/*' }),
    );
    await expect(comparedWith(less)).resolves.toMatchObject({ status: 'ready', findings: [], unchanged: 2 });
  });
});

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

describe('a component that a release brings', () => {
  it('needs a role, a Secret and perhaps a namespace', async () => {
    const compared = await comparedWith([...SAME, NEW]);
    expect(compared).toMatchObject({
      status: 'not-ready',
      reasons: ['1 of 3 components lack something.'],
      unchanged: 2,
      findings: [
        {
          kind: 'ComponentNew',
          severity: 'critical',
          resource: `role ${NEW_ROLE}`,
          message:
            'The release brings openshift-machine-api/aws-cloud-credentials: its role and its Secret are missing.',
          remedy: UPLOAD,
        },
        {
          kind: 'NamespaceNeeded',
          severity: 'info',
          resource: 'namespace openshift-machine-api',
          remedy: 'oc get namespace openshift-machine-api || oc create namespace openshift-machine-api',
        },
      ],
    });
    const { trust, permissions } = JSON.parse(compared.findings[0]?.wanted ?? '{}');
    expect(JSON.stringify(trust)).toContain('system:serviceaccount:openshift-machine-api:machine-api');
    expect(JSON.stringify(permissions)).toContain('s3:ListBucket');
    expect(nameOf(compared.added)).toEqual([NEW_ROLE]);
  });

  it('is not one that the cluster has, though its role is gone', async () => {
    const compared = await comparedWith(SAME, [({ roles }) => roles.delete(INGRESS)]);
    expect(compared).toMatchObject({
      status: 'not-ready',
      findings: [{ kind: 'RoleMissing', resource: `role ${INGRESS}`, remedy: UPLOAD }],
      unchanged: 1,
      added: [],
    });
  });

  it('lacks its Secret when somebody else made its role', async () => {
    const compared = await comparedWith(
      [...SAME, NEW],
      [
        (cluster) => {
          const wanted = desiredReleaseOf(bundleOf('4.21.0', [NEW]), cluster.record.desired, PLACEMENT);
          for (const { name, arn, path, trust, policy } of 'roles' in wanted ? wanted.roles : [])
            cluster.roles.set(name, {
              name,
              arn,
              path,
              tags: {},
              trust,
              inline: { [name]: policy },
              attached: [],
            });
        },
      ],
    );
    expect(kindsOf(compared)).toEqual(['SecretMissing']);
    expect(nameOf(compared.added)).toEqual([NEW_ROLE]);
  });

  it('is one whose Secret the cluster may lack, also when an earlier upgrade brought it', async () => {
    const compared = await comparedWith(SAME, [
      (cluster) => {
        const { desired, entry } = cluster.record;
        const roles = desired.roles.map((role) =>
          role.name === REGISTRY ? { ...role, since: '4.20.0' } : role,
        );
        cluster.record = { entry, desired: { ...desired, roles } };
      },
    ]);
    expect(compared).toMatchObject({ status: 'ready', findings: [], unchanged: 2 });
    expect(nameOf(compared.added)).toEqual([REGISTRY]);
  });
});

describe('the Secret of a component', () => {
  const KEY = layout.installFile.of({ cluster: 'demo', path: INGRESS_FILE });

  it.each<[string, Change]>([
    ['is missing', ({ account: { store } }) => store.remove(KEY)],
    [
      'names another role',
      ({ account: { store } }) =>
        store.put(KEY, (store.text(KEY) ?? '').replace('role/demo', 'role/other'), { contentType: 'x' }),
    ],
  ])('%s', async (_, change) => {
    const compared = await comparedWith(SAME, [change]);
    expect(compared).toMatchObject({
      status: 'not-ready',
      findings: [
        {
          kind: 'SecretMissing',
          severity: 'critical',
          resource: `s3://output/${KEY}`,
          wanted: `role_arn = arn:aws:iam::123456789012:role/${INGRESS}`,
          remedy: UPLOAD,
        },
      ],
    });
    expect(compared.findings[0]).not.toHaveProperty('live');
  });

  it('has another name in the release, so it is another one', async () => {
    const renamed = [asks(INGRESS_REQUEST[0], 'renamed', INGRESS_REQUEST[2]), asks(...REGISTRY_REQUEST)];
    expect(kindsOf(await comparedWith(renamed))).toEqual([
      'ComponentNew',
      'NamespaceNeeded',
      'ComponentGone',
    ]);
  });
});

describe('a component that a release no longer asks for', () => {
  it('is told, and keeps nobody from it', async () => {
    const compared = await comparedWith([asks(...INGRESS_REQUEST)]);
    expect(compared).toMatchObject({
      status: 'ready',
      reasons: [],
      unchanged: 1,
      findings: [{ kind: 'ComponentGone', severity: 'info', resource: `role ${REGISTRY}` }],
    });
    expect(compared.findings[0]?.remedy).toContain('prune/demo/');
  });
});

describe('all that a release lacks', () => {
  it('is found at once', async () => {
    const compared = await comparedWith(
      [...changed(statements({ effect: 'Allow', action: ['s3:PutObject'], resource: '*' }), ['other']), NEW],
      [
        ({ account: { store } }) =>
          store.remove(layout.installFile.of({ cluster: 'demo', path: INGRESS_FILE })),
        (cluster) => changeRole(cluster, REGISTRY, ({ trust: _, ...role }) => role),
      ],
    );
    expect(kindsOf(compared)).toEqual([
      'PermissionsMissing',
      'ServiceAccountMissing',
      'SecretMissing',
      'ReleaseTrustUnclear',
      'ComponentNew',
      'NamespaceNeeded',
    ]);
    expect(compared).toMatchObject({
      status: 'not-ready',
      reasons: ['2 of 3 components lack something.', 'Of 1 things it cannot be told whether they suffice.'],
      unchanged: 0,
    });
    expect(new Set(compared.findings.map(({ id }) => id)).size).toBe(6);
  });
});
