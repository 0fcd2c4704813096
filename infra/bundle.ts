import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import type { FunctionName } from '../functions/runtime/environment.ts';

const FUNCTIONS = fileURLToPath(new URL('../functions', import.meta.url));

export type CodeOf = (name: FunctionName) => Code;

/**
 * Where credentials come from on a laptop or an EC2 instance. Lambda gives them as environment variables, which
 * the SDK tries first, and it loads these only when that fails: they would be a fifth of every bundle.
 */
const NEVER_LOADED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** For commands that deploy nothing, such as `cdk bootstrap` and `cdk destroy`. */
export const notBundled: CodeOf = () => Code.fromInline('// not bundled');

/**
 * Bundles `functions/<name>/handler.ts` of every name, each into one module of its own. One run of esbuild for
 * all of them takes a third of the time that `NodejsFunction` takes to start it for each.
 *
 * ESM and `module` first give the smallest bundles. The SDK is bundled because the runtime's own copy changes
 * without notice. Names are kept because an error's name is an interface. CommonJS dependencies call `require`,
 * which ESM lacks. Source maps are left out: they cost time at every cold start.
 *
 * @param outdir Where the assembly is made. What is left there when the app is killed goes with the assembly.
 */
export function bundleHandlers(names: readonly FunctionName[], outdir: string): CodeOf {
  const directory = mkdtempSync(join(outdir, 'bundling-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  buildSync({
    entryPoints: Object.fromEntries(
      names.map((name) => [`${name}/index`, join(FUNCTIONS, name, 'handler.ts')]),
    ),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    external: NEVER_LOADED,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return (name) => Code.fromAsset(join(directory, name));
}
