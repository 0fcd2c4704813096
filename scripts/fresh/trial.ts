import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatElapsed } from '../../cli/format.ts';
import { shared } from '../local/paths.ts';
import { tail } from '../local/processes.ts';
import type { Command, User } from './arguments.ts';
import { copyCheckout } from './checkout.ts';
import { debianEnvironment } from './debian.ts';
import { remediesIn } from './remedies.ts';
import { homeOf, runIn } from './root.ts';
import { installLogs, packageSizes, sizesIn } from './sizes.ts';

const SHOWN_LINES = 12;

/** What is tried in an empty Debian: as whom, and where it says so. */
export interface Trial {
  readonly root: string;
  readonly user: User;
  readonly command: Command;
  readonly say: (text?: string) => void;
  readonly signal: AbortSignal;
}

interface Step {
  readonly code: number;
  readonly logFile: string;
}

/** Tries a command of README's. Returns what did not go as it should. */
export async function tryOut(trial: Trial): Promise<string | undefined> {
  return trial.command === 'client' ? tryClient(trial) : tryScript(trial, SCRIPTS[trial.command]);
}

/** How a trial is called. */
export const TITLES: Readonly<Record<Command, string>> = {
  demo: 'npm run demo',
  test: 'npm test',
  client: 'the packed client, without a checkout',
};
const SCRIPTS = { demo: 'npm run demo', test: 'npm test' } as const;

/** Does what a newcomer does, and what the messages say. */
async function tryScript(trial: Trial, script: string): Promise<string | undefined> {
  const { user, say } = trial;
  const { step, finish } = checkoutOf(trial, user);
  const installed = await step(user, 'npm ci');
  if (installed.code !== 0) return finish(installed, `npm ci ended with ${installed.code}`);
  let run = await step(user, script);
  if (user !== 'root') {
    const remedies = remediesIn(readFileSync(run.logFile, 'utf8'));
    say(tail(run.logFile, SHOWN_LINES));
    if (run.code === 0 || remedies.length === 0) return finish(run, 'it should have said what to install');
    for (const remedy of remedies) {
      const followed = await step('root', remedy, 'y\n');
      for (const line of packageSizes([followed.logFile])) say(`            ${line}`);
    }
    run = await step(user, script);
  }
  return finish(run, run.code === 0 ? undefined : `it ended with ${run.code}`);
}

/** Root has the pipeline, on an emulator; the user has the package of the client, the Debian's Node and a bundle. */
async function tryClient(trial: Trial): Promise<string | undefined> {
  const { step, finish } = checkoutOf(trial, 'root');
  own(trial.root, trial.user);
  for (const script of ['npm ci', 'npm run client', 'npm pack ./dist --pack-destination /srv']) {
    const made = await step('root', script);
    if (made.code !== 0) return finish(made, `${script} ended with ${made.code}`);
  }
  // One step, since what it starts ends with it.
  const run = await step(
    'root',
    [
      'npm run -s local:up -- --json > /srv/pipeline.json',
      'cp -r events/bundles/demo /srv/bundle',
      `su ${trial.user} -s /bin/sh -c '${AS_A_USER}'`,
    ].join(' && '),
  );
  return finish(run, run.code === 0 ? undefined : `it ended with ${run.code}`);
}

const FROM_PIPELINE = (field: string) => `$(node -p "require(\\"/srv/pipeline.json\\").${field}")`;
const AS_A_USER = [
  'set -ex',
  'cd',
  'npm install /srv/sts-prep-*.tgz',
  // What it says where the Debian's Node is too old.
  'npx sts-prep --version || npm install node@22',
  `export AWS_ENDPOINT_URL=${FROM_PIPELINE('endpoint')} AWS_REGION=${FROM_PIPELINE('region')}`,
  'export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test',
  'npx sts-prep doctor',
  'npx sts-prep prepare /srv/bundle',
  // What openshift-install create manifests makes.
  'mkdir -p installer/manifests installer/openshift',
  'npx sts-prep fetch demo --install-dir installer',
  'test -s installer/tls/bound-service-account-signing-key.key',
  'npx sts-prep clusters',
].join('; ');

/** A checkout in the home of its owner. */
function checkoutOf({ root, user, command, say, signal }: Trial, owner: User) {
  const home = homeOf(owner);
  const checkout = join(home, 'sts-prep');
  copyCheckout(join(root, checkout));
  own(root, owner);
  let steps = 0;
  const step = async (who: User, script: string, input?: string): Promise<Step> => {
    steps += 1;
    const logFile = shared('fresh', 'logs', `${user}-${command}-${steps}.log`);
    const from = performance.now();
    const code = await runIn(
      root,
      {
        user: who,
        script: `cd ${checkout} && ${script}`,
        environment: debianEnvironment(),
        logFile,
        ...(input && { input }),
      },
      signal,
    );
    say(`${formatElapsed(performance.now() - from)}  ${who}: ${script}  -> ${code}`);
    return { code, logFile };
  };
  const finish = ({ logFile }: Step, surprise?: string): string | undefined => {
    say(tail(logFile, SHOWN_LINES));
    for (const line of packageSizes(installLogs(root, checkout))) say(`  ${line}`);
    say(`  ${sizesIn(root, home, checkout)}`);
    return surprise;
  };
  return { step, finish };
}

/** What was carried into a home is its user's. */
function own(root: string, user: User): void {
  execFileSync('chroot', [root, 'chown', '--recursive', `${user}:${user}`, homeOf(user)]);
}
