import { EXIT, main } from '../../scripts/local/main.ts';
import { BENCH_USAGE, readBenchArguments } from './arguments.ts';
import { machine } from './machine.ts';
import { measureInProcess } from './process.ts';
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
  for (const part of wanted.parts) {
    const { title, rows } = await measureInProcess(part, wanted.sizes, signal);
    say(`\n${title}\n${here}\n${table(rows)}`);
  }
  return EXIT.ok;
});
