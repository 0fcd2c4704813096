import { parseArgs } from 'node:util';
import { removeEnvironment } from './local/environment.ts';
import { EXIT, main, UsageError } from './local/main.ts';
import { progressOn } from './local/progress.ts';

const USAGE = `Usage: npm run local:down

Stops the emulator that local:up or demo started, with the STS before it that verifies tokens, and forgets what
was in it.
An emulator that you run yourself (AWS_ENDPOINT_URL) is left alone.`;

await main({ usage: USAGE }, async ({ args }) => {
  let help: boolean | undefined;
  try {
    help = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } }).values.help;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.ok;
  }
  const ran = await removeEnvironment(progressOn(process.stderr));
  process.stdout.write(ran ? 'The local environment is stopped.\n' : 'No local environment was running.\n');
  return EXIT.ok;
});
