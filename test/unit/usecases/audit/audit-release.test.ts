import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { FeatureSet } from '../../../../core/domain/feature-set.ts';
import type { SourceDocument } from '../../../../core/domain/source-document.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { compareRelease } from '../../../../core/usecases/audit/audit-release.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';
import { BOUNDARY } from '../prepare/prepared.ts';
import {
  AT,
  asDesired,
  asks,
  bundleOf,
  changeRole,
  INGRESS_REQUEST,
  observed,
  preparedCluster,
  REGISTRY_REQUEST,
  RULES,
  sameRelease,
} from './audited.ts';
import {
  changed,
  comparedWith,
  INGRESS,
  INGRESS_FILE,
  inFeatureSet,
  kindsOf,
  NEW,
  NEW_ROLE,
  nameOf,
  REGISTRY,
  SAME,
  statements,
  UPLOAD,
} from './compared.ts';

describe('what a release asks of a cluster', () => {
  const namesOf = (featureSet: FeatureSet, documents: readonly SourceDocument[]) => {
    const wanted = desiredReleaseOf(bundleOf('4.21.0', documents), demoCluster({ featureSet }), RULES);
    return 'roles' in wanted ? wanted.roles.map(({ name }) => name) : wanted.problems;
  };

  it('is a role for each request, as a run would make it', () => {
    const desired = demoCluster({ permissionsBoundaryArn: BOUNDARY, rolePath: '/ocp/' });
    const wanted = desiredReleaseOf(sameRelease('4.21.0'), desired, RULES);
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
    expect(desiredReleaseOf(bundle, demoCluster(), RULES)).toEqual({
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
    const live = {
      desired,
      observed: await observed(cluster),
      outputBucket: 'output',
      simulated: new Map(),
      at: AT,
    };
    expect(compareRelease(desiredReleaseOf(bundle, desired, RULES), live)).toEqual({
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
          const wanted = desiredReleaseOf(bundleOf('4.21.0', [NEW]), cluster.record.desired, RULES);
          for (const role of 'roles' in wanted ? wanted.roles : [])
            cluster.roles.set(role.name, asDesired(role));
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
