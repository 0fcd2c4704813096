import { EXIT } from '../cli/errors.ts';
import { paceOf } from '../cli/pace.ts';
import { runOperation } from '../cli/run-operation.ts';
import { Ui } from '../cli/ui.ts';
import { operationFacts } from '../core/domain/operations.ts';
import { DEMO_USAGE, readDemoArguments } from './local/demo-arguments.ts';
import { demoHints } from './local/demo-hints.ts';
import type { LocalEnvironment } from './local/environment.ts';
import { ensureEnvironment } from './local/environment.ts';
import { keepsRunning } from './local/keeps-running.ts';
import { main } from './local/main.ts';
import { project } from './local/paths.ts';
import { readSettings } from './local/settings.ts';
import { handIn } from './local/start.ts';

const SAMPLE = project('events', 'bundles', 'demo');

/** The client on an emulator, which is started where there is none. */
await main({ usage: DEMO_USAGE, leftBehind: keepsRunning }, async ({ args, variables, signal }) => {
  const ui = new Ui({ stdout: process.stdout, stderr: process.stderr }, { variables });
  const given = readDemoArguments(args);
  if (given.help) {
    ui.say(DEMO_USAGE);
    return EXIT.ok;
  }
  const { operation, isPlan, out, addressee } = given;
  const settings = readSettings(variables);
  const source = given.source ?? (operationFacts(operation).bundle === 'required' ? SAMPLE : undefined);
  const { name: cluster, ...others } = addressee;
  let environment: LocalEnvironment | undefined;
  const deployment = async () => {
    environment = await ensureEnvironment(settings, ui.progress, signal);
    return { ...environment, isEmulator: true };
  };
  const code = await runOperation(
    { operation, isPlan, source, out, withKey: true, addressee: { cluster, ...others } },
    deployment,
    {
      ui,
      signal,
      pace: paceOf(true),
      handIn: (found, bundle) => handIn(found, bundle, ui.progress, signal),
      hints: demoHints,
    },
  );
  const running = environment?.isOurs === true ? keepsRunning() : undefined;
  if (running !== undefined) ui.say(running);
  return code;
});
