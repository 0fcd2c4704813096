import { lackOfAccount } from './account.ts';

const lack = lackOfAccount(process.env);
if (lack === undefined) {
  // Only now: it takes a second to load.
  await import('./synthesise.ts');
} else {
  process.stderr.write(`\n${lack}\n\n`);
  process.exitCode = 1;
}
