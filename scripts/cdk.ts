import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Asked, requireCredentials } from './aws/credentials.ts';
import { main } from './local/main.ts';
import { PROJECT, project } from './local/paths.ts';

/**
 * The CDK CLI for commands that need an AWS account. Without credentials the CLI says so after it has bundled the
 * functions and synthesized the stack; here it is said first.
 */
const usage = 'Usage: npm run bootstrap | npm run deploy [-- <options of the CDK CLI>]';
await main({ usage, inCallersAccount: true }, async ({ args, signal }) => {
  const env = { ...process.env };
  const asked = readAsked(args);
  if (asked !== undefined) await requireCredentials(asked);
  const cdk = project('node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cdk, ...args], { cwd: PROJECT, env, stdio: 'inherit', signal });
  const [code] = await once(child, 'close');
  return code ?? 1;
});

/** What the CLI is told of credentials; undefined when it needs none, or a plugin of it brings them. */
function readAsked(args: string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args,
    strict: false,
    options: {
      profile: { type: 'string' },
      region: { type: 'string' },
      plugin: { type: 'string', short: 'p' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
    },
  });
  const { profile, region, plugin, help, version } = values;
  if (help || version || plugin !== undefined) return undefined;
  const environment = positionals.map((each) => /^aws:\/\/[^/]+\/(.+)$/.exec(each)?.[1]).find(Boolean);
  return { profile: text(profile), region: text(region) ?? environment };
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
