import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { Template } from 'aws-cdk-lib/assertions';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { functionResource, type Resource, resources } from './synthesise.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** What the template's pseudo parameters stand for in the tests. */
export const ACCOUNT = '111122223333';
const PSEUDO: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': 'eu-central-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The statements of a function's role, every ARN in plain text. */
export function statementsOf(template: Template, name: FunctionName): Statement[] {
  return policiesOf(template, functionResource(template, name).Properties.Role['Fn::GetAtt'][0]);
}

/** The statements of all policies that are attached to the role with that logical id. */
export function policiesOf(template: Template, roleId: string): Statement[] {
  return resources(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === roleId))
    .flatMap(([, { Properties }]) => plain(template, Properties.PolicyDocument.Statement) as Statement[]);
}

/** IAM's decision, as an independent simulator makes it: a matching Deny wins, then a matching Allow. */
export function isAllowed(
  statements: readonly Statement[],
  { action, resource, context = {} }: Request,
): boolean {
  const decision = runUnsafeSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/function`,
        action: withoutKeyPolicy(action),
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: [
        { name: 'role', policy: { Version: '2012-10-17', Statement: statements.map(unnamed) } },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return decision === 'Allowed';
}

/** In a policy statements of one name may stand but once, and these are of several. */
function unnamed({ Sid: _, ...statement }: Statement & { readonly Sid?: string }): object {
  return { ...statement, Action: [statement.Action].flat().map(withoutKeyPolicy) };
}

/**
 * A key is nobody's to use until its own policy says whose, and that of the stack's key leaves it to IAM. The simulator
 * cannot be given a key's policy, so it is asked as if keys were of a service that has none.
 */
function withoutKeyPolicy(action: string): string {
  return action.replace(/^kms:/, 'sts-prep-keys:');
}

/** Replaces intrinsic functions by the text they would give. */
export function plain(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(template, item));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (typeof ref === 'string') return PSEUDO[ref] ?? nameOf(template, ref);
  if (Array.isArray(join)) return (plain(template, join[1]) as string[]).join(join[0] as string);
  if (Array.isArray(attribute)) return arnOf(template, attribute[0] as string);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(template, item)]));
}

const HERE = `eu-central-1:${ACCOUNT}`;

/** What the ARN of a resource is, after the partition, where something looks at more of it than that it is the same. */
const KINDS: Readonly<Record<string, (id: string, property: (name: string) => string) => string>> = {
  'AWS::IAM::Role': (id) => `iam::${ACCOUNT}:role/${id}`,
  'AWS::KMS::Key': (id) => `kms:${HERE}:key/${id}`,
  'AWS::Lambda::Function': (_id, property) => `lambda:${HERE}:function:${property('FunctionName')}`,
  'AWS::Logs::LogGroup': (_id, property) => `logs:${HERE}:log-group:${property('LogGroupName')}:*`,
  'AWS::Scheduler::ScheduleGroup': (_id, property) => `scheduler:${HERE}:schedule-group/${property('Name')}`,
};

function resource(template: Template, id: string): Resource {
  return (template.toJSON() as { Resources: Record<string, Resource> }).Resources[id] as Resource;
}

function nameOf(template: Template, id: string): string {
  const { Type, Properties } = resource(template, id);
  if (Type === 'AWS::StepFunctions::StateMachine')
    return `arn:aws:states:${HERE}:stateMachine:${plain(template, Properties.StateMachineName)}`;
  return Type === 'AWS::S3::Bucket' && Properties.BucketName !== undefined
    ? (plain(template, Properties.BucketName) as string)
    : id;
}

function arnOf(template: Template, id: string): string {
  const { Type, Properties } = resource(template, id);
  if (Type === 'AWS::S3::Bucket') return `arn:aws:s3:::${nameOf(template, id)}`;
  const kind = KINDS[Type];
  if (kind !== undefined) return `arn:aws:${kind(id, (name) => plain(template, Properties[name]) as string)}`;
  const service = Type.split('::')[1]?.toLowerCase();
  return `arn:aws:${service}:eu-central-1:${ACCOUNT}:${id}`;
}
