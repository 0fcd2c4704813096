import { expect, test } from 'vitest';
import { lackOfAccount } from '../../infra/account.ts';

const context = (more: object) => JSON.stringify({ environment: 'aws', ...more });

test.each([
  ['cdk bootstrap without an account', { 'aws:cdk:bundling-stacks': [] }, undefined, true],
  ['cdk bootstrap of an account', { 'aws:cdk:bundling-stacks': [] }, '123456789012', false],
  ['cdk synth, which needs none', { 'aws:cdk:bundling-stacks': ['**'] }, undefined, false],
  ['an app that runs by itself', {}, undefined, false],
])('%s', (_, more, account, lacks) => {
  const variables = { CDK_CONTEXT_JSON: context(more), CDK_DEFAULT_ACCOUNT: account };
  const lack = lackOfAccount(variables);
  if (lacks) expect(lack).toMatch(/no AWS credentials[\s\S]*npm run bootstrap/);
  else expect(lack).toBeUndefined();
});
