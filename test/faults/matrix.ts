import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LagScenario } from './lag.ts';
import { FAILING, type Point, pointId, pointsOf } from './points.ts';
import type { Result } from './results.ts';
import { STARTS, type StartName } from './starts.ts';
import type { BaselineAnswer, LagAnswer, PointAnswer, Task } from './worker.ts';

/** Processes that each have an emulator of their own. */
export class Workers {
  readonly #children: readonly ChildProcess[];

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

  /** Gives every worker one task after the other. */
  async each<Input, Answer>(
    inputs: readonly Input[],
    task: (input: Input) => Task,
    done: (input: Input, answer: Answer) => void,
  ): Promise<void> {
    const queue = [...inputs];
    await Promise.all(
      this.#children.map(async (child) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift())
          done(next, await ask<Answer>(child, task(next)));
      }),
    );
  }

  stop(): void {
    for (const child of this.#children) child.disconnect();
  }
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
