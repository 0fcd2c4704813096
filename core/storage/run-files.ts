import type { ObjectStore } from '../aws/object-store.ts';
import type { DesiredRole, DesiredState } from '../domain/desired-state.ts';
import type { Plan, PlannedRole } from '../domain/plan.ts';
import type { UndoOutcome } from '../domain/undo-outcome.ts';
import { checked, digestOf, type Stored } from './document.ts';
import * as documents from './documents.ts';
import * as layout from './layout.ts';
import { placeOf, type Records, type RunName } from './run.ts';

/**
 * The files of one run in the output bucket. None of them ever holds a secret. Reading one whose digest the run has throws
 * RecordTampered when it is another one by now.
 */
export interface RunFiles {
  /** What the bundle says. Throws when ReadBundle has not written it. */
  reading(): Promise<DesiredState>;
  /** What the run brings about. Undefined before PlanChanges. */
  desired(): Promise<Stored<DesiredState> | undefined>;
  /** Writes the desired state, unless it is another one by now than was read; false then. */
  keepDesired(read: Stored<DesiredState> | undefined, desired: DesiredState): Promise<boolean>;
  /** Undefined before PlanChanges, and of a run that never went on from there: then nothing was changed. */
  plan(): Promise<Plan | undefined>;
  /** Writes the plan unless there is one, and returns the one that holds: a retry must not forget what was there before. */
  keepPlan(plan: Plan): Promise<Plan>;
  /** Notes that the run takes things away from here on; before that, its undo has nothing to bring back. */
  beginRemoval(): Promise<void>;
  hasBegunRemoval(): Promise<boolean>;
  failures(): Promise<readonly documents.FailureRecord[]>;
  recordUndo(step: string, outcomes: readonly UndoOutcome[]): Promise<void>;
  /** Outcomes by step; a step that is missing did not finish its undo. */
  undo(steps: readonly string[]): Promise<ReadonlyMap<string, readonly UndoOutcome[]>>;
}

export function runFiles(run: RunName, store: ObjectStore): RunFiles {
  const place = placeOf(run);
  const { records = {} } = run;
  const readPlan = async () =>
    records.plan === 'none'
      ? undefined
      : checked(await documents.plan.read(place, store), records.plan, layout.plan.of(place))?.value;

  return {
    // Before there were readings, ReadBundle wrote the desired state.
    reading: async () => {
      const found =
        (await documents.bundleReading.read(place, store)) ??
        (await documents.desiredState.readExisting(place, store));
      return checked(found, records.reading, layout.bundleReading.of(place)).value;
    },

    desired: async () =>
      checked(
        await documents.desiredState.read(place, store),
        records.desired,
        layout.desiredState.of(place),
      ),

    async keepDesired(read, desired) {
      const onlyIf = read === undefined ? 'absent' : { etag: read.etag };
      return (await documents.desiredState.write(place, desired, store, { onlyIf })) !== undefined;
    },

    plan: readPlan,

    async keepPlan(plan) {
      const written = await documents.plan.write(place, plan, store, { onlyIf: 'absent' });
      return written === undefined ? ((await readPlan()) ?? plan) : plan;
    },

    async beginRemoval() {
      await documents.removal.write(place, { at: new Date().toISOString() }, store);
    },

    async hasBegunRemoval() {
      return (await documents.removal.read(place, store)) !== undefined;
    },

    async failures() {
      const keys = await store.list(layout.failureRecords.of(place));
      const records = await Promise.all(
        keys
          .map((key) => layout.failureRecord.parse(key))
          .filter((found) => found !== undefined)
          .map((found) => documents.failureRecord.read(found, store)),
      );
      return records.flatMap((record) => record?.value ?? []).sort((a, b) => (a.at < b.at ? -1 : 1));
    },

    async recordUndo(step, outcomes) {
      await documents.undoRecord.write({ ...place, step }, outcomes, store);
    },

    async undo(steps) {
      const entries = await Promise.all(
        steps.map(
          async (step) => [step, await documents.undoRecord.read({ ...place, step }, store)] as const,
        ),
      );
      return new Map(
        entries.flatMap(([step, outcomes]) =>
          outcomes === undefined ? [] : [[step, outcomes.value] as const],
        ),
      );
    },
  };
}

/** Desired state and plan of a run that is past PlanChanges. Throws when one is missing, and RecordTampered when one is not what PlanChanges wrote. */
export async function plannedRun(
  run: RunName,
  store: ObjectStore,
): Promise<{ desired: DesiredState; plan: Plan }> {
  const files = runFiles(run, store);
  const [desired, plan] = await Promise.all([files.desired(), files.plan()]);
  const missing = (record: typeof layout.plan | typeof layout.desiredState) =>
    new Error(`${record.of(placeOf(run))} is not there.`);
  if (desired === undefined) throw missing(layout.desiredState);
  if (plan === undefined) throw missing(layout.plan);
  return { desired: desired.value, plan };
}

/** The digests of a run's desired state and plan, as they are stored. */
export function recordsOf(desired: DesiredState, plan: Plan): Records {
  return {
    desired: digestOf(documents.desiredState.format(desired)),
    plan: digestOf(documents.plan.format(plan)),
  };
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
