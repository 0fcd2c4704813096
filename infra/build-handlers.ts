import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
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
export async function buildHandlers(names: readonly FunctionName[], directory: string): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, functionFile(name)])),
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    // For an endpoint without TLS, as an emulator's, the SDK imports `node:http`: whatever is imported as ESM is asked for all of
    // its names, and this module has a second HTTP client that is loaded when its name is asked for.
    supported: { 'dynamic-import': false },
    external: NEVER_LOADED,
    plugins: [withoutStreams, withPlainKeys],
    logLevel: 'warning',
  });
}

/**
 * The SDK imports its event streams once more, when an answer has one; no call of the pipeline's does. For that import
 * esbuild would keep every module that is within its reach, whole, and each in a function that is parsed twice.
 */
const withoutStreams: Plugin = {
  name: 'without-streams',
  setup({ onResolve }) {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/**
 * The SDK's schemas have keys that are constants, `{ [_hH]: … }`. To esbuild a computed key may have an effect, so that it
 * would keep what S3 knows of a hundred operations for each function that uses five.
 */
const withPlainKeys: Plugin = {
  name: 'with-plain-keys',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]@aws-sdk[/\\].*[/\\]schemas[/\\]schemas_\d+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const constants = new Map(
        Array.from(text.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, name, value]) => [name, value]),
      );
      return {
        contents: text.replace(/(?<=[{,]\s*)\[(\w+)\]:/g, (key, name) => `${constants.get(name) ?? key}:`),
      };
    });
  },
};
