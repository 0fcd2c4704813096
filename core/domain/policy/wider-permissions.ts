import { type PolicyDocument, type PolicyStatement, statementsOf } from '../policy-document.ts';
import { comparePermissions, type Gap } from './coverage.ts';
import { readStatements, showSelection } from './statements.ts';

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
    const [read] = readStatements({ ...live, Statement: [statement] });
    if (read === undefined) continue;
    if (read.actions.negated || read.resources.negated) {
      wide.push(`${showSelection(read.actions)} on ${showSelection(read.resources)}`);
      continue;
    }
    const { missing, unknown } = comparePermissions(
      { ...live, Statement: [statement] },
      { policies: [asked] },
    );
    for (const gap of [...missing, ...unknown]) (isWide(gap, asked) ? wide : further).push(show(gap));
  }
  return { wide: [...new Set(wide)], further: [...new Set(further)] };
}

function allowsOf(document: PolicyDocument): readonly PolicyStatement[] {
  return statementsOf(document).filter((statement) => statement['Effect'] === 'Allow');
}

function isWide({ action, resource }: Gap, asked: PolicyDocument): boolean {
  if (/[*?]/.test(action)) return !METADATA.test(action);
  return resource === '*' && allowsOf(asked).some(({ Action }) => [Action].flat().some(isSame(action)));
}

function isSame(action: string): (asked: unknown) => boolean {
  return (asked) => typeof asked === 'string' && asked.toLowerCase() === action.toLowerCase();
}

function show({ action, resource, condition }: Gap): string {
  return `${action} on ${resource}${condition === undefined ? '' : ` if ${JSON.stringify(condition)}`}`;
}
