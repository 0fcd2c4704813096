import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isolate } from '../../scripts/local/child-environment.ts';
import { LAG_SCENARIOS, lagTitle } from './lag.ts';
import { allPoints, runLags, runPoints, START_NAMES, Workers } from './matrix.ts';
import { type Point, pointId } from './points.ts';
import { appendResult, type Result, readResults, resultsFile } from './results.ts';
import type { StartName } from './starts.ts';
import { resultTables } from './table.ts';
import { NOTHING_LEFT } from './verdict.ts';

const USAGE = `npm run faults -- [options]
  --start <name>     only this starting point (may be given more than once)
  --kind <name>      only this kind of fault (may be given more than once)
  --call <text>      only calls whose address holds this text, e.g. "create-role: iam"
  --undo, --forward  only faults on the way back, or on the way forward
  --sample <n>       n points, chosen by --seed
  --seed <text>      default "1"
  --lag              the scenarios of IAM that shows changes late, and nothing else
  --whole            do not take the part before the fault from the run without one
  --resume           leave out what was done for the same sources
  --table            print the table of what was done for the same sources, and run nothing
  --jobs <n>         worker processes, each with an emulator of its own; default 2`;

const { values } = parseArgs({
  options: {
    start: { type: 'string', multiple: true, default: [] },
    kind: { type: 'string', multiple: true, default: [] },
    call: { type: 'string', default: '' },
    undo: { type: 'boolean', default: false },
    forward: { type: 'boolean', default: false },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    lag: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

isolate();
if (values.help) console.log(USAGE);
else if (values.table) console.log(resultTables(readResults(resultsFile())));
else process.exitCode = values.lag ? await lags() : await main();

async function main(): Promise<number> {
  const file = resultsFile();
  const began = performance.now();
  const workers = await Workers.start(Number(values.jobs));
  const results: Result[] = [];
  let known: Result[] = [];
  try {
    const starts = values.start.length === 0 ? START_NAMES : (values.start as StartName[]);
    const wanted = chosen(await allPoints(workers, starts));
    const ids = new Set(wanted.map(pointId));
    known = values.resume ? readResults(file).filter(({ id }) => ids.has(id)) : [];
    const done = new Set(known.map(({ id }) => id));
    const points = wanted.filter((point) => !done.has(pointId(point)));
    console.log(`${points.length} points${done.size > 0 ? `, ${done.size} known` : ''}`);
    await runPoints(workers, points, values.whole, (result) => {
      results.push(result);
      appendResult(file, result);
      if (result.verdict === 'DEFECT') console.log(described(result));
      if (results.length % 500 === 0) console.log(`${results.length} done, ${seconds(began)} s`);
    });
  } finally {
    workers.stop();
  }
  const all = [...known, ...results];
  const defects = all.filter(({ verdict }) => verdict === 'DEFECT');
  console.log(`\n${resultTables(all)}\n`);
  console.log(
    `${results.length} points in ${seconds(began)} s with ${values.jobs} workers; ${all.length} in all, ${defects.length} defects`,
  );
  const cautious = all.filter(({ detail }) => detail.startsWith(NOTHING_LEFT));
  console.log(`${cautious.length} of the incomplete had undone everything and could not know it`);
  return defects.length > 0 ? 1 : 0;
}

async function lags(): Promise<number> {
  const workers = await Workers.start(Number(values.jobs));
  try {
    const found = [...(await runLags(workers, LAG_SCENARIOS))];
    for (const [scenario, wrong] of found) {
      console.log(
        wrong === undefined ? `ok      ${lagTitle(scenario)}` : `DEFECT  ${lagTitle(scenario)}: ${wrong}`,
      );
    }
    return found.some(([, wrong]) => wrong !== undefined) ? 1 : 0;
  } finally {
    workers.stop();
  }
}

function chosen(points: readonly Point[]): Point[] {
  const { kind, call, undo, forward, sample, seed } = values;
  const fitting = points.filter(
    (point) =>
      (kind.length === 0 || kind.includes(point.kind)) &&
      point.address.includes(call) &&
      (undo === forward || undo === (point.failIn !== undefined)),
  );
  if (sample === undefined) return fitting;
  const rank = (point: Point) =>
    createHash('sha256')
      .update(`${seed} ${pointId(point)}`)
      .digest('hex');
  return fitting
    .map((point) => [rank(point), point] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, Number(sample))
    .map(([, point]) => point);
}

function described({ id, verdict, detail, ended, error }: Result): string {
  return `${verdict}  ${id}\n        ${ended} ${error}: ${detail}`;
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1_000).toFixed(0);
}
