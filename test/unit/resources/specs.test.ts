import { describe, expect, it } from 'vitest';
import { registryEntry } from '../../../core/domain/registry.ts';
import { provedSpecs, recordedSpecs, specsOf } from '../../../core/resources/specs.ts';
import { stepsOf } from '../../../core/resources/steps.ts';
import { demoCluster, RUN } from '../../support/fakes/demo-cluster.ts';

const cluster = demoCluster();
const [first] = cluster.roles;
if (first === undefined) throw new Error('The demo cluster has no role.');
const OWNER = { Name: 'demo', 'openshift.io/cloud-credential-operator/demo': 'owned' };

describe('what resources shall be', () => {
  it('has the tags of the user for a run, and for Verify just those that say whose a resource is', () => {
    expect(specsOf(cluster).role(first).tags).toEqual(cluster.tags);
    expect(Object.keys(cluster.tags)).toContain('team');
    expect(provedSpecs(cluster, { kid: 'kid' }).role(first).tags).toEqual(OWNER);
    expect(provedSpecs(cluster, { kid: 'kid' }).issuer.desired.kid).toBe('kid');
  });

  it('has no signing key while it is yet to be made', () => {
    const { signingKey, issuer, installFiles } = specsOf(cluster);
    for (const { desired } of [signingKey, issuer, installFiles]) expect(desired).not.toHaveProperty('kid');
  });

  it('is for an audit what is on record, and of a role what requests asked for', () => {
    const requested = { trust: first.trust, policy: { Version: '2012-10-17', Statement: [] } };
    const keys = [{ kid: 'kid', thumbprint: 'thumbprint', state: 'signing' as const }];
    const upgraded = {
      ...cluster,
      clusterChange: { operation: 'upgrade', release: '4.15.0', asked: [first.name] },
    } as const;
    const entry = registryEntry(upgraded, {
      keyId: 'kid',
      keys,
      providerThumbprints: ['AB'],
      hashes: { desired: '', archive: '' },
      lastRun: { id: RUN, endedAt: '', report: '' },
    });
    const specs = recordedSpecs(upgraded, entry);
    expect(specs.issuer.desired).toMatchObject({ kid: 'kid', published: keys });
    expect(specs.identityProvider.desired.thumbprints).toEqual(['AB']);
    expect(specs.role({ ...first, requested }).desired).toMatchObject(requested);
    expect(specs.role(first).desired.policy).toEqual(first.policy);
    // The audit may not read what is below upgrades/.
    expect(specs.installFiles.desired).not.toHaveProperty('clusterChange');
  });
});

describe('the steps of a run', () => {
  const changes = [{ action: 'update', resource: 'x', part: 'tags' }] as const;
  const before = { tags: {} };
  const plan = {
    version: 1,
    run: RUN,
    signingKey: { changes, kid: 'kid' },
    issuer: { changes, before },
    provider: { changes: [] },
    roles: [],
    files: { changes },
  } as const;
  const steps = stepsOf(RUN, { desired: cluster, plan });

  it('are what the resources shall be, with what the plan says of each', () => {
    expect(steps.issuer).toMatchObject({ cluster: 'demo', run: RUN, tags: cluster.tags, changes, before });
    expect(steps.signingKey.before).toEqual({ kid: 'kid' });
    expect(steps.identityProvider).toMatchObject({ changes: [], before: undefined });
    expect(steps.role(first, { index: 0, changes })).toMatchObject({
      desired: first,
      changes,
      before: undefined,
    });
  });

  it('have no key before where the plan knew of none', () => {
    const made = stepsOf(RUN, { desired: cluster, plan: { ...plan, signingKey: { changes } } });
    expect(made.signingKey.before).toBeUndefined();
  });
});
