import { describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import { kebab } from '../../support/in-process.ts';
import {
  account,
  COMPONENTS,
  expectAsBefore,
  outcomesOf,
  remember,
  reportOf,
  role,
  roleName,
} from '../../support/rollback/account.ts';
import { CRASH, DENIED, failing, named, onCall } from '../../support/rollback/faults.ts';
import { clearFresh } from '../../support/rollback/somebody-else.ts';
import {
  ARCHIVE,
  bundleOf,
  bundleWithoutKey,
  newCluster,
  PUBLIC_FILE,
  runFrom,
  STARTS,
} from '../../support/rollback/starts.ts';
import { BACK, NOTHING_TO_DO } from '../../support/rollback/states.ts';

describe('a key pair that the run made itself', () => {
  it('is gone when the run fails', async () => {
    await remember();
    let made: string[] = [];
    const outcome = await account.run(
      'prepare/own-key.tgz',
      await bundleWithoutKey('own-key'),
      async (called, _event, call) => {
        if (called !== 'publish-oidc-documents') return call();
        made = (await account.keys('clusters/own-key/install/')).map((key) => key.split('/').at(-1) ?? '');
        throw DENIED();
      },
    );
    expect(made).toEqual(['serviceaccount-signer.public', 'bound-service-account-signing-key.key']);
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
  });
});

describe('an undo that fails', () => {
  const LEFT = {
    UndoSecrets: (now: Snapshot) => Object.keys(now.results).some((key) => key.endsWith(`fresh/${ARCHIVE}`)),
    UndoRoles: (now: Snapshot) => roleName('fresh', 'ingress') in now.roles,
    UndoProvider: (now: Snapshot) => Object.keys(now.providers).some((arn) => arn.includes('/fresh-oidc.')),
    UndoDocuments: (now: Snapshot) => 'fresh-oidc' in now.buckets,
    UndoKeyPair: (now: Snapshot) =>
      Object.keys(now.results).some((key) => key.endsWith(`fresh/${PUBLIC_FILE}`)),
  };
  type Undo = keyof typeof LEFT;
  const undoStates = Object.keys(LEFT) as Undo[];

  it.each(undoStates)('in %s leaves that alone behind, and says so', async (state) => {
    const { run, ...outcome } = await runFrom('fresh', (called, _event, call) => {
      if (called === 'verify') throw named('VerificationFailed', 'The first error');
      if (called === kebab(state)) throw DENIED();
      return call();
    });
    expect(outcome).toMatchObject({
      error: 'VerificationFailed',
      cause: expect.stringMatching(`^The first error\nNot undone:\n${kebab(state)}: `),
    });
    expect(outcome.states.slice(outcome.states.indexOf('Verify'))).toEqual([
      'Verify',
      ...BACK,
      'RollbackIncomplete',
    ]);
    const now = await account.snapshot();
    // The name of an issuer is not given up while a provider trusts it.
    const kept = state === 'UndoProvider';
    expect(undoStates.filter((each) => LEFT[each](now))).toEqual([state, ...(kept ? ['UndoDocuments'] : [])]);
    expect(Object.keys(now.results)).not.toContain('clusters/fresh/lock');
    const report = await reportOf(run, 'fresh');
    expect(report).toMatchObject({ outcome: 'rollback-incomplete', error: { name: 'VerificationFailed' } });
    expect(outcomesOf(report, 'left', 'fresh')).toEqual([
      ...(kept ? ['issuer bucket fresh-oidc'] : []),
      kebab(state),
    ]);

    const next = await runFrom('fresh', failing('verify', 'before it did anything', DENIED));
    expect(next.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(now);
    await clearFresh(now);
  });

  it('leaves what the next run of the same bundle takes up', async () => {
    await runFrom('fresh', (called, _event, call) => {
      if (called === 'verify' || called.startsWith('undo-')) throw DENIED();
      return call();
    });
    const left = await account.snapshot();
    expect(undoStates.filter((each) => LEFT[each](left))).toEqual(undoStates);

    const next = await runFrom('fresh');
    expect(next).toMatchObject({ status: 'SUCCEEDED' });
    expect(next.states).toEqual(NOTHING_TO_DO);
    await clearFresh(await account.snapshot());
  });

  it('of one role does not keep the others from being undone, and gives the commands that finish the job', async () => {
    const denied = onCall(/^DeleteRole .*-image-registry-/, () => Promise.reject(DENIED()));
    const { run, ...outcome } = await runFrom('fresh', failing('verify', 'before it did anything', CRASH));
    vi.restoreAllMocks();
    expect(denied.seen()).toBe(true);
    expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
    const left = roleName('fresh', 'image-registry');
    const now = await account.snapshot();
    expect(Object.keys(now.roles).filter((name) => name.startsWith('fresh-'))).toEqual([left]);
    expect((await reportOf(run, 'fresh')).undo).toContainEqual({
      resource: `role ${left}`,
      outcome: 'left',
      detail: `AccessDenied: ${DENIED().message}`,
      commands: expect.arrayContaining([`aws iam delete-role --role-name ${left}`]),
    });
    await clearFresh(now);
  });

  it('of the report itself counts as not rolled back, although everything is', async () => {
    await remember();
    const outcome = await runFrom('fresh', (called, _event, call) => {
      if (called === 'verify' || called === 'report-failure') throw DENIED();
      return call();
    });
    expect(outcome.states.slice(-5)).toEqual([
      'ReportFailure',
      'ReportNotWritten',
      'UnlockAfterFailure',
      'ChooseOutcome',
      'RollbackIncomplete',
    ]);
    expect(outcome).toMatchObject({ error: 'AccessDenied', cause: DENIED().message });
    await expectAsBefore();
  });
});

describe('an undo that runs again', () => {
  it.each(STARTS.map(({ name }) => name))('changes nothing in the cluster %s', async (name) => {
    await remember();
    const outcome = await runFrom(name, async (called, _event, call) => {
      if (called === 'publish-report') {
        await call();
        throw DENIED();
      }
      if (called.startsWith('undo-')) await call();
      return call();
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
  });

  it.each(BACK.slice(0, BACK.indexOf('ReportFailure')).filter((state) => state.startsWith('Undo')))(
    'as %s, because its answer was lost, still reports what the first attempt undid',
    async (state) => {
      await remember();
      let attempts = 0;
      const outcome = await runFrom('fresh', async (called, _event, call) => {
        if (called === 'publish-report') throw DENIED();
        if (called !== kebab(state)) return call();
        attempts += 1;
        if (attempts === 1) throw named('AwsThrottled', 'Rate exceeded');
        const result = await call();
        if (attempts === 2) throw named('Lambda.Unknown', 'The answer was lost');
        return result;
      });
      expect(attempts).toBe(3);
      expect(outcome.states.at(-1)).toBe('RolledBack');
      await expectAsBefore();
      const report = await reportOf(outcome.run, 'fresh');
      const everything = { ...STARTS[0]?.effects, roles: COMPONENTS.map(role('fresh')) };
      expect(outcomesOf(report, 'undone', 'fresh')).toEqual(Object.values(everything).flat().sort());
    },
  );

  it('goes by the first plan when a second is made after the work began', async () => {
    await remember();
    let planAgain: () => Promise<unknown> = () => Promise.resolve();
    const outcome = await runFrom('grown', async (called, _event, call) => {
      if (called === 'plan-changes') planAgain = call;
      if (called !== 'verify') return call();
      await planAgain();
      throw DENIED();
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
  });

  it('changes nothing that a later run made', async () => {
    const cluster = newCluster();
    const undos: (() => Promise<unknown>)[] = [];
    await account.run(`prepare/${cluster}.tgz`, await bundleOf(cluster), (called, _event, call) => {
      if (called === 'verify') throw DENIED();
      if (called.startsWith('undo-')) undos.push(call);
      return call();
    });
    expect(undos).toHaveLength(5);
    const later = await account.run(`prepare/${cluster}.tgz`, await bundleOf(cluster));
    expect(later).toMatchObject({ status: 'SUCCEEDED' });
    await remember();
    for (const undo of undos) await expect(undo()).rejects.toMatchObject({ name: 'LockLost' });
    await expectAsBefore();
  });
});
