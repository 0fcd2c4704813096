import { describe, expect, it } from 'vitest';
import { PARTS, type Part } from '../../../core/domain/cluster-run.ts';
import type { DesiredState } from '../../../core/domain/desired-state.ts';
import { STEP_OPERATIONS } from '../../../core/domain/operation-kinds.ts';
import { CLUSTER_OPERATIONS } from '../../../core/domain/operations.ts';
import { partsAfter, partsMadeBy, stepOf, whatIsToCome } from '../../../core/domain/parts.ts';

const OWN = { type: 'public-bucket' } as DesiredState['issuer'];
const EXISTING = { type: 'existing' } as DesiredState['issuer'];

const desired = (facts: Partial<DesiredState>) => ({ issuer: OWN, ...facts }) as DesiredState;

describe('the parts of a cluster', () => {
  it.each([
    ['all of a prepare', desired({}), PARTS],
    ['all of an upgrade', desired({ clusterChange: { operation: 'add', addOn: 'efs' } }), PARTS],
    ['the key alone', desired({ step: 'create-key-pair' }), ['key']],
    ['the issuer alone', desired({ step: 'create-identity-provider' }), ['issuer']],
    [
      'the issuer with the key that the bundle brings',
      desired({ step: 'create-identity-provider', publicKeyPem: 'pem' }),
      ['key', 'issuer'],
    ],
    ['the roles alone', desired({ step: 'create-iam-roles', publicKeyPem: 'pem' }), ['roles']],
    [
      'all, where roles are all that an existing issuer leaves',
      desired({ step: 'create-iam-roles', issuer: EXISTING }),
      PARTS,
    ],
  ])('made by a run are %s', (_title, state, parts) => {
    expect([...partsMadeBy(state)]).toEqual([...parts]);
  });

  it.each<[string, Part[] | undefined, DesiredState['step'], Part[] | undefined]>([
    ['those of the first run', [], 'create-key-pair', ['key']],
    ['in their order, whatever order they were made in', ['roles'], 'create-key-pair', ['key', 'roles']],
    ['not named where it is whole', ['key', 'issuer'], 'create-iam-roles', undefined],
    ['not fewer than before', undefined, 'create-key-pair', undefined],
  ])('are afterwards %s', (_title, before, step, after) => {
    const current = before?.length === 0 ? undefined : before === undefined ? {} : { parts: before };
    expect(partsAfter(desired(step === undefined ? {} : { step }), current).parts).toEqual(after);
  });

  it('that are still to come are named with the steps, in their order', () => {
    expect(whatIsToCome('demo', {})).toBeUndefined();
    expect(whatIsToCome('demo', { parts: ['key'] })).toEqual({
      message:
        'Cluster demo is not whole yet: its issuer with the identity provider and its roles with their Secrets were never asked for.',
      remedy:
        'Upload its bundle below create-identity-provider/, then below create-iam-roles/; or below prepare/, for all of it.',
    });
  });

  it('have a step each, and all other operations are for the whole', () => {
    expect(PARTS.map(stepOf)).toEqual(STEP_OPERATIONS);
    expect(STEP_OPERATIONS.length).toBeLessThan(CLUSTER_OPERATIONS.length);
  });
});
