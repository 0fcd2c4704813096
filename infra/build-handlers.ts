import { buildSync } from 'esbuild';
import type { FunctionName } from '../core/runtime/environment.ts';
import { functionFile } from './function-files.ts';

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

/**
 * Bundles the file of every function into `<directory>/<name>/index.js`, as it is deployed. One run of
 * esbuild for all of them takes a third of the time that `NodejsFunction` takes to start it for each.
 *
 * CommonJS starts faster than ESM: modules of Node are loaded as they are, where an import takes every one of their
 * names, and `node:http` loads a second client for some of its. `module` first gives the smallest bundles. The SDK is
 * bundled because the runtime's own copy changes without notice. Source maps are left out, and so are the names of
 * functions and classes: they cost time at every cold start, and errors name themselves.
 */
export function buildHandlers(names: readonly FunctionName[], directory: string): void {
  buildSync({
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, functionFile(name)])),
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    external: NEVER_LOADED,
    logLevel: 'warning',
  });
}
