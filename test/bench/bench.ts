import { writeFileSync } from 'node:fs';
import { EXIT, main } from '../../scripts/local/main.ts';
import { BENCH_USAGE, readBenchArguments } from './arguments.ts';
import { calibrate } from './calibration.ts';
import { chainPage } from './chain-picture.ts';
import { machine } from './machine.ts';
import { measureInProcess } from './process.ts';
import { ratios, readSaved, type Saved, save } from './saved.ts';
import { table } from './table.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

await main({ usage: BENCH_USAGE }, async ({ args, signal }) => {
  const wanted = readBenchArguments(args);
  if (wanted.help) {
    say(BENCH_USAGE);
    return EXIT.ok;
  }
  // Before anything is measured: afterwards the load would be the benchmarks' own.
  const here = machine();
  const saved = wanted.compare === undefined ? undefined : readSaved(wanted.compare);
  const calibrationMs = calibrate();
  const parts: Saved['parts'] = {};
  for (const part of wanted.parts) {
    const measured = await measureInProcess(part, wanted.sizes, signal);
    const { title, rows } = measured;
    say(`\n${title}\n${here}\n${table(rows)}`);
    parts[part] = [...rows];
    if (part === 'chain' && wanted.picture !== undefined)
      writeFileSync(wanted.picture, chainPage(measured, here));
    if (saved === undefined) continue;
    const speed = `the same work takes this machine ${(calibrationMs / saved.calibrationMs).toFixed(2)} times the CPU time`;
    say(
      `\nMultiples of ${wanted.compare}; ${speed}\n${saved.machine}\n${table(ratios(part, measured, calibrationMs, saved))}`,
    );
  }
  if (wanted.save !== undefined) save(wanted.save, { machine: here, calibrationMs, parts });
  return EXIT.ok;
});
