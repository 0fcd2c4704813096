import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { SourceDocument } from '../../../../core/domain/source-document.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { asks, changeRole, INGRESS_REQUEST, type PreparedCluster, REGISTRY_REQUEST } from './audited.ts';
import {
  type Change,
  changed,
  comparedWith,
  INGRESS,
  INGRESS_FILE,
  inFeatureSet,
  kindsOf,
  NEW_ROLE,
  REGISTRY,
  SAME,
  statements,
  UPLOAD,
} from './compared.ts';

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
      'BundleIncomplete',
    ]);
  });
});

describe('a component that a release no longer asks for', () => {
  const BURIED = asks(...REGISTRY_REQUEST, {
    'metadata.annotations': { 'release.openshift.io/delete': 'true' },
  });
  const PREVIEW = asks(...REGISTRY_REQUEST, inFeatureSet('TechPreviewNoUpgrade'));
  const usedAt = (lastUsed: string) => (cluster: PreparedCluster) =>
    changeRole(cluster, REGISTRY, (role) => ({ ...role, lastUsed }));
  const requestedBy =
    (...sources: DesiredRole['requestedBy']) =>
    ({ record }: PreparedCluster) => {
      for (const role of record.desired.roles as unknown as {
        name: string;
        requestedBy: DesiredRole['requestedBy'];
      }[])
        if (role.name === REGISTRY) role.requestedBy = sources;
    };
  const LATELY = '2026-02-20T10:00:00.000Z';
  const LONG_AGO = '2025-11-01T10:00:00.000Z';
  const EFS = { type: 'add-on', name: 'efs' } as const;
  const RELEASE = { type: 'release' } as const;

  it.each<[string, SourceDocument[], Change[], string, string[]]>([
    ['is gone when a tombstone says so', [BURIED], [], 'ready', ['ComponentGone']],
    ['is gone when a tombstone says so, used or not', [BURIED], [usedAt(LATELY)], 'ready', ['ComponentGone']],
    ['is not known to be when nothing says so', [], [], 'unknown', ['BundleIncomplete']],
    [
      'is not known to be when nothing says so, though an add-on asks for it too',
      [],
      [requestedBy(RELEASE, EFS)],
      'unknown',
      ['BundleIncomplete'],
    ],
    ['is none of its business when only an add-on asks for it', [], [requestedBy(EFS)], 'ready', []],
    [
      'is gone when the release has it for other clusters',
      [PREVIEW],
      [usedAt(LONG_AGO)],
      'ready',
      ['ComponentGone'],
    ],
    [
      'is not gone when the release has it for other clusters and it was used lately',
      [PREVIEW],
      [usedAt(LATELY)],
      'unknown',
      ['ComponentGoneInUse'],
    ],
    ['is gone when nobody knows who asked for it', [], [requestedBy()], 'ready', ['ComponentGone']],
    [
      'is not gone when nobody knows who asked for it and it was used lately',
      [],
      [requestedBy(), usedAt(LATELY)],
      'unknown',
      ['ComponentGoneInUse'],
    ],
  ])('%s', async (_, documents, changes, status, kinds) => {
    const compared = await comparedWith([asks(...INGRESS_REQUEST), ...documents], changes);
    expect(compared.findings.map(({ kind }) => kind)).toEqual(kinds);
    expect(compared.status).toBe(status);
  });

  it('is told with what can be done', async () => {
    const remedy = async (...documents: SourceDocument[]) =>
      (await comparedWith([asks(...INGRESS_REQUEST), ...documents])).findings[0]?.remedy;
    expect(await remedy(BURIED)).toContain('prune/demo/');
    expect(await remedy()).toContain('release.openshift.io/delete: "true"');
  });
});

describe('a component that may be none of the cluster', () => {
  const gated = { 'metadata.annotations': { 'release.openshift.io/feature-gate': 'SomeGate' } };
  const optional = {
    'metadata.annotations': { 'capability.openshift.io/name': 'ImageRegistry+CloudCredential' },
  };
  const NEW_IF = (changes: Parameters<typeof asks>[3]) =>
    asks('openshift-machine-api', 'aws-cloud-credentials', ['machine-api'], changes);

  it.each([
    [
      'a feature gate',
      gated,
      'nothing says whether the feature gate SomeGate is on',
      'FeatureGate manifests',
    ],
    [
      'a capability',
      optional,
      'not on record whether the cluster has the capability ImageRegistry',
      'install-config.yaml',
    ],
  ])('by %s is unclear, not critical, when the cluster lacks it', async (_, changes, reason, remedy) => {
    const compared = await comparedWith([...SAME, NEW_IF(changes)]);
    expect(compared.status).toBe('unknown');
    expect(compared.findings).toMatchObject([
      { kind: 'ComponentUnclear', severity: 'warning', resource: `role ${NEW_ROLE}` },
    ]);
    expect(compared.findings[0]?.message).toContain(reason);
    expect(compared.findings[0]?.remedy).toContain(remedy);
  });

  it('is no matter when the cluster has all of it', async () => {
    const documents = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST, gated)];
    await expect(comparedWith(documents)).resolves.toMatchObject({ status: 'ready', findings: [] });
  });

  it('is known of by a role that the cluster has', async () => {
    const documents = [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST, optional), NEW_IF(optional)];
    expect(kindsOf(await comparedWith(documents))).toEqual(['ComponentNew', 'NamespaceNeeded']);
  });
});

describe('an upgrade that would be refused', () => {
  it('is not recommended: the policy guard', async () => {
    const asksFor = (action: string) =>
      changed(statements({ effect: 'Allow', action: [action], resource: '*' }));
    const compared = await comparedWith(asksFor('iam:CreateUser'));
    expect(compared).toMatchObject({
      status: 'not-ready',
      findings: [{ kind: 'PermissionsMissing' }, { kind: 'UpgradeRefused', severity: 'critical' }],
    });
    expect(compared.reasons.join()).toContain(
      'upgrade/ would refuse the bundle: openshift-ingress-operator.yaml',
    );
    const { findings } = await comparedWith(asksFor('ec2:ModifyInstanceAttribute'));
    expect(findings[1]?.message).toMatch(/user data/);
    expect(findings[1]?.remedy).toMatch(
      /npm run deploy -- -c policyGuardAdditions=ec2:ModifyInstanceAttribute$/,
    );
  });

  it('is not recommended: two requests for one Secret', async () => {
    const compared = await comparedWith([...SAME, asks(...REGISTRY_REQUEST)]);
    expect(kindsOf(compared)).toEqual(['UpgradeRefused']);
  });
});
