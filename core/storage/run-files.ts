import type { ObjectStore } from '../aws/object-store.ts';
import type { DesiredRole, DesiredState } from '../domain/desired-state.ts';
import type { Plan, PlannedRole } from '../domain/plan.ts';
import type { UndoOutcome } from '../domain/undo-outcome.ts';
import * as layout from './layout.ts';
import { placeOf, type RunName } from './run.ts';

/** How a task failed, in its own words. Step Functions cuts causes, and a Map's state has no room for them. */
export interface FailureRecord {
  readonly task: string;
  readonly error: string;
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The files of one run in the output bucket. None of them ever holds a secret. */
export interface RunFiles {
  /** Throws when ReadBundle has not written it. */
  desired(): Promise<DesiredState>;
  /** Replaces the desired state, unless it is another one by now than was read here; false then. */
  replaceDesired(desired: DesiredState): Promise<boolean>;
  /** Undefined before PlanChanges: then nothing was changed. */
  plan(): Promise<Plan | undefined>;
  /** Writes the plan unless there is one, and returns the one that holds: a retry must not forget what was there before. */
  keepPlan(plan: Plan): Promise<Plan>;
  /** Notes that the run takes things away from here on; before that, its undo has nothing to bring back. */
  beginRemoval(): Promise<void>;
  hasBegunRemoval(): Promise<boolean>;
  recordFailure(failure: FailureRecord, name: string): Promise<void>;
  failures(): Promise<readonly FailureRecord[]>;
  recordUndo(step: string, outcomes: readonly UndoOutcome[]): Promise<void>;
  /** Outcomes by step; a step that is missing did not finish its undo. */
  undo(steps: readonly string[]): Promise<ReadonlyMap<string, readonly UndoOutcome[]>>;
}

const JSON_TYPE = 'application/json';

export function runFiles(run: RunName, store: ObjectStore): RunFiles {
  const place = placeOf(run);
  const desiredKey = layout.desiredState.of(place);
  const planKey = layout.plan.of(place);
  const etags = new Map<string, string>();
  const read = async <Content>(key: string): Promise<Content | undefined> => {
    const object = await store.get(key);
    etags.set(key, object?.etag ?? '');
    return object === undefined ? undefined : JSON.parse(Buffer.from(object.bytes).toString('utf8'));
  };
  const writeJson = (key: string, content: unknown) =>
    store.put(key, JSON.stringify(content, null, 1), { contentType: JSON_TYPE });

  return {
    async desired() {
      const desired = await read<DesiredState>(desiredKey);
      if (desired === undefined) throw new Error(`${desiredKey} is not there.`);
      return desired;
    },

    async replaceDesired(desired) {
      const written = await store.put(desiredKey, JSON.stringify(desired, null, 1), {
        contentType: JSON_TYPE,
        onlyIf: { etag: etags.get(desiredKey) ?? '' },
      });
      return written !== undefined;
    },

    plan: () => read<Plan>(planKey),

    async keepPlan(plan) {
      const written = await store.put(planKey, JSON.stringify(plan, null, 1), {
        contentType: JSON_TYPE,
        onlyIf: 'absent',
      });
      return written === undefined ? ((await read<Plan>(planKey)) ?? plan) : plan;
    },

    async beginRemoval() {
      await writeJson(layout.removal.of(place), { at: new Date().toISOString() });
    },

    async hasBegunRemoval() {
      return (await read(layout.removal.of(place))) !== undefined;
    },

    async recordFailure(failure, name) {
      await writeJson(layout.failureRecord.of({ ...place, name }), failure);
    },

    async failures() {
      const keys = await store.list(layout.failureRecords.of(place));
      const records = await Promise.all(keys.map((key) => read<FailureRecord>(key)));
      return records.filter((record) => record !== undefined).sort((a, b) => (a.at < b.at ? -1 : 1));
    },

    async recordUndo(step, outcomes) {
      await writeJson(layout.undoRecord.of({ ...place, step }), outcomes);
    },

    async undo(steps) {
      const entries = await Promise.all(
        steps.map(
          async (step) =>
            [step, await read<UndoOutcome[]>(layout.undoRecord.of({ ...place, step }))] as const,
        ),
      );
      return new Map(
        entries.flatMap(([step, outcomes]) => (outcomes === undefined ? [] : [[step, outcomes] as const])),
      );
    },
  };
}

/** Desired state and plan of a run that is past PlanChanges. Throws when one is missing. */
export async function plannedRun(
  run: RunName,
  store: ObjectStore,
): Promise<{ desired: DesiredState; plan: Plan }> {
  const files = runFiles(run, store);
  const [desired, plan] = await Promise.all([files.desired(), files.plan()]);
  if (plan === undefined) throw new Error(`${layout.plan.of(placeOf(run))} is not there.`);
  return { desired, plan };
}

/** One role of a run, by its position in the desired state. Throws RangeError when it is not in the plan. */
export function plannedRole(
  desired: DesiredState,
  plan: Plan,
  index: number,
): { wanted: DesiredRole; planned: PlannedRole } {
  const wanted = desired.roles[index];
  const planned = plan.roles.find((role) => role.index === index);
  if (wanted === undefined || planned === undefined)
    throw new RangeError(`Role ${index} is not in the plan.`);
  return { wanted, planned };
}
