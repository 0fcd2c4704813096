import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Roles } from '../../../../core/aws/roles.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { applyRole } from '../../../../core/resources/role/apply.ts';
import { observeRole } from '../../../../core/resources/role/observe.ts';
import { undoRole } from '../../../../core/resources/role/undo.ts';
import { stoppingAt } from '../../../support/fakes/faults.ts';
import { type FakeRoles, fakeRoles } from '../../../support/fakes/roles.ts';
import { NAME, OTHER_POLICY, planned, ROLE, roleState, SPEC } from './role.ts';

const OWNER = { 'openshift.io/cloud-credential-operator/demo': 'owned' };

/** A role in any state that is this cluster's, or none. */
const drifted: fc.Arbitrary<RoleState | undefined> = fc.option(
  fc
    .record({
      trust: fc.constantFrom(ROLE.trust, OTHER_POLICY),
      policy: fc.constantFrom(ROLE.policy, OTHER_POLICY, undefined),
      permissionsBoundaryArn: fc.constantFrom(ROLE.permissionsBoundaryArn, 'arn:other', undefined),
      description: fc.constantFrom(ROLE.description, 'another', undefined),
      maxSessionDuration: fc.constantFrom(3_600, 43_200),
      tags: fc
        .dictionary(fc.constantFrom('Name', 'team', 'other'), fc.constantFrom('demo', 'platform', 'x'))
        .map((tags) => ({ ...tags, ...OWNER })),
    })
    .map((parts) => roleState(parts)),
  { nil: undefined },
);

/** Whatever it had may be given back. */
const beyond = () => [];

async function plan(roles: Roles) {
  return planned(await observeRole(SPEC, { roles }));
}

const start = (state: RoleState | undefined): FakeRoles =>
  fakeRoles(state === undefined ? {} : { [NAME]: state });

describe('a role in any state', () => {
  it('is converged after one application, and as before after an undo', async () => {
    await fc.assert(
      fc.asyncProperty(drifted, async (state) => {
        const roles = start(state);
        const first = await plan(roles);
        await applyRole(first, { roles });
        expect((await plan(roles)).changes).toEqual([]);
        await undoRole(first, { roles, beyond });
        expect(roles.state.get(NAME)).toEqual(state);
      }),
    );
  });

  it('is converged however often and wherever the application was stopped', async () => {
    const stops = fc.array(fc.tuple(fc.nat(7), fc.constantFrom('before' as const, 'after' as const)), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(drifted, stops, async (state, calls) => {
        const roles = start(state);
        const first = await plan(roles);
        for (const [n, when] of calls)
          await applyRole(first, { roles: stoppingAt(roles, n, when) }).catch(() => undefined);
        await applyRole(first, { roles });
        expect((await plan(roles)).changes).toEqual([]);
      }),
    );
  });

  it('is as before, wherever application and undo were stopped, once an undo gets to its end', async () => {
    const stop = fc.tuple(fc.nat(7), fc.constantFrom('before' as const, 'after' as const));
    await fc.assert(
      fc.asyncProperty(drifted, stop, stop, async (state, applied, undone) => {
        const roles = start(state);
        const first = await plan(roles);
        await applyRole(first, { roles: stoppingAt(roles, ...applied) }).catch(() => undefined);
        await undoRole(first, { roles: stoppingAt(roles, ...undone), beyond });
        const [outcome] = await undoRole(first, { roles, beyond });
        expect(outcome?.outcome).not.toBe('left');
        expect(roles.state.get(NAME)).toEqual(state);
      }),
    );
  });
});
