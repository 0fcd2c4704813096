import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { EXIT, main } from './local/main.ts';
import { readVerifyArguments, VERIFY_USAGE } from './verify-cluster/arguments.ts';
import { reduce, verifyDirectories } from './verify-cluster/run.ts';

/** Tells whether a cluster uses the credentials that were prepared for it, by files and without AWS. */
await main({ usage: VERIFY_USAGE }, async ({ args, variables }) => {
  const wanted = readVerifyArguments(args);
  // npm runs scripts in the project's folder; a path is meant from where the caller is.
  const place = (path: string) => resolve(variables['INIT_CWD'] ?? '.', path);
  switch (wanted.does) {
    case 'help':
      process.stdout.write(`${VERIFY_USAGE}\n`);
      return EXIT.ok;
    case 'reduce':
      process.stdout.write(reduce(wanted.name, await text(process.stdin)));
      return EXIT.ok;
    case 'verify': {
      const { cluster, prepared } = wanted;
      const told = verifyDirectories(
        { ...wanted, cluster: place(cluster), prepared: place(prepared) },
        new Date(),
      );
      process.stdout.write(told.output);
      if (told.warning !== undefined) process.stderr.write(told.warning);
      return told.code;
    }
  }
});
