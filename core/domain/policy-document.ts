import * as z from 'zod';
import { defined } from '../util/defined.ts';

/** An IAM policy document as JSON data. Only the shape is fixed; meaning is compared by `samePolicy`. */
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

/** Of a policy that AWS gave nothing is known but that it is an object. */
export const policyDocumentSchema = z.custom<PolicyDocument>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a policy document',
);

export type PolicyStatement = Readonly<Record<string, unknown>>;

export interface StatementEntry {
  readonly effect: 'Allow' | 'Deny';
  readonly action: readonly string[];
  readonly resource: string;
  readonly policyCondition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Inline policies of a role may hold 10,240 characters in all; IAM does not count white space. */
export const MAX_INLINE_POLICY_CHARACTERS = 10_240;

/** Default quota for a trust policy; an account can have it raised, but must not need to. */
export const MAX_TRUST_POLICY_CHARACTERS = 2_048;

/** The permission policy of one CredentialsRequest: its statements, in its order. */
export function permissionPolicy(statements: readonly StatementEntry[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ effect, action, resource, policyCondition }) => ({
      Effect: effect,
      Action: action,
      Resource: resource,
      ...defined({ Condition: policyCondition }),
    })),
  };
}

/** Trust of one role: only tokens of this issuer, and of these service accounts, may assume it. */
export function trustPolicy(
  providerArn: string,
  issuerHost: string,
  subjects: readonly string[],
): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuerHost}:sub`]: subjects } },
      },
    ],
  };
}

/** Everyone may read the OIDC documents: STS fetches them without credentials. */
export function publicReadPolicy(partition: string, bucket: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AllowReadPublicAccess',
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject'],
        Resource: [`arn:${partition}:s3:::${bucket}/*`],
      },
    ],
  };
}

/** Size of a policy as IAM counts it, in characters without white space. */
export function policySize(policy: PolicyDocument): number {
  return JSON.stringify(policy).replace(/\s/g, '').length;
}

/**
 * Reads a policy as AWS returns it: JSON text, or (IAM) JSON text that is percent-encoded as in RFC 3986.
 * Returns undefined when it is not a JSON object.
 */
export function parsePolicy(text: string): PolicyDocument | undefined {
  try {
    const value: unknown = JSON.parse(
      text.startsWith('%7B') || text.startsWith('%7b') ? decodeURIComponent(text) : text,
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as PolicyDocument)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether two policies say the same. Order of statements, actions, resources and condition values does not
 * count, nor do names (Sid, Id), nor does the case of actions, nor whether a single value stands in a list, nor whether a boolean
 * or number is written as text: IAM treats all of these alike.
 */
export function samePolicy(left: PolicyDocument | undefined, right: PolicyDocument | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return canonicalPolicy(left) === canonicalPolicy(right);
}

function canonicalPolicy(policy: PolicyDocument): string {
  return JSON.stringify([policy.Version, statementsOf(policy).map(canonicalStatement).sort()]);
}

/** The statements of a policy. AWS takes, and gives, a single one without a list around it too. */
export function statementsOf({ Statement }: Partial<PolicyDocument>): readonly PolicyStatement[] {
  return [Statement ?? []].flat();
}

/** Whether a policy has a Deny. */
export function denies(policy: PolicyDocument | undefined): boolean {
  return policy !== undefined && statementsOf(policy).some(({ Effect }) => Effect === 'Deny');
}

/** The statements of a policy that none of the known ones has, by the rule of `samePolicy`. */
export function statementsBeyond(
  policy: PolicyDocument | undefined,
  known: readonly (PolicyDocument | undefined)[],
): readonly PolicyStatement[] {
  const said = new Set(known.flatMap((each) => statementsOf(each ?? {}).map(canonicalStatement)));
  return statementsOf(policy ?? {}).filter((statement) => !said.has(canonicalStatement(statement)));
}

/** A text that two statements share when they say the same, by the rule of `samePolicy`. */
export function canonicalStatement({ Sid: _name, ...statement }: PolicyStatement): string {
  return JSON.stringify(
    canonicalValue({
      ...statement,
      ...lowerCased('Action', statement['Action']),
      ...lowerCased('NotAction', statement['NotAction']),
    }),
  );
}

function lowerCased(key: string, value: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  return { [key]: [value].flat().map((action) => String(action).toLowerCase()) };
}

/** Scalars become one-element lists of text, lists are sorted, objects are turned into sorted pairs. */
function canonicalValue(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return {
      object: Object.entries(value)
        .map(([key, item]) => [key, canonicalValue(item)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  }
  const items = [value]
    .flat()
    .map((item) =>
      JSON.stringify(typeof item === 'object' && item !== null ? canonicalValue(item) : String(item)),
    );
  return [...new Set(items)].sort();
}
