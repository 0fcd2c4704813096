import { describe, expect, it } from 'vitest';
import type { ClusterChange } from '../../../core/domain/cluster-change.ts';
import type { DesiredState } from '../../../core/domain/desired-state.ts';
import { forgottenBy } from '../../../core/domain/forgetting.ts';
import { FROM_RELEASE, fromAddOn, type RequestSource } from '../../../core/domain/request-source.ts';
import { defined } from '../../../core/util/defined.ts';
import { demoCluster, demoEntry, request } from '../../support/fakes/demo-cluster.ts';

const OPERATIONS = /add\/demo\/<name>\.tgz.*upgrade\/demo\/.*prune\/demo\//;

/** A cluster, or a bundle for it, with a role of each component. */
function stateOf(release: string | undefined, ...components: string[]): DesiredState {
  const state = demoCluster(
    {},
    components.map((name) => request(name, 'creds', 'account')),
  );
  const { release: _, ...cluster } = state.cluster;
  return { ...state, cluster: { ...cluster, ...defined({ release }) } };
}

function known(release: string | undefined, upgrades: string[], ...components: string[]) {
  const current = stateOf(release, ...components);
  return { current, entry: { ...demoEntry(), upgrades } };
}

describe('roles that a prepare would forget', () => {
  it.each<[string, readonly RequestSource[], boolean]>([
    ['of the release', [FROM_RELEASE], true],
    ['of which nobody knows who asked for it', [], true],
    ['of the release and an add-on', [FROM_RELEASE, fromAddOn('efs')], true],
    ['of an add-on', [fromAddOn('efs')], false],
  ])('a role %s that the bundle lacks: %o → %s', (_, requestedBy, isForgotten) => {
    const { entry, current } = known('4.20.3', [], 'a', 'b');
    const roles = current.roles.map((role) =>
      role.name === 'demo-b-creds' ? { ...role, requestedBy } : role,
    );
    const text = forgottenBy(stateOf('4.20.3', 'a'), { entry, current: { ...current, roles } });
    if (!isForgotten) return expect(text).toBeUndefined();
    expect(text).toContain('demo-b-creds');
    expect(text).not.toContain('demo-a-creds');
    expect(text).toMatch(OPERATIONS);
  });

  it.each<ClusterChange>([
    { operation: 'upgrade', release: '4.21.0', asked: [] },
    { operation: 'prune', release: '4.21.0', asked: [], named: [] },
    { operation: 'add', addOn: 'efs' },
    { operation: 'remove', addOn: 'efs' },
  ])(
    'are no matter to $operation, which keeps what it does not speak of or says what goes',
    (clusterChange) => {
      const bundle = { ...stateOf('4.19.0', 'a'), clusterChange };
      expect(forgottenBy(bundle, known('4.20.3', ['4.21.0'], 'a', 'b'))).toBeUndefined();
    },
  );
});

describe('a release that a prepare would forget', () => {
  it.each<[string | undefined, string | undefined, string[], string | undefined]>([
    ['4.20.3', '4.20.3', [], undefined],
    ['4.21.0', '4.20.3', [], undefined],
    ['4.20.2', '4.20.3', [], 'is prepared for 4.20.3'],
    ['4.9.0', '4.10.0', [], 'is prepared for 4.10.0'],
    ['4.20.3', undefined, [], undefined],
    [undefined, '4.20.3', [], undefined],
    ['4.20.3', '4.20.3', ['4.21.0'], 'was prepared for 4.21.0 by an upgrade'],
    ['4.21.0', '4.20.3', ['4.21.0', '4.22.0'], 'was prepared for 4.22.0 by an upgrade'],
    ['4.22.0', '4.20.3', ['4.21.0', '4.22.0'], undefined],
    [undefined, '4.20.3', ['4.21.0'], 'does not say its release'],
    [undefined, undefined, ['4.21.0'], 'does not say its release'],
  ])('a bundle of %s, a cluster of %s with upgrades to %o: %s', (release, its, upgrades, why) => {
    const text = forgottenBy(stateOf(release, 'a'), known(its, upgrades, 'a'));
    if (why === undefined) return expect(text).toBeUndefined();
    expect(text).toContain(why);
    expect(text).toContain('To repair the cluster');
  });
});
