import { parseArgs } from 'node:util';
import { ensureEnvironment } from './local/environment.ts';
import { keepsRunning } from './local/keeps-running.ts';
import { EXIT, main, UsageError } from './local/main.ts';
import { progressOn } from './local/progress.ts';
import { readSettings } from './local/settings.ts';
import { summary, summaryText } from './local/summary.ts';

const USAGE = `Usage: npm run local:up, or npm run -s local:up -- --json

Starts the local AWS emulator and an STS before it that verifies tokens, deploys the stack to it, and leaves both
running. What is there is kept.

  --json   print one JSON object with endpoint, region, intakeBucket, outputBucket and stateMachines, and nothing
           else; without -s, npm prints the name of the script before it

AWS_ENDPOINT_URL   use this emulator instead of starting one
STS_PREP_PORT      the port the emulator must use (otherwise 4566, or a free one)
STS_PREP_AUTH      true: the emulator checks signatures and enforces IAM policies
AWS_ENDPOINT_URL_<SERVICE> is passed on to the functions. With AWS_ENDPOINT_URL_STS, or an emulator of yours, the report
says that tokens are not proved: nobody here knows whether that STS verifies them.`;

await main({ usage: USAGE, leftBehind: keepsRunning }, async ({ args, variables, signal }) => {
  const { json, help } = readArguments(args);
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.ok;
  }
  const environment = await ensureEnvironment(readSettings(variables), progressOn(process.stderr), signal);
  process.stdout.write(
    json ? `${JSON.stringify(summary(environment))}\n` : `\n${summaryText(environment)}\n`,
  );
  return EXIT.ok;
});

function readArguments(args: string[]): { json: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
