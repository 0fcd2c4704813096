import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { formatElapsed } from '../cli/format.ts';
import { type Command, FRESH_USAGE, readFreshArguments, type User } from './fresh/arguments.ts';
import { copyCheckout } from './fresh/checkout.ts';
import { checkAbility, chooseRelease, debianEnvironment, makeDebian, removeDebian } from './fresh/debian.ts';
import { remediesIn } from './fresh/remedies.ts';
import { homeOf, runIn } from './fresh/root.ts';
import { installLogs, packageSizes, sizesIn } from './fresh/sizes.ts';
import { EXIT, main } from './local/main.ts';
import { shared } from './local/paths.ts';
import { tail } from './local/processes.ts';
import { progressOn } from './local/progress.ts';

const SCRIPTS: Readonly<Record<Command, string>> = { demo: 'npm run demo', test: 'npm test' };
const SHOWN_LINES = 12;

const say = (text = '') => process.stdout.write(`${text}\n`);
const progress = progressOn(process.stdout);

await main({ usage: FRESH_USAGE }, async ({ args, signal }) => {
  const wanted = readFreshArguments(args);
  if (wanted.help) {
    say(FRESH_USAGE);
    return EXIT.ok;
  }
  await checkAbility(progress, signal);
  const release = chooseRelease(wanted.suite);
  const surprises: string[] = [];
  for (const user of wanted.users)
    for (const command of wanted.commands) {
      const root = await makeDebian(release, progress, signal);
      try {
        say(`\n${SCRIPTS[command]}, as ${user} of an empty ${release.suite} with ${cpus().length} cores`);
        const surprise = await tryIn(root, user, command, signal);
        if (surprise !== undefined) surprises.push(`${SCRIPTS[command]}, as ${user}: ${surprise}`);
      } finally {
        if (wanted.keep) say(`  kept        ${root}`);
        else await removeDebian(root);
      }
    }
  say(surprises.length === 0 ? '\nEverything went as README says.' : `\nNot as README says:`);
  for (const surprise of surprises) say(`  ${surprise}`);
  return surprises.length === 0 ? EXIT.ok : EXIT.failed;
});

/** Does what a newcomer does, and what the messages say. Returns what did not go as it should. */
async function tryIn(
  root: string,
  user: User,
  command: Command,
  signal: AbortSignal,
): Promise<string | undefined> {
  const home = homeOf(user);
  const checkout = join(home, 'sts-prep');
  copyCheckout(join(root, checkout));
  execFileSync('chroot', [root, 'chown', '--recursive', `${user}:${user}`, home]);
  let steps = 0;
  const step = async (who: User, script: string, input?: string) => {
    steps += 1;
    const logFile = shared('fresh', 'logs', `${user}-${command}-${steps}.log`);
    const from = performance.now();
    const inCheckout = `cd ${checkout} && ${script}`;
    const environment = debianEnvironment();
    const code = await runIn(
      root,
      { user: who, script: inCheckout, environment, logFile, ...(input && { input }) },
      signal,
    );
    say(`${formatElapsed(performance.now() - from)}  ${who}: ${script}  -> ${code}`);
    return { code, logFile };
  };
  const finish = (logFile: string, surprise?: string) => {
    say(tail(logFile, SHOWN_LINES));
    for (const line of packageSizes(installLogs(root, checkout))) say(`  ${line}`);
    say(`  ${sizesIn(root, home, checkout)}`);
    return surprise;
  };

  const installed = await step(user, 'npm ci');
  if (installed.code !== 0) return finish(installed.logFile, `npm ci ended with ${installed.code}`);
  let run = await step(user, SCRIPTS[command]);
  if (user !== 'root') {
    const remedies = remediesIn(readFileSync(run.logFile, 'utf8'));
    say(tail(run.logFile, SHOWN_LINES));
    if (run.code === 0 || remedies.length === 0)
      return finish(run.logFile, 'it should have said what to install');
    for (const remedy of remedies) {
      const followed = await step('root', remedy, 'y\n');
      for (const line of packageSizes([followed.logFile])) say(`            ${line}`);
    }
    run = await step(user, SCRIPTS[command]);
  }
  return finish(run.logFile, run.code === 0 ? undefined : `it ended with ${run.code}`);
}
