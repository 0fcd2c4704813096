import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LagScenario } from './lag.ts';
import { FAILING, type Point, pointId, pointsOf } from './points.ts';
import type { Result } from './results.ts';
import { STARTS, type StartName } from './starts.ts';
import type { BaselineAnswer, LagAnswer, PointAnswer, Task } from './worker.ts';

/** Making an account and its run without a fault takes as long as this many tasks on them. */
const TASKS_WORTH_A_START = 40;

/** Processes that each have an emulator of their own. */
export class Workers {
  readonly #children: readonly ChildProcess[];
  /** Who has made which start. */
  readonly #owners = new Map<StartName, Set<ChildProcess>>();

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  static async start(count: number): Promise<Workers> {
    const children = Array.from({ length: count }, () =>
      fork(fileURLToPath(new URL('worker.ts', import.meta.url)), {
        execArgv: [],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    return new Workers(children);
  }

  /** Gives every worker one task after the other, those on a start that it has made first. */
  async each<Input, Answer>(
    inputs: readonly Input[],
    task: (input: Input) => Task,
    done: (input: Input, answer: Answer) => void,
  ): Promise<void> {
    const queues = new Map<StartName, { input: Input; task: Task }[]>();
    for (const input of inputs) {
      const asked = task(input);
      const queue = queues.get(startOf(asked)) ?? [];
      queues.set(startOf(asked), queue);
      queue.push({ input, task: asked });
    }
    await Promise.all(
      this.#children.map(async (child) => {
        for (let next = this.#next(child, queues); next !== undefined; next = this.#next(child, queues))
          done(next.input, await ask<Answer>(child, next.task));
      }),
    );
  }

  /** The next task for a worker: of its own starts, of one that nobody has made, or of one with much to do. */
  #next<Entry>(child: ChildProcess, queues: ReadonlyMap<StartName, Entry[]>): Entry | undefined {
    const open = [...queues].filter(([, queue]) => queue.length > 0);
    const chosen =
      open.find(([start]) => this.#owners.get(start)?.has(child)) ??
      open.find(([start]) => !this.#owners.has(start)) ??
      open.find(([, queue]) => queue.length > TASKS_WORTH_A_START);
    if (chosen === undefined) return undefined;
    const [start, queue] = chosen;
    this.#owners.set(start, (this.#owners.get(start) ?? new Set()).add(child));
    return queue.shift();
  }

  stop(): void {
    for (const child of this.#children) child.disconnect();
  }
}

function startOf(task: Task): StartName {
  if (task.about === 'point') return task.point.start;
  return task.about === 'lag' ? task.scenario.start : task.start;
}

async function ask<Answer>(child: ChildProcess, task: Task): Promise<Answer> {
  const ended = new AbortController();
  const gone = once(child, 'exit', { signal: ended.signal }).then(
    () => ({ error: 'A worker ended.' }),
    () => ({ error: '' }),
  );
  child.send(task);
  const answer = (await Promise.race([once(child, 'message').then(([first]) => first), gone])) as {
    result?: Answer;
    error?: string;
  };
  ended.abort();
  if (answer.result === undefined) throw new Error(`${JSON.stringify(task)}\n${answer.error}`);
  return answer.result;
}

/** All points of some starts, found by running each without a fault, and each run that fails for good. */
export async function allPoints(workers: Workers, starts: readonly StartName[]): Promise<Point[]> {
  const runs: { start: StartName; failIn?: string }[] = starts.flatMap((start) => [
    { start },
    ...(FAILING[start] ?? []).map((failIn) => ({ start, failIn })),
  ]);
  const points = new Map<object, Point[]>();
  await workers.each<(typeof runs)[number], BaselineAnswer>(
    runs,
    (run) => ({ about: 'baseline', ...run }),
    (run, { calls, wrong }) => {
      if (wrong !== undefined) throw new Error(`${run.start} ${run.failIn ?? ''} without a fault: ${wrong}`);
      points.set(run, pointsOf(run.start, calls, run.failIn));
    },
  );
  return runs.flatMap((run) => points.get(run) ?? []);
}

export async function runPoints(
  workers: Workers,
  points: readonly Point[],
  whole: boolean,
  done: (result: Result) => void,
): Promise<void> {
  await workers.each<Point, PointAnswer>(
    points,
    (point) => ({ about: 'point', point, whole }),
    (point, answer) => done({ id: pointId(point), point, ...answer }),
  );
}

export const START_NAMES = Object.keys(STARTS) as StartName[];

/** Runs scenarios of lag; gives what is wrong with each, by its title. */
export async function runLags(
  workers: Workers,
  scenarios: readonly LagScenario[],
): Promise<ReadonlyMap<LagScenario, string | undefined>> {
  const found = new Map<LagScenario, string | undefined>();
  await workers.each<LagScenario, LagAnswer>(
    scenarios,
    (scenario) => ({ about: 'lag', scenario }),
    (scenario, { wrong }) => found.set(scenario, wrong),
  );
  return found;
}
