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
  const stacks: unknown = JSON.parse(context)['aws:cdk:bundling-stacks'];
  return !Array.isArray(stacks) || stacks.length > 0;
}
