import { describe, expect, it } from 'vitest';
import type { DesiredRole, DesiredState } from '../../../core/domain/desired-state.ts';
import { type RegistryEntry, registryEntry, upgradesLost } from '../../../core/domain/registry.ts';
import { demoCluster } from '../../support/fakes/demo-cluster.ts';

const FACTS = {
  keyId: 'kid',
  providerThumbprints: ['a'.repeat(40)],
  keys: [{ kid: 'kid', thumbprint: 'thumbprint', state: 'signing' as const }],
  hashes: { desired: 'a', archive: 'b' },
  lastRun: { id: 'run', endedAt: '2026-01-02T03:04:05.000Z', report: 'report.json' },
};

it('the registry entry says where everything of a cluster is', () => {
  const entry = registryEntry(demoCluster(), FACTS);
  expect(entry).toEqual({
    version: 2,
    name: 'demo',
    region: 'us-east-2',
    release: '4.20.3',
    featureSet: 'Default',
    issuer: {
      type: 'public-bucket',
      url: 'https://demo-oidc.s3.us-east-2.amazonaws.com',
      bucket: 'demo-oidc',
    },
    providerArn: 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com',
    roles: [
      {
        name: 'demo-openshift-ingress-operator-cloud-credentials',
        arn: 'arn:aws:iam::123456789012:role/demo-openshift-ingress-operator-cloud-credentials',
        secret: 'openshift-ingress-operator/cloud-credentials',
        serviceAccounts: ['system:serviceaccount:openshift-ingress-operator:ingress-operator'],
        requestedBy: [{ type: 'release' }],
      },
      {
        name: 'demo-openshift-image-registry-installer-cloud-credentials',
        arn: 'arn:aws:iam::123456789012:role/demo-openshift-image-registry-installer-cloud-credentials',
        secret: 'openshift-image-registry/installer-cloud-credentials',
        serviceAccounts: [
          'system:serviceaccount:openshift-image-registry:registry',
          'system:serviceaccount:openshift-image-registry:operator',
        ],
        requestedBy: [{ type: 'release' }],
      },
    ],
    upgrades: [],
    ...FACTS,
  });
});

describe('what the registry keeps of upgrades', () => {
  const former = (facts: Partial<RegistryEntry>) => ({ ...registryEntry(demoCluster(), FACTS), ...facts });
  const upgradeTo = (release: string) => ({
    ...demoCluster(),
    clusterChange: { operation: 'upgrade' as const, release, asked: [] },
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['4.21.0', [], ['4.21.0']],
    ['4.21.0', ['4.22.1', '4.20.10'], ['4.20.10', '4.21.0', '4.22.1']],
    ['4.20.9', ['4.20.10'], ['4.20.9', '4.20.10']],
    ['4.21.0', ['4.21.0'], ['4.21.0']],
    ['4.21.0', ['4.21'], ['4.21.0']],
  ])('after an upgrade to %s from %j is %j', (release, before, after) => {
    const entry = registryEntry(upgradeTo(release), FACTS, former({ upgrades: before }));
    expect(entry.upgrades).toEqual(after);
    expect(entry.release).toBe('4.20.3');
  });

  it.each<[string, DesiredState['clusterChange'], string | undefined]>([
    ['an upgrade', { operation: 'upgrade', release: '4.21.0', asked: [] }, FACTS.lastRun.endedAt],
    ['an add', { operation: 'add', addOn: 'efs' }, '2026-01-01T00:00:00.000Z'],
    ['a remove', { operation: 'remove', addOn: 'efs' }, '2026-01-01T00:00:00.000Z'],
    ['a prune', { operation: 'prune', release: '4.21.0', asked: [], named: [] }, undefined],
    ['a prepare', undefined, undefined],
  ])('is when, after %s', (_, clusterChange, at) => {
    const before = former({ upgrades: ['4.20.10'], upgradedAt: '2026-01-01T00:00:00.000Z' });
    const after = registryEntry({ ...demoCluster(), ...(clusterChange && { clusterChange }) }, FACTS, before);
    expect(after.upgradedAt).toBe(at);
    expect(after.upgrades.includes('4.20.10')).toBe(at !== undefined);
  });

  it('is which one brought a role, whatever runs come after', () => {
    const [first, second] = demoCluster().roles as [DesiredRole, DesiredRole];
    const upgraded = registryEntry(
      { ...upgradeTo('4.21.0'), roles: [first, { ...second, since: '4.21.0' }] },
      FACTS,
    );
    expect(upgraded.roles.map(({ since }) => since)).toEqual([undefined, '4.21.0']);
    const prepared = registryEntry(demoCluster({ release: '4.21.0' }), FACTS, upgraded);
    expect(prepared.roles.map(({ since }) => since)).toEqual([undefined, '4.21.0']);
  });

  it.each<[string | undefined, readonly string[]]>([
    ['4.20.3', ['4.21.0', '4.22.0']],
    ['4.21.0', ['4.22.0']],
    ['4.22.1', []],
    [undefined, ['4.21.0', '4.22.0']],
  ])('is nothing after a bundle of %s was prepared, and %j are lost', (release, lost) => {
    const before = former({ upgrades: ['4.21.0', '4.22.0'] });
    const { release: _, ...cluster } = demoCluster().cluster;
    const after = registryEntry(
      { ...demoCluster(), cluster: { ...cluster, ...(release === undefined ? {} : { release }) } },
      FACTS,
      before,
    );
    expect(after.upgrades).toEqual([]);
    expect(upgradesLost(before, after)).toEqual(lost);
    expect(upgradesLost(undefined, after)).toEqual([]);
    expect(upgradesLost(before, registryEntry(upgradeTo('4.22.0'), FACTS, before))).toEqual([]);
  });
});

it('it has no release when the bundle gives none', () => {
  const { release: _, ...cluster } = demoCluster().cluster;
  expect(registryEntry({ ...demoCluster(), cluster }, FACTS)).not.toHaveProperty('release');
});
