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

/** IAM's decision, for the operators that the stack uses: a matching Deny wins, then a matching Allow. */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const matching = statements.filter((statement) => matches(statement, request));
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny')
  );
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

function resource(template: Template, id: string): Resource {
  return (template.toJSON() as { Resources: Record<string, Resource> }).Resources[id] as Resource;
}

function nameOf(template: Template, id: string): string {
  const { Type, Properties } = resource(template, id);
  return Type === 'AWS::S3::Bucket' && Properties.BucketName !== undefined
    ? (plain(template, Properties.BucketName) as string)
    : id;
}

function arnOf(template: Template, id: string): string {
  const { Type } = resource(template, id);
  if (Type === 'AWS::S3::Bucket') return `arn:aws:s3:::${nameOf(template, id)}`;
  const service = Type.split('::')[1]?.toLowerCase();
  return `arn:aws:${service}:eu-central-1:${ACCOUNT}:${id}`;
}

function matches(statement: Statement, { action, resource, context = {} }: Request): boolean {
  return (
    list(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    list(statement.Resource as string | string[]).some((pattern) => like(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, tests]) =>
      Object.entries(tests).every(([key, expected]) =>
        holds(operator, list(expected as string), context[key]),
      ),
    )
  );
}

function holds(operator: string, expected: string[], actual: string | string[] | undefined): boolean {
  const values = actual === undefined ? [] : list(actual);
  const any = (test: (pattern: string, value: string) => boolean) =>
    values.some((value) => expected.some((pattern) => test(pattern, value)));
  switch (operator) {
    case 'Null':
      return (actual === undefined) === (expected[0] === 'true');
    case 'StringEquals':
    case 'ArnEquals':
      return any((pattern, value) => pattern === value);
    case 'ForAllValues:StringEquals':
      return values.every((value) => expected.includes(value));
    case 'StringLike':
    case 'ForAnyValue:StringLike':
      return any(like);
    default:
      throw new Error(`The tests do not know the condition operator ${operator}`);
  }
}

function like(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
