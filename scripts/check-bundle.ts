import { resolve } from 'node:path';
import { CHECK_USAGE, readCheckArguments } from './check/arguments.ts';
import { checkBundle } from './check/check-bundle.ts';
import { checkJson, checkText } from './check/check-text.ts';
import { readForUpload } from './check/upload.ts';
import { EXIT, main } from './local/main.ts';

/** Tells what the pipeline would say of a bundle, without AWS and without uploading it. */
await main({ usage: CHECK_USAGE }, async ({ args, variables }) => {
  const wanted = readCheckArguments(args);
  if (wanted.help) {
    process.stdout.write(`${CHECK_USAGE}\n`);
    return EXIT.ok;
  }
  // npm runs scripts in the project's folder; a path is meant from where the caller is.
  const upload = await readForUpload(resolve(variables['INIT_CWD'] ?? '.', wanted.path));
  const checked = await checkBundle(upload, wanted.said);
  process.stdout.write(wanted.json ? checkJson(checked) : checkText(checked, wanted.path));
  return checked.accepted ? EXIT.ok : EXIT.failed;
});
