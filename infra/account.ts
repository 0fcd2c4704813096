/**
 * What the user is told when the CDK CLI found no account for `cdk bootstrap`, `cdk destroy` and the like: it would
 * say so itself only after the stack is synthesized. These are the commands for which it wants nothing bundled;
 * `cdk synth`, which needs no account, is none of them, and looks like `cdk deploy`.
 */
export function lackOfAccount(variables: NodeJS.ProcessEnv): string | undefined {
  const { CDK_CONTEXT_JSON: context, CDK_DEFAULT_ACCOUNT: account } = variables;
  if (account || context === undefined || bundlesAnything(context)) return undefined;
  return [
    'The CDK CLI knows no AWS account: there are no AWS credentials, or AWS does not accept them.',
    '`npm run bootstrap` tells what is missing, `aws sts get-caller-identity` what AWS says.',
  ].join('\n');
}

function bundlesAnything(context: string): boolean {
  return wantsBundles(JSON.parse(context)[BUNDLING_STACKS]);
}

/** Where the CDK CLI says in the app's context which stacks it wants bundled. */
export const BUNDLING_STACKS = 'aws:cdk:bundling-stacks';

/** Whether it wants any: for `cdk bootstrap`, `cdk destroy` and the like the list is empty. */
export function wantsBundles(stacks: unknown): boolean {
  return !Array.isArray(stacks) || stacks.length > 0;
}
