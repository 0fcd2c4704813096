import { type PolicyDocument, type PolicyStatement, statementsOf } from '../policy-document.ts';
import { comparePermissions, type Gap } from './coverage.ts';

/** What a policy allows beyond what was asked for. */
export interface WiderPermissions {
  /** In words: what nobody can list, such as `s3:*` or everything but something, and what was asked for on less. */
  readonly wide: readonly string[];
  /** Further actions by name. */
  readonly further: readonly string[];
}

/** Patterns over these read metadata only. */
const METADATA = /^[^:]+:(describe|list)/i;

/**
 * What a policy allows beyond the one that was asked for. A condition on it is told and does not excuse it; Deny
 * statements, here or elsewhere, are not set against it. Never throws for JSON data, whatever its shape.
 */
export function widerPermissions(asked: PolicyDocument, live: PolicyDocument): WiderPermissions {
  const wide: string[] = [];
  const further: string[] = [];
  for (const statement of allowsOf(live)) {
    const target = { ...live, Statement: [statement] };
    const { missing, unknown } = comparePermissions(target, { policies: [asked] });
    const isOpen = 'NotAction' in statement || 'NotResource' in statement;
    for (const gap of [...missing, ...unknown])
      (isOpen || isWide(gap, asked) ? wide : further).push(show(gap));
  }
  return { wide: [...new Set(wide)], further: [...new Set(further)] };
}

function allowsOf(document: PolicyDocument): readonly PolicyStatement[] {
  return statementsOf(document).filter((statement) => statement['Effect'] === 'Allow');
}

function isWide({ action, resource }: Gap, asked: PolicyDocument): boolean {
  if (/[*?]/.test(action)) return !METADATA.test(action);
  return namesNothing(resource) && isAskedSomewhere(action, asked);
}

/**
 * Whether a resource is everything, or everything of a kind: `*`, `arn:aws:s3:::*`, `arn:aws:iam::1:role/*`. IAM takes an
 * ARN that is cut short as if stars followed.
 */
function namesNothing(resource: string): boolean {
  const [, , service, , , ...rest] = resource.split(':');
  const name = resource.startsWith('arn:') ? rest.join(':') : resource;
  // The first part of an object's ARN is its bucket, of all others it is the kind.
  return /^[*?/:]*$/.test(service === 's3' ? name : name.replace(/^[a-z-]+[/:]/i, ''));
}

/** Whether an action was asked for, be it on less and under a condition. */
export function isAskedSomewhere(action: string, asked: PolicyDocument): boolean {
  const anywhere = allowsOf(asked).map(({ NotResource: _, Condition: __, ...statement }) => ({
    ...statement,
    Resource: '*',
  }));
  const target = { ...asked, Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] };
  return comparePermissions(target, { policies: [{ ...asked, Statement: anywhere }] }).verdict === 'covered';
}

function show({ action, resource, condition }: Gap): string {
  return `${action} on ${resource}${condition === undefined ? '' : ` if ${JSON.stringify(condition)}`}`;
}
