import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../../core/runtime/environment.ts';
import { UNDO_STEPS } from '../../core/usecases/undo/undo-step.ts';
import { FUNCTION_FILES } from '../../infra/function-files.ts';
import type { State, StateGraph } from '../../statemachine/source/asl.ts';
import {
  allStates,
  calledBy,
  kebab,
  MACHINES,
  machineOf,
  reachable,
  stateOf,
  waitsForAnswer,
} from './asl.ts';

const require = createRequire(import.meta.url);
const validate = require('asl-validator') as (
  definition: object,
  options: object,
) => { readonly isValid: boolean; readonly errorsText: () => string };

const tasks = Object.values(MACHINES).flatMap((machine) =>
  allStates(machine).filter(([, { Type }]) => Type === 'Task'),
);
const undoNames = Object.keys(UNDO_STEPS);

describe.each(Object.entries(MACHINES))('the state machine %s', (_, machine) => {
  it('is valid, once its placeholders are functions', () => {
    const text = JSON.stringify(machine)
      .replaceAll('${Partition}', 'aws')
      .replace(/\$\{(\w+)\}/g, 'arn:aws:lambda:us-east-1:123456789012:function:$1');
    const { isValid, errorsText } = validate(JSON.parse(text), { checkPaths: true, checkArn: true });
    expect(isValid ? '' : errorsText()).toBe('');
  });

  it('says in one line what each state is for, and what it is for itself', () => {
    for (const [name, { Comment }] of allStates(machine)) expect(Comment, name).toMatch(/^[^\n]{10,250}\.$/);
    expect(machine.Comment).toBeTruthy();
  });

  it('has no state that cannot be reached', () => {
    expect([...reachable(machine, machine.StartAt)].sort()).toEqual(Object.keys(machine.States).sort());
    for (const { ItemProcessor } of Object.values(machine.States)) {
      if (ItemProcessor === undefined) continue;
      const inner = [...reachable(ItemProcessor, ItemProcessor.StartAt)].sort();
      expect(inner).toEqual(Object.keys(ItemProcessor.States).sort());
    }
  });

  it('ends in named states only', () => {
    const ends = Object.entries(machine.States).filter(([, state]) => 'End' in state);
    expect(ends).toEqual([]);
  });

  it('goes through the undo steps in their order, whatever becomes of each, if it changes anything', () => {
    const undo = Object.keys(machine.States).filter((name) => undoNames.includes(kebab(name)));
    const withoutUndo = ['audit', 'plan', 'delete'].map(machineOf);
    if (withoutUndo.includes(machine)) return expect(undo).toEqual([]);
    expect(undo.map(kebab)).toEqual(undoNames);
    for (const [index, name] of undo.entries()) {
      const { Next, Catch = [], ResultPath } = stateOf(machine, name);
      const next = undo[index + 1] ?? 'ReportFailure';
      const ways = [Next, ...Catch.map((catcher) => catcher.Next)].map((way = '') =>
        afterPause(machine, way),
      );
      expect(ways, name).toEqual([next, next, next]);
      // ReportFailure tells by these which steps were entered.
      const kept = `$.${Object.values(UNDO_STEPS)[index]}`;
      expect([ResultPath, ...Catch.map((catcher) => catcher.ResultPath)], name).toEqual([kept, kept, kept]);
    }
  });

  it('says error and cause wherever it fails', () => {
    const fails = Object.entries(machine.States).filter(([, { Type }]) => Type === 'Fail');
    // A task of the audit fails by itself: nothing is made, and the execution can be redriven from there.
    expect(fails.length > 0).toBe(machine !== machineOf('audit'));
    for (const [name, { ErrorPath, CausePath }] of fails) {
      expect(ErrorPath, name).toMatch(/^\$\./);
      expect(CausePath, name).toMatch(/^\$\./);
    }
  });
});

/** The state that a wait leads to, or the state itself. */
function afterPause(machine: StateGraph, name: string): string | undefined {
  const { Type, Next } = stateOf(machine, name);
  return Type === 'Wait' ? Next : name;
}

describe('every task', () => {
  it.each(tasks)('%s has a time limit', (_, { TimeoutSeconds }) => {
    expect(TimeoutSeconds).toBeGreaterThanOrEqual(90);
  });

  it.each(tasks)('%s is retried like all others, with jitter and a cap', (_, state) => {
    const { Retry } = state;
    // Nobody is waited for twice.
    const others = (tasks[0]?.[1].Retry ?? []).map((retrier) => ({
      ...retrier,
      ErrorEquals: retrier.ErrorEquals.filter((name) => !waitsForAnswer(state) || name !== 'States.Timeout'),
    }));
    expect(Retry).toEqual(others);
    for (const { JitterStrategy, MaxDelaySeconds, MaxAttempts } of Retry ?? []) {
      expect(JitterStrategy).toBe('FULL');
      expect(MaxDelaySeconds).toBeLessThanOrEqual(60);
      expect(MaxAttempts).toBeLessThanOrEqual(10);
    }
  });

  // Where nothing is made yet, or ever, an execution fails in the task itself and can be redriven.
  const redriven = [
    'ReadBundle',
    'ReadDeletion',
    'DiscoverClusters',
    'ReadReleases',
    'ListClusters',
    'PublishAudit',
    'AnnounceAudit',
  ];
  it.each(redriven)('%s is not caught', (name) => {
    expect(tasks.find(([task]) => task === name)?.[1].Catch).toBeUndefined();
  });

  const caught = tasks.filter(([name]) => !redriven.includes(name));
  it.each(caught)('%s catches what States.ALL leaves out, and then all', (_, state) => {
    const all = state.Catch ?? [];
    const [timeout] = all;
    const Catch = waitsForAnswer(state) ? all.slice(1) : all;
    if (waitsForAnswer(state)) expect(timeout?.ErrorEquals).toEqual(['States.Timeout']);
    expect(Catch.map(({ ErrorEquals }) => ErrorEquals)).toEqual([
      ['States.DataLimitExceeded'],
      ['States.ALL'],
    ]);
    expect(new Set(Catch.map(({ Next, ResultPath }) => `${Next} ${ResultPath}`)).size).toBe(1);
  });

  it('is retried for transient faults only', () => {
    const retried = (tasks[0]?.[1].Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    for (const name of ['States.ALL', 'States.TaskFailed', 'ResourceConflict', 'VerificationFailed'])
      expect(retried).not.toContain(name);
    expect(retried).toContain('Lambda.TooManyRequestsException');
  });
});

describe('every function', () => {
  const names = [...FUNCTION_FILES.keys()].sort();

  it('has a file and an environment', () => {
    expect(names).toEqual(Object.keys(ENVIRONMENTS).sort());
  });

  it('is named like the states that call it, but for those that no machine calls', () => {
    const placeholders = new Set(tasks.map(([, state]) => calledBy(state)));
    const called = names.filter((name) => !name.startsWith('start-') && name !== 'decide-run');
    expect([...placeholders].map(kebab).sort()).toEqual(called);
  });
});

describe('preparing', () => {
  const machine = machineOf('prepare');
  const failure = (state: State) => new Set(state.Catch?.map(({ Next }) => Next));
  const succeed: State = { Comment: 'For a way that must not go on.', Type: 'Succeed' };

  it('takes nothing away before everything that is needed is proved, and then only where there is something', () => {
    const without = (gone: string) => ({
      ...machine,
      States: { ...machine.States, [gone]: succeed },
    });
    expect(reachable(without('Verify'), machine.StartAt)).not.toContain('PruneResources');
    expect(reachable(without('HasRemovals'), machine.StartAt)).not.toContain('PruneResources');
    expect(stateOf(machine, 'PruneResources').Next).toBe('PublishReport');
  });

  it('fails at ReadBundle itself when that fails, so that the execution can be redriven from there', () => {
    expect(stateOf(machine, 'ReadBundle').Catch).toBeUndefined();
  });

  it('never lets the Map fail, so that no role is still being made when the undo begins', () => {
    const { ItemProcessor } = stateOf(machine, 'CreateRoles');
    const inner = ItemProcessor?.States ?? {};
    expect(Object.values(inner).map(({ Type }) => Type)).toEqual(['Task', 'Pass']);
    expect(failure(stateOf(ItemProcessor ?? machine, 'CreateRole'))).toEqual(new Set(['RoleNotCreated']));
  });

  it('keeps the first error, and all else that is known, while it undoes', () => {
    const working = [...reachable(machine, 'UndoSecrets')]
      .map((name) => stateOf(machine, name))
      .filter(({ Type }) => Type === 'Task' || Type === 'Pass');
    const paths = working.flatMap(({ ResultPath, Catch = [] }) => [
      ResultPath,
      ...Catch.map((catcher) => catcher.ResultPath),
    ]);
    // A path that is left out is the whole of the state.
    for (const path of paths) expect(path).not.toBeOneOf(['$.error', '$', undefined]);
  });

  it('ends every rollback as a failure', () => {
    const ends = [...reachable(machine, 'UndoSecrets')].filter((name) =>
      ['Succeed', 'Fail'].includes(stateOf(machine, name).Type),
    );
    expect(ends.sort()).toEqual([
      'ApprovalRefused',
      'ApprovalTimedOut',
      'ClusterBusy',
      'PlanOutdated',
      'RollbackIncomplete',
      'RolledBack',
    ]);
    for (const name of ends) expect(stateOf(machine, name).Type).toBe('Fail');
  });

  it('changes nothing by a plan that has to be approved before somebody approved it and it was looked at again', () => {
    const { Choices = [] } = stateOf(machine, 'NeedsApproval');
    for (const gone of ['AskForApproval', 'ConfirmPlan']) {
      const ways = reachable(
        { ...machine, States: { ...machine.States, [gone]: succeed } },
        Choices[0]?.Next ?? '',
      );
      for (const changing of ['HasChanges', 'RegisterCluster', 'CreateRoles', 'PruneResources'])
        expect(ways).not.toContain(changing);
    }
    // Nor is anything undone of a plan that was not begun.
    const failing = ['PublishPlan', 'AskForApproval', 'ConfirmPlan', 'NobodyDecided'];
    for (const name of failing) {
      const { Catch = [], Next = '' } = stateOf(machine, name);
      const ends = name === 'NobodyDecided' ? [Next] : Catch.map((catcher) => catcher.Next);
      expect(new Set(ends.filter((next) => next !== 'NobodyDecided')), name).toEqual(
        new Set(['ReportFailure']),
      );
    }
  });

  it('gives the lock back on every way that took it', () => {
    const ends = ['Prepared', 'RolledBack', 'RollbackIncomplete', 'ClusterBusy', 'ApprovalRefused'];
    for (const end of [...ends, 'ApprovalTimedOut', 'PlanOutdated']) {
      const without = {
        ...machine,
        States: { ...machine.States, Unlock: succeed, UnlockAfterFailure: succeed },
      };
      expect(reachable(without, 'PlanChanges')).not.toContain(end);
    }
  });
});

describe('auditing', () => {
  const audit = machineOf('audit');
  const maps = Object.entries(audit.States).filter(([, { Type }]) => Type === 'Map');

  it.each(maps)('%s goes on whatever becomes of one cluster', (_, { ItemProcessor, Next }) => {
    const states = Object.values(ItemProcessor?.States ?? {});
    expect(states.some(({ Type }) => Type === 'Fail')).toBe(false);
    expect(states.find(({ Type }) => Type === 'Task')?.Catch).toHaveLength(2);
    expect(Next).toBe('PublishAudit');
  });

  it('does the same for a large fleet as for a small one', () => {
    const plain = (text: string) => text.replaceAll('OfFleet', '');
    const [few, many] = maps.map(([, { ItemProcessor }]) => plain(JSON.stringify(ItemProcessor?.States)));
    expect(many).toBe(few);
  });
});
