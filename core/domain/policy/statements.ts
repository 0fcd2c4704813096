import { type Condition, isMapping, readConditions } from './conditions.ts';
import { actionPattern, characters, matches, type Pattern, resourcePattern, tokensOf } from './patterns.ts';

/** A statement of a policy, as far as it can be understood. */
export interface Statement {
  /** Undefined when it is neither Allow nor Deny. */
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly actions: Selection;
  readonly resources: Selection;
  readonly conditions: readonly Condition[];
  /** The Condition element as it is written. */
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** Principal and NotPrincipal as they are written: policies of roles and users have none. */
  readonly principal: unknown;
  readonly notPrincipal: unknown;
  /** Why the statement cannot be understood in full; then it may apply to more, or to less, than it seems to. */
  readonly trouble: string | undefined;
}

/** What an Action or Resource element, or its opposite, names. */
export interface Selection {
  /** Of NotAction and NotResource. */
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
  /** The patterns without a wildcard, for a quick look. */
  readonly literals: ReadonlySet<string>;
  readonly others: readonly Pattern[];
  /** Whether an entry could not be understood. */
  readonly unclear: boolean;
}

/** A policy of a role or user says what; a trust policy says who, and has no resources; one of a bucket says both. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'];
const KNOWN: Readonly<Record<PolicyKind, ReadonlySet<string>>> = {
  identity: new Set([...ELEMENTS, 'Resource', 'NotResource']),
  trust: new Set([...ELEMENTS, 'Principal', 'NotPrincipal']),
  resource: new Set([...ELEMENTS, 'Principal', 'NotPrincipal', 'Resource', 'NotResource']),
};

/** The older versions of the policy language have no variables; a policy without a version is of the first. */
const WITHOUT_VARIABLES: readonly unknown[] = [undefined, '2008-10-17'];

/**
 * The statements of a policy document of any shape. What cannot be understood is marked, never thrown: a statement
 * that is none, and a document that is none, become a statement with unknown effect on everything.
 */
export function readStatements(document: unknown, kind: PolicyKind = 'identity'): readonly Statement[] {
  if (!isMapping(document)) return [unreadable('the policy is not an object')];
  const variables = !WITHOUT_VARIABLES.includes(document['Version']);
  const statements = document['Statement'];
  if (statements === undefined) return [unreadable('the policy has no Statement')];
  return (Array.isArray(statements) ? statements : [statements]).map((statement) =>
    isMapping(statement)
      ? readStatement(statement, variables, kind)
      : unreadable('a statement of the policy is not an object'),
  );
}

/** Whether a selection names an action, as far as it can be understood. */
export function namesAction({ negated, literals, others }: Selection, action: string): boolean {
  const name = action.toLowerCase();
  const text = characters(name);
  const hit = literals.has(name) || others.some((pattern) => matches(tokensOf(pattern), text));
  return hit !== negated;
}

/** The entries of a selection, cut short, for people. */
export function showSelection(
  { negated, patterns }: Selection,
  only?: (pattern: Pattern) => boolean,
): string {
  const texts = patterns.filter((pattern) => negated || (only?.(pattern) ?? true)).map(({ text }) => text);
  const shown = texts.slice(0, 3).join(', ') + (texts.length > 3 ? ` and ${texts.length - 3} more` : '');
  return negated ? `everything but ${shown}` : shown;
}

function readStatement(
  statement: Readonly<Record<string, unknown>>,
  variables: boolean,
  kind: PolicyKind,
): Statement {
  const { Effect, Action, NotAction, Resource, NotResource, Condition, Principal, NotPrincipal } = statement;
  const effect = Effect === 'Allow' || Effect === 'Deny' ? Effect : undefined;
  const actions = select(Action, NotAction, actionPattern);
  const resources =
    kind === 'trust'
      ? select('*', undefined, (text) => resourcePattern(text, false))
      : select(Resource, NotResource, (text) => resourcePattern(text, variables));
  const unknown = Object.keys(statement).find((name) => !KNOWN[kind].has(name));
  return {
    effect,
    actions: actions ?? NOTHING_KNOWN,
    resources: resources ?? NOTHING_KNOWN,
    conditions: readConditions(Condition, variables),
    condition: isMapping(Condition) ? (Condition as Statement['condition']) : undefined,
    principal: Principal,
    notPrincipal: NotPrincipal,
    trouble: firstOf([
      [effect === undefined, 'its Effect is neither Allow nor Deny'],
      [actions === undefined, 'it needs one of Action and NotAction'],
      [resources === undefined, 'it needs one of Resource and NotResource'],
      [unknown !== undefined, `it has the element ${unknown}`],
    ]),
  };
}

/** Undefined unless there is exactly one of an element and its opposite. */
function select(
  element: unknown,
  opposite: unknown,
  read: (text: string) => Pattern | undefined,
): Selection | undefined {
  if ((element === undefined) === (opposite === undefined)) return undefined;
  const items: readonly unknown[] = [element ?? opposite].flat();
  const patterns: Pattern[] = [];
  for (const item of items) {
    const pattern = typeof item === 'string' ? read(item) : undefined;
    if (pattern !== undefined) patterns.push(pattern);
  }
  const others = patterns.filter(({ literal }) => literal === undefined);
  return {
    negated: element === undefined,
    patterns,
    literals: new Set(patterns.flatMap(({ literal }) => literal ?? [])),
    others,
    unclear: patterns.length < items.length,
  };
}

const NOTHING_KNOWN: Selection = {
  negated: false,
  patterns: [],
  literals: new Set(),
  others: [],
  unclear: true,
};

function unreadable(trouble: string): Statement {
  return {
    effect: undefined,
    actions: NOTHING_KNOWN,
    resources: NOTHING_KNOWN,
    conditions: [],
    condition: undefined,
    principal: undefined,
    notPrincipal: undefined,
    trouble,
  };
}

function firstOf(reasons: readonly (readonly [boolean, string])[]): string | undefined {
  return reasons.find(([applies]) => applies)?.[1];
}
