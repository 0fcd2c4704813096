import { type EvaluationResult, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { iamSimulator } from '../../../core/aws/policy-simulator.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const iam = mockClient(IAMClient);
// Files share a process, and others ask a server.
afterAll(() => iam.restore());
const simulator = iamSimulator(iam as unknown as IAMClient);
const REQUEST = {
  roleArn: 'arn:role',
  actions: ['s3:GetObject', 's3:PutObject'],
  resource: '*',
  context: {},
};
const INPUT = {
  PolicySourceArn: 'arn:role',
  ActionNames: ['s3:GetObject', 's3:PutObject'],
  ResourceArns: ['*'],
  ContextEntries: [],
};

const allowed = (action: string): EvaluationResult => ({ EvalActionName: action, EvalDecision: 'allowed' });
const sent = () => iam.commandCalls(SimulatePrincipalPolicyCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  iam.reset();
  iam.on(SimulatePrincipalPolicyCommand).resolves({ EvaluationResults: [] });
});

describe('a simulation', () => {
  it('asks about all actions at once, on the resource and under the context', async () => {
    await simulator.simulate({
      ...REQUEST,
      resource: 'arn:aws:s3:::bucket',
      context: {
        'aws:RequestedRegion': { type: 'string', value: 'us-east-2' },
        'kms:GrantIsForAWSResource': { type: 'boolean', value: 'true' },
      },
    });
    expect(sent()).toEqual([
      {
        ...INPUT,
        ResourceArns: ['arn:aws:s3:::bucket'],
        ContextEntries: [
          {
            ContextKeyName: 'aws:RequestedRegion',
            ContextKeyValues: ['us-east-2'],
            ContextKeyType: 'string',
          },
          {
            ContextKeyName: 'kms:GrantIsForAWSResource',
            ContextKeyValues: ['true'],
            ContextKeyType: 'boolean',
          },
        ],
      },
    ]);
  });

  it('reads its answer to the last page', async () => {
    iam
      .on(SimulatePrincipalPolicyCommand)
      .resolvesOnce({ EvaluationResults: [allowed('a:A')], IsTruncated: true, Marker: 'one' })
      .resolvesOnce({ EvaluationResults: [allowed('b:B')], IsTruncated: true, Marker: 'two' })
      .resolvesOnce({ EvaluationResults: [allowed('c:C')], IsTruncated: false, Marker: 'left over' });
    const decisions = await simulator.simulate(REQUEST);
    expect(decisions?.map(({ action }) => action)).toEqual(['a:A', 'b:B', 'c:C']);
    expect(sent()).toEqual([INPUT, { ...INPUT, Marker: 'one' }, { ...INPUT, Marker: 'two' }]);
  });

  it.each<[EvaluationResult, boolean, string]>([
    [allowed('a:A'), true, 'allowed'],
    [{ EvalActionName: 'a:A', EvalDecision: 'implicitDeny' }, false, 'implicitDeny'],
    [{ EvalActionName: 'a:A', EvalDecision: 'explicitDeny' }, false, 'explicitDeny'],
    [
      {
        EvalActionName: 'a:A',
        EvalDecision: 'implicitDeny',
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
      },
      false,
      'implicitDeny, not allowed by a policy of the organization',
    ],
    [
      {
        EvalActionName: 'a:A',
        EvalDecision: 'explicitDeny',
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      },
      false,
      'explicitDeny, not allowed by a policy of the organization, not allowed by the permissions boundary',
    ],
    [
      {
        ...allowed('a:A'),
        OrganizationsDecisionDetail: { AllowedByOrganizations: true },
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
      },
      true,
      'allowed',
    ],
    [{ EvalActionName: 'a:A', EvalDecision: undefined }, false, 'no decision'],
  ])('of %j', async (result, isAllowed, detail) => {
    iam.on(SimulatePrincipalPolicyCommand).resolves({ EvaluationResults: [result] });
    const decisions = await simulator.simulate(REQUEST);
    expect(decisions).toEqual([{ action: 'a:A', allowed: isAllowed, detail }]);
  });

  it('gives no decisions when IAM gives none', async () => {
    iam.on(SimulatePrincipalPolicyCommand).resolves({});
    await expect(simulator.simulate(REQUEST)).resolves.toEqual([]);
  });

  it.each([
    'AccessDenied',
    'AccessDeniedException',
    'InvalidInput',
    'InvalidInputException',
    'NoSuchEntityException',
    'PolicyEvaluationException',
  ])('has no answer when IAM says %s, also in the middle of it', async (name) => {
    iam
      .on(SimulatePrincipalPolicyCommand)
      .resolvesOnce({ EvaluationResults: [allowed('a:A')], IsTruncated: true, Marker: 'one' })
      .rejectsOnce(sdkError(name, 400));
    await expect(simulator.simulate(REQUEST)).resolves.toBeUndefined();
  });

  it.each(['Throttling', 'ServiceFailureException', 'ExpiredToken'])(
    'throws %s, which says nothing about the role',
    async (name) => {
      iam.on(SimulatePrincipalPolicyCommand).rejects(sdkError(name));
      await expect(simulator.simulate(REQUEST)).rejects.toThrow(name);
    },
  );
});
