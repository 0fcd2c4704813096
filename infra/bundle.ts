import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../core/runtime/environment.ts';
import { BUNDLING_STACKS, wantsBundles } from './account.ts';
import { buildHandlers } from './build-handlers.ts';

export type CodeOf = (name: FunctionName) => Code;

/** For commands that deploy nothing, such as `cdk bootstrap` and `cdk destroy`, and for tests of the stack alone. */
export const notBundled: CodeOf = () => Code.fromInline('// not bundled');

/** The code of functions, as far as the CDK CLI wants any: each bundled into one module of its own. */
export async function codeOfFunctions(app: App, names: readonly FunctionName[]): Promise<CodeOf> {
  if (!wantsBundles(app.node.tryGetContext(BUNDLING_STACKS))) return notBundled;
  // What is left there when the app is killed goes with the assembly.
  const directory = mkdtempSync(join(app.assetOutdir, 'bundling-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  await buildHandlers(names, directory);
  return (name) => Code.fromAsset(join(directory, name));
}
