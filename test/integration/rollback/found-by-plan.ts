import { describe, expect, it } from 'vitest';
import { expectAsBefore, known, providerOf, remember, roleName } from '../../support/rollback/account.ts';
import { clearFresh, createProvider, createRole } from '../../support/rollback/somebody-else.ts';
import { runFrom } from '../../support/rollback/starts.ts';
import { BACK } from '../../support/rollback/states.ts';

describe('what somebody else has of a new cluster', () => {
  it('is found by the plan, all of it at once', async () => {
    await createRole(roleName('fresh', 'ingress'));
    await createRole(roleName('fresh', 'machine-api'));
    await createProvider('fresh-oidc', [{ Key: 'owner', Value: 'somebody else' }]);
    await remember();
    const outcome = await runFrom('fresh');
    expect(outcome).toMatchObject({ error: 'ResourceConflict' });
    expect(outcome.states.slice(-5)).toEqual([
      'PlanChanges',
      ...BACK.slice(BACK.indexOf('ReportFailure')),
      'RolledBack',
    ]);
    for (const name of [
      roleName('fresh', 'ingress'),
      roleName('fresh', 'machine-api'),
      providerOf('fresh-oidc'),
    ])
      expect(outcome.cause).toContain(name);
    await expectAsBefore();
    await clearFresh(known);
  });
});
