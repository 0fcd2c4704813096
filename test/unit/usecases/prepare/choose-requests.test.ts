import { describe, expect, it } from 'vitest';
import type { ClusterIdentity } from '../../../../core/domain/cluster-identity.ts';
import type { SourceDocument } from '../../../../core/domain/source-document.ts';
import { chooseRequests } from '../../../../core/usecases/prepare/choose-requests.ts';
import { type Changes, requestValue } from '../../../support/bundles.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';

const annotated = (annotations: Record<string, string>): Changes => ({ 'metadata.annotations': annotations });
const gated = annotated({ 'release.openshift.io/feature-gate': 'SomeGate' });
const ofCapability = (name: string) => annotated({ 'capability.openshift.io/name': name });

function document(name: string, changes: Changes = {}): SourceDocument {
  const value = requestValue({ 'metadata.name': name, 'spec.secretRef.name': name, ...changes });
  return { file: `${name}.yaml`, document: 1, value };
}
const AZURE = document('azure', { 'spec.providerSpec.kind': 'AzureProviderSpec' });
const PREVIEW = document(
  'preview',
  annotated({ 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' }),
);
const HOSTED = document('hosted', annotated({ 'include.release.openshift.io/hypershift': 'true' }));
const GATES: SourceDocument = {
  file: 'gates.yaml',
  document: 1,
  value: {
    kind: 'FeatureGate',
    status: { featureGates: [{ version: '', enabled: [{ name: 'SomeGate' }] }] },
  },
};

function chosen(documents: readonly SourceDocument[], more: Partial<ClusterIdentity> = {}) {
  const identity: ClusterIdentity = {
    featureSet: 'Default',
    known: {},
    misstated: new Set(),
    removeRoles: [],
    problems: [],
    warnings: [],
    ...more,
  };
  const { requests, warnings, skipped, problems } = chooseRequests(documents, identity, undefined);
  return { names: requests.map(({ name }) => name), warnings, skipped, problems };
}

describe('a request behind a gate that nobody knows', () => {
  const documents = [document('core'), document('gated', gated)];

  it('counts in a bundle that was filtered for one cluster, with a warning', () => {
    const { names, warnings } = chosen(documents);
    expect(names).toEqual(['core', 'gated']);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^gated\.yaml, document 1: .* SomeGate .*; it counts, for .* featureGates to cluster\.yaml\.$/,
      ),
    ]);
  });

  it.each([
    ['another cloud', AZURE],
    ['another feature set', PREVIEW],
    ['another profile', HOSTED],
  ])('does not count in one that holds something for %s, with a warning', (_, other) => {
    const { names, warnings, skipped } = chosen([...documents, other]);
    expect(names).toEqual(['core']);
    expect(warnings).toEqual([expect.stringContaining('it does not count')]);
    expect(skipped.map(({ file }) => file)).toContain('gated.yaml');
  });

  it('counts where the cluster has the component, whatever else is in the bundle', () => {
    const current = demoCluster();
    const there = document('gated', { ...gated, 'spec.secretRef': current.roles[0]?.secretRef });
    const identity = { featureSet: 'Default', misstated: new Set<string>() } as const;
    const { requests, warnings } = chooseRequests([there, AZURE], identity, current);
    expect(requests).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('the cluster has the component')]);
  });

  it('has problems of its own only where it counts', () => {
    const malformed = document('gated', { ...gated, 'spec.serviceAccountNames': undefined });
    expect(chosen([document('core'), malformed]).problems).toHaveLength(1);
    expect(chosen([document('core'), malformed, AZURE]).problems).toEqual([]);
  });

  it('is known by the FeatureGate of the bundle, or by what was set by hand', () => {
    expect(chosen([...documents, AZURE, GATES])).toMatchObject({ names: ['core', 'gated'], warnings: [] });
    const off = chosen(documents, { featureGates: { SomeGate: false } });
    expect(off).toMatchObject({ names: ['core'], warnings: [] });
  });
});

describe('a request of a capability', () => {
  const documents = [document('core'), document('registry', ofCapability('ImageRegistry+CloudCredential'))];

  it('counts when nobody chose capabilities', () => {
    expect(chosen(documents)).toMatchObject({ names: ['core', 'registry'], warnings: [] });
  });

  it('does not count without the capability, and each that is left out is named', () => {
    const capabilities = { baseline: 'None', additional: ['MachineAPI'] };
    const { names, warnings } = chosen(documents, { capabilities });
    expect(names).toEqual(['core']);
    expect(warnings).toEqual([
      expect.stringMatching(/without the capability ImageRegistry.*\(registry\.yaml, document 1\)/),
      expect.stringMatching(/without the capability Storage, so what needs it gets no credentials\./),
    ]);
  });

  it('counts when the cluster has the component', () => {
    const current = demoCluster();
    const [has] = current.roles;
    const registry = document('registry', {
      ...ofCapability('ImageRegistry'),
      'spec.secretRef': has?.secretRef,
    });
    const identity = {
      featureSet: 'Default',
      misstated: new Set<string>(),
      capabilities: { baseline: 'None', additional: [] },
    } as const;
    expect(chooseRequests([registry], identity, current).requests).toHaveLength(1);
  });
});
