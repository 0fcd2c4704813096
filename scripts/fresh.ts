import { cpus } from 'node:os';
import { FRESH_USAGE, readFreshArguments } from './fresh/arguments.ts';
import { checkAbility, chooseRelease, makeDebian, removeDebian } from './fresh/debian.ts';
import { TITLES, tryOut } from './fresh/trial.ts';
import { EXIT, main } from './local/main.ts';
import { progressOn } from './local/progress.ts';

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
        say(`\n${TITLES[command]}, as ${user} of an empty ${release.suite} with ${cpus().length} cores`);
        const surprise = await tryOut({ root, user, command, say, signal });
        if (surprise !== undefined) surprises.push(`${TITLES[command]}, as ${user}: ${surprise}`);
      } finally {
        if (wanted.keep) say(`  kept        ${root}`);
        else await removeDebian(root);
      }
    }
  say(surprises.length === 0 ? '\nEverything went as README says.' : `\nNot as README says:`);
  for (const surprise of surprises) say(`  ${surprise}`);
  return surprises.length === 0 ? EXIT.ok : EXIT.failed;
});
