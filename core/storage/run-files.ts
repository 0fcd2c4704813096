import type { ObjectStore } from '../aws/object-store.ts';
import type { DesiredRole, DesiredState } from '../domain/desired-state.ts';
import type { Plan, PlannedRole } from '../domain/plan.ts';
import type { UndoOutcome } from '../domain/undo-outcome.ts';
import { runPrefix } from './run.ts';

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
  write(name: string, content: string, contentType: string): Promise<void>;
}

/** What the address of a run's files is made of. */
type RunName = Parameters<typeof runPrefix>[0];

const JSON_TYPE = 'application/json';

export function runFiles(run: RunName, store: ObjectStore): RunFiles {
  const prefix = runPrefix(run);
  const etags = new Map<string, string>();
  const read = async <Content>(name: string): Promise<Content | undefined> => {
    const object = await store.get(prefix + name);
    etags.set(name, object?.etag ?? '');
    return object === undefined ? undefined : JSON.parse(Buffer.from(object.bytes).toString('utf8'));
  };
  const writeJson = (name: string, content: unknown) =>
    store.put(prefix + name, JSON.stringify(content, null, 1), { contentType: JSON_TYPE });

  return {
    async desired() {
      const desired = await read<DesiredState>('desired.json');
      if (desired === undefined) throw new Error(`${prefix}desired.json is not there.`);
      return desired;
    },

    async replaceDesired(desired) {
      const written = await store.put(`${prefix}desired.json`, JSON.stringify(desired, null, 1), {
        contentType: JSON_TYPE,
        onlyIf: { etag: etags.get('desired.json') ?? '' },
      });
      return written !== undefined;
    },

    plan: () => read<Plan>('plan.json'),

    async keepPlan(plan) {
      const written = await store.put(`${prefix}plan.json`, JSON.stringify(plan, null, 1), {
        contentType: JSON_TYPE,
        onlyIf: 'absent',
      });
      return written === undefined ? ((await read<Plan>('plan.json')) ?? plan) : plan;
    },

    async beginRemoval() {
      await writeJson('removal.json', { at: new Date().toISOString() });
    },

    async hasBegunRemoval() {
      return (await read('removal.json')) !== undefined;
    },

    async recordFailure(failure, name) {
      await writeJson(`failures/${name}.json`, failure);
    },

    async failures() {
      const keys = await store.list(`${prefix}failures/`);
      const records = await Promise.all(keys.map((key) => read<FailureRecord>(key.slice(prefix.length))));
      return records.filter((record) => record !== undefined).sort((a, b) => (a.at < b.at ? -1 : 1));
    },

    async recordUndo(step, outcomes) {
      await writeJson(`undo/${step}.json`, outcomes);
    },

    async undo(steps) {
      const entries = await Promise.all(
        steps.map(async (step) => [step, await read<UndoOutcome[]>(`undo/${step}.json`)] as const),
      );
      return new Map(
        entries.flatMap(([step, outcomes]) => (outcomes === undefined ? [] : [[step, outcomes] as const])),
      );
    },

    async write(name, content, contentType) {
      await store.put(prefix + name, content, { contentType });
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
  if (plan === undefined) throw new Error(`${runPrefix(run)}plan.json is not there.`);
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
