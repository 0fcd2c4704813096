import { expect, test } from 'vitest';
import { statementsOf } from './iam-policy.ts';
import { buildApp, FUNCTION_NAMES, functionResource, resources, synthesise } from './synthesise.ts';

const endpoints = { AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:5000' };
const template = synthesise({ environment: 'emulator', serviceEndpoints: JSON.stringify(endpoints) });

test('every function knows where it runs, and the endpoints that were given', () => {
  for (const name of FUNCTION_NAMES) {
    const variables = functionResource(template, name).Properties.Environment.Variables;
    expect(variables).toMatchObject(endpoints);
    if (name !== 'start-run') expect(variables.PLATFORM).toBe('emulator');
  }
});

test('plain HTTP is let in', () => {
  const policies = JSON.stringify(resources(template, 'AWS::S3::BucketPolicy'));
  expect(policies).not.toContain('aws:SecureTransport');
});

test('providers are granted by the only name an emulator checks', () => {
  const statements = statementsOf(template, 'register-provider');
  const create = statements.find(({ Action }) => Action.includes('iam:CreateOpenIDConnectProvider'));
  expect(create?.Resource).toBe('*');
});

test('an event is granted without a look at it, which an emulator does not take', () => {
  const statements = statementsOf(template, 'announce-audit');
  const send = statements.find(({ Action }) => Action.includes('events:PutEvents'));
  expect(send?.Condition).toBeUndefined();
  expect(send?.Resource).toMatch(/:event-bus\/default$/);
});

test('ListClusters asks for each role, as the emulator says less of all of them', () => {
  const actions = (of: typeof template) => statementsOf(of, 'list-clusters').flatMap(({ Action }) => Action);
  expect(actions(template)).toContain('iam:GetRole');
  expect(actions(synthesise())).not.toContain('iam:GetRole');
});

test('there are no policies to simulate', () => {
  const { SIMULATE_POLICIES } = functionResource(template, 'audit-cluster').Properties.Environment.Variables;
  expect(SIMULATE_POLICIES).toBe('false');
});

test('no alarm is of metric math, which an emulator does not take', () => {
  for (const [, { Properties }] of resources(template, 'AWS::CloudWatch::Alarm'))
    expect(Properties.Metrics).toBeUndefined();
});

test('it is deployed with the credentials at hand', () => {
  const { app } = buildApp({ environment: 'emulator' });
  expect(JSON.stringify(app.synth().manifest)).not.toContain('cfn-exec-role');
});
