import { type UnapprovedOutcome, unapproved } from '../../domain/approval.ts';
import { addOnOf, releaseOf } from '../../domain/cluster-change.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { allChanges, type Plan } from '../../domain/plan.ts';
import type { Report } from '../../domain/report.ts';
import { ROLE_DONE } from '../../domain/role-outcome.ts';
import type { UndoOutcome } from '../../domain/undo-outcome.ts';
import type { Decision, FailureRecord } from '../../storage/documents.ts';
import { defined } from '../../util/defined.ts';
import { reportedDecision } from '../approval/decision.ts';
import type { UndoStep } from './undo-step.ts';

/** What Step Functions keeps of a failed task. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

/** How the execution ends: the name of the Fail state and what it says. */
export interface FailureSummary {
  readonly outcome:
    | 'not-planned'
    | 'rolled-back'
    | 'rollback-incomplete'
    | 'cluster-busy'
    | UnapprovedOutcome;
  readonly error: string;
  readonly cause: string;
}

/** Everything that is known of a failed run. */
export interface FailedRun {
  /** Whether no more than a plan was asked for, so that nothing can have been changed. */
  readonly isPlanOnly: boolean;
  readonly caught: CaughtError | undefined;
  /** What CreateRoles made known, each once: `ROLE_DONE`, or the name of an error. Empty before it. */
  readonly roleOutcomes: readonly string[];
  /** Who held the cluster's lock, when that is why the run ended. */
  readonly busyWith: string | undefined;
  /** Records the tasks left themselves, oldest first. */
  readonly records: readonly FailureRecord[];
  /** Undefined when there is none, and nothing was changed. */
  readonly plan: Plan | 'unreadable' | undefined;
  /** What somebody decided about the plan; undefined where nobody had to, or did. */
  readonly decision?: Decision | undefined;
  /** Undefined when it could not be read. */
  readonly desired: DesiredState | undefined;
  /** The undo steps that the execution entered. */
  readonly undoSteps: readonly UndoStep[];
  /** Undo outcomes by step; a step that crashed has none. */
  readonly undo: ReadonlyMap<string, readonly UndoOutcome[]>;
  /** Commands for a step that has no outcomes. */
  readonly commandsFor?: (step: UndoStep) => readonly string[];
}

/** Step Functions allows 32,768 characters; the console shows the beginning. */
const CAUSE_LENGTH = 8_000;

/** Error names that say no more than "the function failed", as some emulators report every error. */
const NAMELESS = ['Runtime.HandlerError', 'Error'];

/** What `describeFailure` says, as far as Step Functions has room; the report has all of it. */
export function summarizeFailure(failed: FailedRun): FailureSummary {
  const summary = describeFailure(failed);
  return { ...summary, cause: cut(summary.cause) };
}

/** Decides how a failed run ends, and tells the first error in words. Pure. */
function describeFailure(failed: FailedRun): FailureSummary {
  if (failed.busyWith !== undefined) {
    return {
      outcome: 'cluster-busy',
      error: 'ClusterBusy',
      cause: `Run ${failed.busyWith} holds the cluster's lock. Upload the bundle again when it has ended.`,
    };
  }
  const { name, message } = firstError(failed);
  if (failed.isPlanOnly) return { outcome: 'not-planned', error: name, cause: message };
  const outcome = unapproved(name);
  if (outcome !== undefined && failed.undoSteps.length === 0) return { outcome, error: name, cause: message };
  const left = remainingResources(failed);
  if (left.length === 0) return { outcome: 'rolled-back', error: name, cause: message };
  const list = left.map(({ resource, detail }) => `${resource}: ${detail}`).join('\n');
  return { outcome: 'rollback-incomplete', error: name, cause: `${message}\nNot undone:\n${list}` };
}

/** What is still there of a run: outcomes that say so, and undo steps that were entered and did not get to their end. */
export function remainingResources({
  plan,
  undo,
  undoSteps,
  records,
  commandsFor,
}: FailedRun): readonly UndoOutcome[] {
  if (plan === undefined) return [];
  return undoSteps.flatMap(
    (step): readonly UndoOutcome[] =>
      undo.get(step)?.filter(({ outcome }) => outcome === 'left') ?? [
        {
          resource: step,
          outcome: 'left',
          detail: `${endOf(step, records)}; see the plan of the run for what it was to undo`,
          ...defined({ commands: commandsFor?.(step) }),
        },
      ],
  );
}

/** How an undo step ended that has no outcomes. */
function endOf(step: UndoStep, records: readonly FailureRecord[]): string {
  const last = records.findLast(({ task }) => task === step);
  return last === undefined
    ? 'this undo step did not end'
    : `this undo step did not end: ${last.error}, ${last.message.replace(/\.$/, '')}`;
}

/** The report of a failed run. */
export function failureReport(
  run: {
    readonly id: string;
    readonly operation: string;
    readonly startedAt?: string;
    readonly bundle?: Report['bundle'];
  },
  failed: FailedRun,
  endedAt: string,
): Report {
  const { outcome, error, cause } = describeFailure(failed);
  const { desired, plan, undo } = failed;
  return {
    version: 1,
    run: run.id,
    operation: run.operation,
    release: desired && releaseOf(desired),
    addOn: desired && addOnOf(desired),
    outcome,
    ...defined({ approval: failed.decision && reportedDecision(failed.decision) }),
    ...defined({ startedAt: run.startedAt }),
    endedAt,
    bundle: desired?.bundle ?? run.bundle ?? { bucket: '', key: '' },
    ...(desired === undefined
      ? {}
      : {
          cluster: {
            name: desired.cluster.name,
            region: desired.cluster.region,
            release: desired.cluster.release,
            featureSet: desired.cluster.featureSet,
          },
          issuer: desired.issuer.url,
          providerArn: desired.providerArn,
        }),
    changes: plan === undefined || plan === 'unreadable' ? [] : [...allChanges(plan)],
    skipped: [...(desired?.skipped ?? [])],
    warnings: [...(desired?.warnings ?? [])],
    error: { name: error, cause },
    undo: [
      ...[...undo.values()].flat().filter(({ outcome }) => outcome !== 'left'),
      ...remainingResources(failed),
    ].map(({ commands, ...outcome }) => ({
      ...outcome,
      ...defined({ commands: commands && [...commands] }),
    })),
  };
}

/**
 * The error that came first. Roles fail without an error of the execution. Any other is named by Step Functions,
 * but not by some emulators; then the tasks' own records tell.
 */
function firstError({ caught, roleOutcomes, records }: FailedRun): { name: string; message: string } {
  const forward = records.filter(({ task }) => !task.startsWith('undo-'));
  const [ofRole, ...others] = roleOutcomes.filter((outcome) => outcome !== ROLE_DONE);
  if (ofRole !== undefined) {
    return (
      recordedRoleError([ofRole, ...others], forward) ?? {
        // A function that crashed could not leave a record.
        name: ofRole,
        message: `Outcomes of the roles: ${JSON.stringify(roleOutcomes)}`,
      }
    );
  }
  return toldError(caught, forward);
}

/** An error by its own name and in its own words, as far as Step Functions or the tasks' records have them. */
export function toldError(
  caught: CaughtError | undefined,
  records: readonly FailureRecord[],
): { name: string; message: string } {
  if (caught !== undefined && !NAMELESS.includes(caught.Error))
    return { name: caught.Error, message: causeMessage(caught.Cause) };
  const last = records.at(-1);
  if (last !== undefined) return { name: last.error, message: last.message };
  return { name: caught?.Error ?? 'Unknown', message: causeMessage(caught?.Cause ?? '') };
}

/**
 * The errors of roles that were not created, in their own words. A role that failed once and was created at the
 * next try has left a record too, so only records of errors that an iteration ended with count.
 */
function recordedRoleError(
  errors: readonly string[],
  records: readonly FailureRecord[],
): { name: string; message: string } | undefined {
  const ended = (error: string) => errors.includes(error);
  const roles = records.filter(
    ({ task, error }) => task === 'create-role' && (ended(error) || NAMELESS.some(ended)),
  );
  const [first] = roles;
  return first === undefined
    ? undefined
    : { name: first.error, message: roles.map(({ error, message }) => `${error}: ${message}`).join('\n') };
}

/** Lambda gives causes as JSON with a stack trace; the message alone is for people. */
function causeMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

function cut(text: string): string {
  return text.length <= CAUSE_LENGTH
    ? text
    : `${text.slice(0, CAUSE_LENGTH)}… (the whole of it is in the report)`;
}
