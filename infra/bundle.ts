import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../core/runtime/environment.ts';
import { buildHandlers } from './build-handlers.ts';

export type CodeOf = (name: FunctionName) => Code;

/** For commands that deploy nothing, such as `cdk bootstrap` and `cdk destroy`. */
export const notBundled: CodeOf = () => Code.fromInline('// not bundled');

/**
 * Bundles every handler, each into one module of its own.
 *
 * @param outdir Where the assembly is made. What is left there when the app is killed goes with the assembly.
 */
export function bundleHandlers(names: readonly FunctionName[], outdir: string): CodeOf {
  const directory = mkdtempSync(join(outdir, 'bundling-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  buildHandlers(names, directory);
  return (name) => Code.fromAsset(join(directory, name));
}
