import { readFileSync } from 'node:fs';
import { App, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ENVIRONMENTS, type FunctionName } from '../../core/runtime/environment.ts';
import { notBundled } from '../../infra/bundle.ts';
import { functionName } from '../../infra/names.ts';
import { readSettings } from '../../infra/settings.ts';
import { StsPrepStack } from '../../infra/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CDK_JSON = new URL('../../cdk.json', import.meta.url);

export const FUNCTION_NAMES = Object.keys(ENVIRONMENTS) as FunctionName[];

/** An app whose assembly is removed after the tests. CDK's own default leaves it in the temporary folder. */
export function emptyApp(context: Record<string, unknown> = {}): App {
  return new App({ outdir: temporaryFolder('sts-prep-infra-'), context });
}

/** A resource of a template, with as much of its shape as the tests look at. */
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of a resource is CloudFormation's, and what the tests are about
  readonly Properties: any;
}

/**
 * The app as `cdk synth` builds it: the flags of cdk.json, settings as context. Only the handlers are not
 * bundled; that each of them bundles and starts is what the end-to-end tests show.
 */
export function buildApp(
  settings: Record<string, unknown> = {},
  env?: Environment,
): { app: App; stack: StsPrepStack } {
  const { context } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> };
  const app = emptyApp({ ...context, ...settings });
  const stack = new StsPrepStack(app, 'StsPrep', {
    settings: readSettings(app.node.getAllContext()),
    code: notBundled,
    ...(env && { env }),
  });
  return { app, stack };
}

/** The template. CloudFormation's own rules are left to rules.test.ts: they take seconds to load. */
export function synthesise(settings: Record<string, unknown> = {}, env?: Environment): Template {
  process.env['CDK_VALIDATION'] = 'false';
  return Template.fromStack(buildApp(settings, env).stack);
}

export function resources(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

export function functionResource(template: Template, name: FunctionName): Resource {
  const found = resources(template, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === functionName(name),
  );
  if (found === undefined) throw new Error(`There is no function ${functionName(name)}`);
  return found[1];
}

/** The bucket whose name holds `purpose`; CloudFormation names the one for access logs. */
export function bucket(template: Template, purpose: 'intake' | 'output'): Resource {
  const found = resources(template, 'AWS::S3::Bucket').find(([, { Properties }]) =>
    JSON.stringify(Properties.BucketName ?? '').includes(`sts-prep-${purpose}-`),
  );
  if (found === undefined) throw new Error(`There is no ${purpose} bucket`);
  return found[1];
}
