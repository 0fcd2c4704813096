import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../../core/domain/desired-state.ts';
import { DISCOVERY_KEY } from '../../../../core/domain/names.ts';
import type { DocumentState } from '../../../../core/domain/observed.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { bundle, warningsOf } from './edited.ts';
import { ENTRY, preparedAccount } from './prepared.ts';

describe('a discovery document that is written anew', () => {
  const rewritten = async (edit: (members: Record<string, unknown>) => unknown) => {
    const account = await preparedAccount();
    const document = account.issuerBucket.content?.documents[DISCOVERY_KEY] as DocumentState;
    Object.assign(document, { body: JSON.stringify(edit(JSON.parse(document.body))) });
    return { account, warnings: await warningsOf(account, bundle('prepare')) };
  };

  it('is said to lose what others put there, and is kept by the remedy', async () => {
    const { account, warnings } = await rewritten(({ claims_supported, ...members }) => ({
      ...members,
      claims_supported: [...(claims_supported as string[]), 'email'],
      token_endpoint: 'https://example.com/token',
    }));
    expect(warnings).toEqual([
      expect.stringMatching(/takes from it what STS does not read: .*claims_supported \("email"\)/),
    ]);
    expect(warnings.join()).toContain('token_endpoint');
    const { url, host } = account.desired.issuer;
    const state = { ...account.desired, issuer: { type: 'existing', url, host } } as DesiredState;
    const { plan } = await planChanges(
      state,
      { entry: ENTRY, current: account.desired },
      { ...account, issuerBucket: undefined },
    );
    expect(plan.issuer.changes).toEqual([]);
  });

  it.each<[string, (members: Record<string, unknown>) => unknown]>([
    ['as it was', (members) => members],
    ['without a member', ({ claims_supported: _, ...members }) => members],
    ['as no document at all', () => 'none'],
  ])('%s loses nothing', async (_, edit) => {
    expect((await rewritten(edit)).warnings).toEqual([]);
  });
});
