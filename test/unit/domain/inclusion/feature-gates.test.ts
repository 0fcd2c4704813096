import { describe, expect, it } from 'vitest';
import type { FeatureSet } from '../../../../core/domain/feature-set.ts';
import {
  type FeatureGateManifest,
  type GateSources,
  knownGates,
  readFeatureGates,
} from '../../../../core/domain/inclusion/feature-gates.ts';

const gate = (name: string, sources: Partial<GateSources>) =>
  knownGates({ featureSet: 'Default', release: '4.22.1', manifests: [], given: undefined, ...sources })(name);
const manifest = (enabled: string[], more: Partial<FeatureGateManifest> = {}): FeatureGateManifest => ({
  featureSet: 'Default',
  enabled,
  ...more,
});
const CAPI = 'ClusterAPIMachineManagement';

describe('whether a feature gate is on', () => {
  it.each<[string, string, Partial<GateSources>, boolean | undefined]>([
    ['is said by the manifest of the bundle', 'A', { manifests: [manifest(['A'])] }, true],
    ['is said by the manifest, which names all that are on', 'B', { manifests: [manifest(['A'])] }, false],
    [
      'is not said by the manifest of another feature set',
      'A',
      { manifests: [manifest(['A'], { featureSet: 'OKD' })] },
      undefined,
    ],
    [
      'is not said by the manifest of another major version',
      'A',
      { manifests: [manifest(['A'], { majors: ['5'] })] },
      undefined,
    ],
    [
      'is not said by what was read from a cluster of another release',
      'A',
      { manifests: [manifest(['A'], { release: '4.21.3' })] },
      undefined,
    ],
    ['is said by hand', 'A', { given: { A: true } }, true],
    [
      'is said by the manifest rather than by hand',
      'A',
      { manifests: [manifest([])], given: { A: true } },
      false,
    ],
    ['is said by the table of the releases', CAPI, {}, false],
    ['is said by the table, of a preview', CAPI, { featureSet: 'TechPreviewNoUpgrade' }, true],
    ['is said by hand rather than by the table', CAPI, { given: { [CAPI]: true } }, true],
    ['is not said by the table of another release', CAPI, { release: '4.24.0' }, undefined],
    ['is not said by the table when the release is not known', CAPI, { release: undefined }, undefined],
    ['is not said by anybody', 'A', {}, undefined],
    // CustomNoUpgrade: what was set by hand, and Default for the rest.
    [
      'is said by hand of a custom set, rather than by the manifest',
      'A',
      { featureSet: 'CustomNoUpgrade', given: { A: true }, manifests: [manifest([])] },
      true,
    ],
    [
      'is said by the manifest of Default of a custom set that does not name it',
      'A',
      { featureSet: 'CustomNoUpgrade', given: {}, manifests: [manifest(['A'])] },
      true,
    ],
    [
      'is not known of a custom set of which nobody says what it is',
      'A',
      { featureSet: 'CustomNoUpgrade', manifests: [manifest(['A'])] },
      undefined,
    ],
    // 4.10 and 4.11
    [
      'is the feature set itself where it is named so',
      'TechPreviewNoUpgrade',
      { featureSet: 'TechPreviewNoUpgrade' },
      true,
    ],
    ['is not another feature set', 'TechPreviewNoUpgrade', { given: { TechPreviewNoUpgrade: true } }, false],
  ])('%s', (_, name, sources, expected) => {
    expect(gate(name, sources)).toBe(expected);
  });
});

describe('a FeatureGate', () => {
  const payload = (annotations: Record<string, string>, spec: object = {}) => ({
    kind: 'FeatureGate',
    metadata: { name: 'cluster', annotations },
    spec,
    status: { featureGates: [{ version: '', enabled: [{ name: 'A' }], disabled: [{ name: 'B' }] }] },
  });
  const SELF_MANAGED = { 'include.release.openshift.io/self-managed-high-availability': 'false-except' };

  it.each<[string, unknown, FeatureGateManifest[]]>([
    [
      'of a payload',
      payload({
        ...SELF_MANAGED,
        'release.openshift.io/feature-set': 'OKD',
        'release.openshift.io/major-version': '4,5',
      }),
      [{ featureSet: 'OKD', majors: ['4', '5'], enabled: ['A'] }],
    ],
    [
      'of another profile',
      payload({
        'include.release.openshift.io/ibm-cloud-managed': 'x',
        'release.openshift.io/feature-set': 'OKD',
      }),
      [],
    ],
    ['of no known feature set', payload({ ...SELF_MANAGED, 'release.openshift.io/feature-set': 'New' }), []],
    [
      'of a cluster, one for each release',
      {
        kind: 'FeatureGate',
        spec: { featureSet: 'TechPreviewNoUpgrade' },
        status: { featureGates: [{ version: '4.21.0', enabled: [{ name: 'A' }] }, { version: '4.22.0' }] },
      },
      [
        { featureSet: 'TechPreviewNoUpgrade', release: '4.21.0', enabled: ['A'] },
        { featureSet: 'TechPreviewNoUpgrade', release: '4.22.0', enabled: [] },
      ],
    ],
    [
      'of a cluster that has none set',
      payload({}, { featureSet: '' }),
      [{ featureSet: 'Default', enabled: ['A'] }],
    ],
    ['that is malformed', { kind: 'FeatureGate', status: { featureGates: 'none' } }, []],
    ['that is something else', { kind: 'ConfigMap' }, []],
    ['that is nothing', null, []],
  ])('%s', (_, document, expected) => {
    expect(readFeatureGates(document)).toEqual(expected);
  });

  it.each<FeatureSet>(['Default', 'DevPreviewNoUpgrade'])(
    'says of %s what it lists and nothing else',
    (featureSet) => {
      const [read] = readFeatureGates(
        payload({ ...SELF_MANAGED, 'release.openshift.io/feature-set': featureSet }),
      );
      const known = knownGates({
        featureSet,
        release: '4.30.0',
        manifests: read ? [read] : [],
        given: undefined,
      });
      expect(['A', 'B', 'C'].map(known)).toEqual([true, false, false]);
    },
  );
});
