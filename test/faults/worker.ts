import { judgeDeletion } from './deletion-verdict.ts';
import type { SeenCall } from './faulty-run.ts';
import { type LagScenario, runLag } from './lag.ts';
import type { Point } from './points.ts';
import { faultRig, type Rig } from './rig.ts';
import type { Start } from './start-makers.ts';
import { STARTS, type StartName } from './starts.ts';
import { type Judgement, judge } from './verdict.ts';

/** A process with an emulator of its own that works through what its parent sends, one after the other. */
export type Task =
  | { readonly about: 'baseline'; readonly start: StartName; readonly failIn?: string }
  | { readonly about: 'point'; readonly point: Point; readonly whole: boolean }
  | { readonly about: 'lag'; readonly scenario: LagScenario };

export interface BaselineAnswer {
  readonly calls: readonly SeenCall[];
  /** What is wrong with the run without a fault. */
  readonly wrong?: string;
}

export interface LagAnswer {
  /** What is wrong with how it ended. */
  readonly wrong?: string;
}

export interface PointAnswer extends Judgement {
  readonly ended: string;
  readonly error: string;
  readonly milliseconds: number;
}

const rig = await faultRig();
process.on('message', (task: Task) => {
  answer(rig, task).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.stack }),
  );
});
process.on('disconnect', () => process.exit());
// The emulator is ended when this process exits, which a signal alone would not let it know.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
process.send?.({ ready: true });

async function answer(on: Rig, task: Task): Promise<BaselineAnswer | PointAnswer | LagAnswer> {
  if (task.about === 'lag') return lag(on, task.scenario);
  return task.about === 'baseline'
    ? baseline(on, task.start, task.failIn)
    : point(on, task.point, task.whole);
}

async function baseline(on: Rig, start: StartName, failIn: string | undefined): Promise<BaselineAnswer> {
  const { outcome, calls } =
    failIn === undefined ? (await on.baseline(start)).record : await on.run(start, { failIn });
  const refused = refusalOf(start);
  const { end = 'Prepared' }: Start = STARTS[start];
  const wanted = failIn === undefined && refused === undefined ? end : 'RolledBack';
  const ended = outcome.states.at(-1);
  const isAsWanted = ended === wanted && (refused === undefined || outcome.error === refused);
  return isAsWanted ? { calls } : { calls, wrong: `${ended}: ${outcome.error}: ${outcome.cause}` };
}

/** The error that every run from a start ends with; undefined where it makes the cluster. */
function refusalOf(name: StartName): string | undefined {
  const start: Start = STARTS[name];
  return start.refused;
}

async function lag(on: Rig, scenario: LagScenario): Promise<LagAnswer> {
  const wrong = await runLag(on, on.endpoint, scenario);
  return wrong === undefined ? {} : { wrong };
}

async function point(
  on: Rig,
  { start, failIn, address, kind, functionName }: Point,
  whole: boolean,
): Promise<PointAnswer> {
  const { before, record: prepared } = await on.baseline(start);
  const { deletes }: Start = STARTS[start];
  const began = performance.now();
  const record = await on.run(start, {
    fault: { address, functionName, kind },
    whole,
    again: deletes === true,
    ...(failIn === undefined ? {} : { failIn }),
  });
  const milliseconds = Math.round(performance.now() - began);
  const { states, error = '' } = record.outcome;
  const ended = { ended: states.at(-1) ?? '', error, milliseconds };
  if (deletes === true)
    return { ...judgeDeletion(prepared, record, { call: address, functionName }), ...ended };
  const { verdict, detail } = judge({
    before,
    prepared: prepared.after,
    record,
    call: address,
    functionName,
    kind,
    failing: failIn !== undefined,
    refused: refusalOf(start),
  });
  return { verdict, detail, ...ended };
}
