import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../core/domain/plan.ts';
import { reportSchema } from '../../../../core/domain/report.ts';
import type { UndoOutcome } from '../../../../core/domain/undo-outcome.ts';
import {
  type FailedRun,
  failureReport,
  remainingResources,
  summarizeFailure,
} from '../../../../core/usecases/undo/report-failure.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';

const PLAN: Plan = {
  version: 1,
  run: RUN,
  signingKey: { changes: [{ action: 'create', resource: 'signing key pair', part: 'all' }] },
  issuer: { changes: [] },
  provider: { changes: [] },
  roles: [],
  files: { changes: [] },
};

/** A run that failed at its issuer and was undone; parts can be replaced. */
function failedRun(parts: Partial<FailedRun> = {}): FailedRun {
  return {
    isPlanOnly: false,
    caught: { Error: 'ResourceConflict', Cause: '{"errorMessage":"taken","trace":["secret path"]}' },
    roleOutcomes: [],
    busyWith: undefined,
    records: [],
    plan: PLAN,
    desired: demoCluster(),
    undoSteps: ['undo-documents', 'undo-key-pair'],
    undo: new Map([
      ['undo-documents', [outcome('bucket', 'untouched')]],
      ['undo-key-pair', [outcome('key', 'undone')]],
    ]),
    ...parts,
  };
}

function outcome(resource: string, is: UndoOutcome['outcome']): UndoOutcome {
  return { resource, outcome: is, detail: `${is}!`, ...(is === 'left' ? { commands: ['aws x'] } : {}) };
}

const record = (task: string, error: string, message = `${error} of ${task}`) => ({
  task,
  error,
  message,
  at: '2026-01-01T00:00:00Z',
});

describe('how a failed run ends', () => {
  it('as rolled back, with the first error in words and without its stack', () => {
    expect(summarizeFailure(failedRun())).toEqual({
      outcome: 'rolled-back',
      error: 'ResourceConflict',
      cause: 'taken',
    });
  });

  it.each<[string, Partial<FailedRun>]>([
    ['nothing was planned', { plan: undefined, undoSteps: [], undo: new Map() }],
    ['steps were not entered', { undoSteps: ['undo-key-pair'], undo: new Map([['undo-key-pair', []]]) }],
  ])('as rolled back when %s', (_, parts) => {
    expect(summarizeFailure(failedRun(parts)).outcome).toBe('rolled-back');
  });

  it('as incomplete when something is left, which is named', () => {
    const undo = new Map([
      ['undo-documents', [outcome('bucket', 'left')]],
      ['undo-key-pair', [outcome('key', 'undone')]],
    ]);
    expect(summarizeFailure(failedRun({ undo }))).toEqual({
      outcome: 'rollback-incomplete',
      error: 'ResourceConflict',
      cause: 'taken\nNot undone:\nbucket: left!',
    });
  });

  it('as incomplete when a step that was entered did not end', () => {
    const undo = new Map([['undo-key-pair', []]]);
    expect(summarizeFailure(failedRun({ undo }))).toMatchObject({
      outcome: 'rollback-incomplete',
      cause: expect.stringContaining('undo-documents: this undo step did not end'),
    });
  });

  it('with what an undo step itself failed of', () => {
    const record = {
      task: 'undo-documents',
      error: 'RecordTampered',
      message: 'It is another one.',
      at: '2026',
    };
    const undo = new Map([['undo-key-pair', []]]);
    expect(summarizeFailure(failedRun({ undo, records: [record] })).cause).toContain(
      'undo-documents: this undo step did not end: RecordTampered, It is another one; see the plan',
    );
  });

  it('as incomplete, with commands, when a step did not end and nobody can read the plan', () => {
    const failed = failedRun({
      plan: 'unreadable',
      undo: new Map(),
      undoSteps: ['undo-key-pair'],
      commandsFor: (step) => [`aws for ${step}`],
    });
    expect(summarizeFailure(failed).outcome).toBe('rollback-incomplete');
    expect(remainingResources(failed)).toEqual([
      expect.objectContaining({ resource: 'undo-key-pair', commands: ['aws for undo-key-pair'] }),
    ]);
  });

  it('as busy when another run held the lock', () => {
    expect(summarizeFailure(failedRun({ busyWith: 'run-7', caught: undefined }))).toEqual({
      outcome: 'cluster-busy',
      error: 'ClusterBusy',
      cause: expect.stringContaining('run-7'),
    });
  });

  it('with a cause that Step Functions can take', () => {
    const { cause } = summarizeFailure(failedRun({ caught: { Error: 'E', Cause: 'x'.repeat(40_000) } }));
    expect(cause.length).toBeLessThan(9_000);
    expect(cause).toContain('the whole of it is in the report');
  });
});

describe('the first error of a run', () => {
  const caught = (name: string, cause = '') => ({ caught: { Error: name, Cause: cause } });
  const roles = (...roleOutcomes: string[]) => ({ caught: undefined, roleOutcomes });

  it.each<[string, Partial<FailedRun>, string, string]>([
    ['is what Step Functions caught', caught('States.Timeout', 'slow'), 'States.Timeout', 'slow'],
    ['is text when the cause is no JSON', caught('E', '{"errorMessage":'), 'E', '{"errorMessage":'],
    ['is the cause when it has no message', caught('E', '{"a":1}'), 'E', '{"a":1}'],
    [
      'is the last record of a task when the name says nothing',
      {
        ...caught('Runtime.HandlerError'),
        records: [record('lock', 'AwsThrottled'), record('register-provider', 'ResourceConflict')],
      },
      'ResourceConflict',
      'ResourceConflict of register-provider',
    ],
    [
      'is never that of an undo',
      {
        ...caught('Runtime.HandlerError'),
        records: [record('verify', 'VerificationFailed'), record('undo-roles', 'AccessDenied')],
      },
      'VerificationFailed',
      'VerificationFailed of verify',
    ],
    [
      'is its own name when nobody left a record',
      caught('Runtime.HandlerError', 'x'),
      'Runtime.HandlerError',
      'x',
    ],
    ['is unknown when nothing is known', { caught: undefined }, 'Unknown', ''],
    [
      'is what was caught after the roles were done',
      { ...caught('VerificationFailed', 'audience'), roleOutcomes: ['done'] },
      'VerificationFailed',
      'audience',
    ],
    [
      'is that of the roles',
      {
        ...roles('done', 'ResourceConflict', 'AccessDenied'),
        records: [record('create-role', 'ResourceConflict', 'a'), record('create-role', 'AccessDenied', 'b')],
      },
      'ResourceConflict',
      'ResourceConflict: a\nAccessDenied: b',
    ],
    [
      'is not that of a role which was created at the next try',
      {
        ...roles('done', 'ResourceConflict'),
        records: [
          record('create-role', 'AwsThrottled', 'slow'),
          record('create-role', 'ResourceConflict', 'a'),
        ],
      },
      'ResourceConflict',
      'ResourceConflict: a',
    ],
    [
      'is that of a role though the emulator has no names',
      { ...roles('done', 'Runtime.HandlerError'), records: [record('create-role', 'ResourceConflict', 'a')] },
      'ResourceConflict',
      'ResourceConflict: a',
    ],
    [
      'is that of a role whose function crashed',
      roles('done', 'Sandbox.Timedout'),
      'Sandbox.Timedout',
      'Outcomes of the roles: ["done","Sandbox.Timedout"]',
    ],
  ])('%s', (_, parts, error, cause) => {
    expect(summarizeFailure(failedRun(parts))).toMatchObject({ error, cause });
  });
});

describe('the report of a failed run', () => {
  const report = (parts: Partial<FailedRun> = {}) => {
    const failed = failedRun(parts);
    return failureReport(
      { id: RUN, operation: 'prepare', startedAt: '2026-01-02T03:04:05.000Z' },
      failed,
      '2026-01-02T03:05:05.000Z',
    );
  };

  it('follows its schema, as it is written', () => {
    const written = JSON.parse(JSON.stringify(report()));
    expect(reportSchema.parse(written)).toEqual(written);
    expect(written).toMatchObject({
      outcome: 'rolled-back',
      startedAt: '2026-01-02T03:04:05.000Z',
      changes: [{ action: 'create', resource: 'signing key pair', part: 'all' }],
    });
  });

  it('tells what became of everything, and what was left only once', () => {
    const undo = new Map([['undo-documents', [outcome('bucket', 'left'), outcome('key', 'undone')]]]);
    expect(report({ undo }).undo?.map(({ resource, outcome: is }) => `${resource} ${is}`)).toEqual([
      'key undone',
      'bucket left',
      'undo-key-pair left',
    ]);
  });

  it('names the bundle and no cluster when the desired state cannot be read', () => {
    const failed = failedRun({ desired: undefined, plan: 'unreadable' });
    const run = { id: RUN, operation: 'prepare', bundle: { bucket: 'intake', key: 'prepare/demo.tgz' } };
    const written = JSON.parse(JSON.stringify(failureReport(run, failed, 'now')));
    expect(reportSchema.parse(written)).toEqual(written);
    expect(written).toMatchObject({ bundle: run.bundle, changes: [] });
    expect(written).not.toHaveProperty('cluster');
  });

  it('has no changes when nothing was planned', () => {
    expect(report({ plan: undefined, undoSteps: [], undo: new Map() }).changes).toEqual([]);
  });
});
