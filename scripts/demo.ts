import { client, uiOf } from '../cli/client.ts';
import type { Context } from '../cli/do.ts';
import { EXIT } from '../cli/errors.ts';
import { paceOf } from '../cli/pace.ts';
import { DUMMY_CREDENTIALS } from './local/child-environment.ts';
import { clientLine } from './local/demo-line.ts';
import { ensureEnvironment, type LocalEnvironment } from './local/environment.ts';
import { keepsRunning } from './local/keeps-running.ts';
import { main } from './local/main.ts';
import { readSettings } from './local/settings.ts';
import { handIn } from './local/start.ts';

const CALLED_AS = 'npm run demo --';
const USAGE = `Usage: npm run demo [-- <bundle or directory>] [--name N --region R] [--operation O] [--out DIR], or -- <command> ...

The client on a local AWS emulator, which is started, with the stack in it, where it is not there yet. Without a bundle
it is a sample, without an operation \`prepare\`. Options of the operation may follow; --name and --region are the
cluster's, the client's --cluster and --cluster-region. Or any command of the client, as it is; --stack and --region do
not matter to it here.
AWS_ENDPOINT_URL, STS_PREP_PORT, STS_PREP_AUTH: see \`npm run local:up -- --help\`.
`;

await main({ usage: USAGE, leftBehind: keepsRunning }, async ({ args, variables, signal }) => {
  if (['--help', '-h'].includes(args[0] ?? '')) {
    process.stdout.write(`${USAGE}\n`);
    return client(['--help'], uiOf([], variables), signal, () => Promise.reject(new Error('not needed')));
  }
  const line = clientLine(args);
  const ui = uiOf(line, variables, CALLED_AS);
  let environment: LocalEnvironment | undefined;
  const ensured = async () => {
    environment ??= await ensureEnvironment(readSettings(variables), ui.progress, signal);
    return environment;
  };
  const context: Context = {
    deploymentOf: async () => {
      const there = await ensured();
      const connection = { endpoint: there.endpoint, credentials: DUMMY_CREDENTIALS };
      return { ...there, isEmulator: true, connection };
    },
    handIn: async (_, bundle) => handIn(await ensured(), bundle, ui.progress, signal),
    pace: paceOf(true),
    calledAs: CALLED_AS,
    withKey: true,
  };
  const code = await client(line, ui, signal, async () => context);
  const running = environment?.isOurs === true || code === EXIT.interrupted ? keepsRunning() : undefined;
  if (running !== undefined) ui.say(running);
  return code;
});
