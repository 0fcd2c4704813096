import { type HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lines } from '../../../cli/render.ts';
import { type RunEvent, RunReader } from '../../../cli/run-events.ts';
import { pascalCase } from '../../../core/runtime/function.ts';
import { UNDO_STEPS } from '../../../core/usecases/undo/undo-step.ts';
import { STATE_MACHINES } from '../../../statemachine/source/machines.ts';

const startedAt = new Date('2026-01-01T00:00:00Z');

type Short =
  | readonly [type: string, name?: string, output?: unknown]
  | Omit<HistoryEvent, 'id' | 'timestamp'>;

function events(...short: readonly Short[]): HistoryEvent[] {
  return short.map((each, index) => {
    const base = { id: index + 1, timestamp: new Date(startedAt.getTime() + index * 1_000) };
    if (!('length' in each)) return { ...base, ...each } as HistoryEvent;
    const [type, name = '', output] = each as readonly [HistoryEventType, string?, unknown?];
    if (type.endsWith('StateEntered')) return { ...base, type, stateEnteredEventDetails: { name } };
    if (type.endsWith('StateExited'))
      return { ...base, type, stateExitedEventDetails: { name, output: JSON.stringify(output ?? {}) } };
    return { ...base, type };
  });
}

function told(history: readonly HistoryEvent[]): RunEvent[] {
  const reader = new RunReader(startedAt);
  return history.flatMap((event) => reader.read(event));
}

const lines = (history: readonly HistoryEvent[], live = false) => {
  const renderer = new Lines(live);
  return told(history).flatMap((event) => renderer.of(event).map(({ text }) => text.trim()));
};

const failed = (error: string, cause?: string): Short => ({
  type: 'LambdaFunctionFailed',
  lambdaFunctionFailedEventDetails: { error, ...(cause === undefined ? {} : { cause }) },
});

describe('what is told of a run', () => {
  it('is one line a state; choices are of no interest', () => {
    const history = events(
      ['ExecutionStarted'],
      ['TaskStateEntered', 'ReadBundle'],
      ['TaskStateExited', 'ReadBundle'],
      ['ChoiceStateEntered', 'IsBundleAccepted'],
      ['ChoiceStateExited', 'IsBundleAccepted'],
      ['TaskStateEntered', 'Lock'],
      ['TaskStateExited', 'Lock', { lock: { outcome: 'held' } }],
      ['SucceedStateEntered', 'Prepared'],
      ['SucceedStateExited', 'Prepared'],
    );
    expect(lines(history)).toEqual(['1.0 s  ReadBundle', '5.0 s  Lock', '7.0 s  Prepared']);
  });

  it('has the progress of a Map and nothing of what is inside', () => {
    const one: Short[] = [
      ['MapIterationStarted'],
      ['TaskStateEntered', 'CreateRole'],
      ['TaskStateExited', 'CreateRole'],
      ['MapIterationSucceeded'],
    ];
    const history = events(
      ['MapStateEntered', 'CreateRoles'],
      { type: 'MapStateStarted', mapStateStartedEventDetails: { length: 8 } },
      ...Array.from({ length: 8 }, () => one).flat(),
      ['MapStateExited', 'CreateRoles'],
      ['TaskStateEntered', 'RenderSecrets'],
    );
    expect(lines(history).map((line) => line.replace(/^[\d.]+ s {2}/, ''))).toEqual([
      'CreateRoles',
      'CreateRoles: 2 of 8',
      'CreateRoles: 4 of 8',
      'CreateRoles: 6 of 8',
      'CreateRoles: 8 of 8',
      'RenderSecrets',
    ]);
    expect(told(history).filter(({ event }) => event === 'items')).toHaveLength(8);
  });

  it('counts the tasks of a Map where its history does not say how many there are', () => {
    const history = events(
      ['MapStateEntered', 'CreateRoles'],
      ['TaskSucceeded'],
      ['TaskSucceeded'],
      ['MapStateExited', 'CreateRoles'],
    );
    expect(told(history).filter(({ event }) => event === 'items')).toMatchObject([{ done: 1 }, { done: 2 }]);
  });

  it('has each attempt with the error of the one before', () => {
    const history = events(
      ['TaskStateEntered', 'Verify'],
      ['LambdaFunctionScheduled'],
      failed('NotYetConsistent'),
      ['LambdaFunctionScheduled'],
      failed('AwsThrottled'),
      ['LambdaFunctionScheduled'],
    );
    expect(lines(history)).toEqual([
      '0.0 s  Verify',
      '3.0 s  Verify: NotYetConsistent, attempt 2',
      '5.0 s  Verify: AwsThrottled, attempt 3',
    ]);
  });

  it('says once who holds the lock, however often it is asked for, and goes on when it is given', () => {
    const waits: Short[] = [
      ['TaskStateEntered', 'Lock'],
      ['TaskStateExited', 'Lock', { lock: { outcome: 'wait', holder: 'demo-prepare-1' } }],
      ['ChoiceStateEntered', 'IsLockHeld'],
      ['WaitStateEntered', 'WaitForCluster'],
      ['WaitStateExited', 'WaitForCluster'],
    ];
    const history = events(
      ...waits,
      ...waits,
      ...waits,
      ['TaskStateEntered', 'Lock'],
      ['TaskStateExited', 'Lock', { lock: { outcome: 'held' } }],
      ['TaskStateEntered', 'PlanChanges'],
    );
    expect(lines(history).map((line) => line.replace(/^[\d.]+ s {2}/, ''))).toEqual([
      'Lock',
      'Lock: waits for the run demo-prepare-1, which is at work on the cluster',
      'PlanChanges',
    ]);
  });

  it('has a rollback as it happens, after the error that it is for', () => {
    const history = events(
      ['TaskStateEntered', 'RegisterProvider'],
      ['LambdaFunctionScheduled'],
      failed('ResourceConflict', JSON.stringify({ errorMessage: 'It is taken.' })),
      ['TaskStateExited', 'RegisterProvider'],
      ['TaskStateEntered', 'UndoProvider'],
      ['TaskStateExited', 'UndoProvider'],
      ['TaskStateEntered', 'UndoDocuments'],
      ['TaskStateExited', 'UndoDocuments'],
      ['FailStateEntered', 'RolledBack'],
    );
    expect(lines(history)).toEqual([
      '0.0 s  RegisterProvider',
      '4.0 s  ResourceConflict: what this run made is taken back',
      'It is taken.',
      '4.0 s  UndoProvider (rollback)',
      '6.0 s  UndoDocuments (rollback)',
      '8.0 s  RolledBack',
    ]);
  });

  it('does nothing to a terminal, whatever the account says', () => {
    const history = events(['TaskStateEntered', 'Verify'], failed('\u001b[2J', 'a\u0007\nforged'), [
      'TaskStateEntered',
      'UndoRoles',
    ]);
    expect(lines(history).join('')).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

it('every state that undoes something is told as rollback, and no other', () => {
  const undoing = new Set([
    ...Object.keys(UNDO_STEPS).map((step) => pascalCase(step as 'undo-roles')),
    'ReportFailure',
    'UndoRegistration',
  ]);
  for (const { States } of [STATE_MACHINES.prepare, STATE_MACHINES.audit, STATE_MACHINES.plan])
    for (const [name, { Type }] of Object.entries(States)) {
      if (Type === 'Choice' || Type === 'Pass') continue;
      const [event] = told(events([`${Type}StateEntered`, name])).filter((each) => each.event === 'state');
      expect([name, event && 'undoing' in event]).toEqual([name, undoing.has(name)]);
    }
});

it('whatever the history is, nothing is thrown, and no state is told twice as running', () => {
  const names = ['ReadBundle', 'Lock', 'CreateRoles', 'CreateRole', 'UndoRoles', 'ReportFailure', 'Prepared'];
  const event = fc.record(
    {
      type: fc.constantFrom(...Object.values(HistoryEventType)),
      timestamp: fc.date({ noInvalidDate: true }),
      stateEnteredEventDetails: fc.record({ name: fc.constantFrom(...names) }),
      stateExitedEventDetails: fc.record({
        name: fc.constantFrom(...names),
        output: fc.oneof(fc.string(), fc.constant('{"lock":{"outcome":"wait","holder":"x"}}')),
      }),
      mapStateStartedEventDetails: fc.record({ length: fc.nat(5) }),
      lambdaFunctionFailedEventDetails: fc.record({ error: fc.string(), cause: fc.string() }),
    },
    { requiredKeys: ['type'] },
  );
  const usual = fc.constantFrom(
    ...events(
      ['TaskStateEntered', 'Lock'],
      ['TaskStateExited', 'Lock', { lock: { outcome: 'wait', holder: 'x' } }],
      ['WaitStateEntered', 'WaitForCluster'],
      ['MapStateEntered', 'CreateRoles'],
      ['MapStateExited', 'CreateRoles'],
      ['LambdaFunctionScheduled'],
      failed('E'),
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(event, usual), { maxLength: 60 }), fc.boolean(), (history, live) => {
      const renderer = new Lines(live);
      const reader = new RunReader(startedAt);
      let entries = 0;
      for (const each of history as HistoryEvent[]) {
        const happened = reader.read(each);
        // One event enters one state at most, so that two are never running at once.
        const entered = happened.filter((one) => one.event === 'state').length;
        expect(entered).toBeLessThanOrEqual(each.stateEnteredEventDetails === undefined ? 0 : 1);
        entries += entered;
        for (const one of happened)
          for (const { text } of renderer.of(one)) expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
      }
      expect(entries).toBeLessThanOrEqual(history.filter((one) => one.stateEnteredEventDetails).length);
    }),
  );
});
