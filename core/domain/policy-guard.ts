import { grouped } from '../util/grouped.ts';
import { memoizeByObject } from '../util/memoize-by-object.ts';
import { covered, parseAddition } from './guard-additions.ts';
import { notAnAction } from './iam-names.ts';
import { NOBODYS_BUCKETS, type NobodysBuckets, nobodysBucket } from './nobodys-buckets.ts';
import { characters, matches, tokensOf, valuePattern } from './policy/patterns.ts';
import data from './policy-guard-rules.json' with { type: 'json' };

/** What the guard lets through, by service. Names and patterns are compared without regard to case, as IAM does. */
export interface GuardRules {
  readonly version: 1;
  readonly services: { readonly [service: string]: ServiceRules };
  /** What actions by their exact names could do, in a verb phrase; `readOnly` does not cover them. */
  readonly sensitive: SensitiveActions;
  /** Buckets that no statement may name, whatever else is allowed. */
  readonly nobodysBuckets: readonly NobodysBuckets[];
  /** What the deployment allows besides; undefined where that is not known. */
  readonly additions?: readonly string[];
  /** The other options that the deployment has, `name=value` each: a deployment without them would take them back. */
  readonly otherOptions?: readonly string[];
}

/** By service and name of the action. */
export type SensitiveActions = { readonly [service: string]: { readonly [action: string]: string } };

export interface ServiceRules {
  /** Describe*, Get* and List* are allowed, sensitive actions excepted. */
  readonly readOnly?: boolean;
  /** Exact names, or patterns whose only wildcard is a `*` at the end. */
  readonly actions: readonly string[];
  /** The same, but only in a statement whose resource names one S3 bucket, or objects in one. */
  readonly onNamedBucket?: readonly string[];
}

export interface GuardedStatement {
  readonly effect: string;
  readonly action: readonly string[];
  readonly resource: string;
  readonly policyCondition?: unknown;
}

export interface GuardRefusal {
  /** The action as it was asked for, cut short and with every character beyond ASCII made visible. */
  readonly action: string;
  readonly reason: string;
  /** What can be done about it in the request. */
  readonly remedy: string;
  /** What the deployment has to allow for it to pass; absent where no setting of it would help, or it would be no good. */
  readonly addition?: string;
}

/** The file behind `DEFAULT_RULES`: what people decided, and apart from it what manifests were found to ask for. */
export interface RulesData {
  readonly decided: { readonly [service: string]: ServiceRules & { readonly why: string } };
  readonly sensitive: SensitiveActions;
  /** Written by `scripts/derive-allow-list.ts`: exact action names by service. */
  readonly asked: { readonly [service: string]: readonly string[] };
}

/** Both halves of the file as one set of rules. */
export function rulesFrom({ decided, sensitive, asked }: RulesData): GuardRules {
  const services = new Map<string, ServiceRules>();
  for (const [service, { why: _, ...rules }] of Object.entries(decided)) services.set(service, rules);
  for (const [service, names] of Object.entries(asked)) {
    const rules = services.get(service) ?? { actions: [] };
    services.set(service, { ...rules, actions: [...rules.actions, ...names] });
  }
  return { version: 1, services: Object.fromEntries(services), sensitive, nobodysBuckets: NOBODYS_BUCKETS };
}

export const DEFAULT_RULES: GuardRules = rulesFrom(data);

/** ASCII only, tested before any change of case: the Kelvin sign, for one, turns into `k` in lower case. */
const ACTION = /^([A-Za-z0-9-]{1,64}):([A-Za-z0-9*?]{1,128})$/;
const NAMED_BUCKET = /^arn:(\*|aws(-[a-z]+)*):s3:::[A-Za-z0-9][A-Za-z0-9._-]*(\/.*)?$/;
const NONE: readonly string[] = [];
const READ_VERBS = ['describe', 'get', 'list'];
/** How many actions a pattern is said to take in, and how long one may be that is compared with names; real ones are shorter. */
const MAX_EXAMPLES = 3;
const MAX_MATCHED = 40;

/**
 * Why a statement asks for more than the rules allow: one refusal per offending action, none when all are allowed.
 * Pure. A statement that denies can only take power away and always passes; a condition never excuses an action.
 */
export function guardStatement(statement: GuardedStatement, rules: GuardRules): GuardRefusal[] {
  if (statement.effect === 'Deny') return [];
  return [...new Set(statement.action)].flatMap((action) => {
    const refused = refuse(action, statement.resource, rules);
    return refused === undefined ? [] : [{ action: show(action), ...refused }];
  });
}

/**
 * The rules with what an operator adds at deploy time: exact actions (`ec2:CreateFleet`) or patterns with one `*` at
 * the end (`sqs:*`). Nothing that was allowed is refused afterwards. Throws RangeError naming an entry of another form.
 */
export function widenRules(rules: GuardRules, additions: readonly string[]): GuardRules {
  const services = new Map(Object.entries(rules.services));
  for (const addition of additions) {
    const parsed = parseAddition(addition.trim());
    if (parsed === undefined) {
      throw new RangeError(
        `policyGuardAdditions: "${show(addition)}" is neither service:Action nor service:Prefix*. ` +
          'The service cannot hold a wildcard, and all of iam or sts cannot be allowed.',
      );
    }
    const { service, name } = parsed;
    const key = [...services.keys()].find((known) => sameName(known, service)) ?? service.toLowerCase();
    const present = services.get(key) ?? { actions: [] };
    services.set(key, { ...present, actions: [...present.actions, name] });
  }
  return {
    ...rules,
    services: Object.fromEntries(services),
    additions: [...(rules.additions ?? []), ...additions.map((addition) => addition.trim())],
  };
}

type Refused = Omit<GuardRefusal, 'action'>;

/** Why an action is refused, or undefined when it is allowed. */
function refuse(action: string, resource: string, rules: GuardRules): Refused | undefined {
  const [, service, name] = ACTION.exec(action) ?? [];
  if (service === undefined || name === undefined) return malformed(action);

  const ofService = entriesOf(rules.services, service);
  const isAllowed = (wanted: string) =>
    ofService.some((rule) => permits(rule, sensitiveOf(service, rules), wanted.toLowerCase(), resource));
  if (isAllowed(name)) {
    const nobodys = sameName(service, 's3') ? nobodysBucket(resource, rules.nobodysBuckets) : undefined;
    const isMeant = nobodys !== undefined && (nobodys.holdsSecrets || !isReading(name.toLowerCase()));
    return isMeant ? ofNobody(action, nobodys) : undefined;
  }

  const shown = `"${show(action)}"`;
  const onBucket = ofService.some((rule) => covered(rule.onNamedBucket ?? NONE, name));
  const none = refusedName(shown, service, name);
  if (none !== undefined) return none;
  const reason = onBucket
    ? `${shown} is allowed on one named bucket only, and the resource does not name one.`
    : isPattern(name)
      ? `${shown} can match ${service} actions that the guard does not allow${examples(service, name, rules, isAllowed)}.`
      : refusedFor(shown, service, name, ofService.length > 0, rules);
  const addition = `${service.toLowerCase()}:${name}`;
  const bucket = onBucket
    ? 'Name the bucket in the resource, as in arn:aws:s3:::name/*, or do without. '
    : '';
  return {
    reason,
    remedy: bucket + (isPattern(name) ? patternRemedy(canBeAdded(service, name)) : LEAVE_OR_ALLOW),
    ...(canBeAdded(service, name) ? { addition } : {}),
  };
}

const LEAVE_OR_ALLOW = 'Leave it out of the request, or allow it.';

function patternRemedy(isForm: boolean): string {
  return isForm
    ? 'Ask for the actions by name, or allow the whole pattern.'
    : 'Ask for the actions by name: no setting allows such a pattern.';
}

/** Whether a deployment can allow it. A pattern of IAM or STS is never offered: nobody would think of all that it takes in. */
function canBeAdded(service: string, name: string): boolean {
  if (parseAddition(`${service}:${name}`) === undefined) return false;
  return !isPattern(name) || !['iam', 'sts'].some((each) => sameName(each, service));
}

/** An action that IAM does not have gives nothing, whoever allows it. One that the list is too old for can be allowed. */
function refusedName(shown: string, service: string, name: string): Refused | undefined {
  const none = notAnAction(service, name);
  if (none === undefined) return undefined;
  const reason = `${shown} is no IAM action: ${none.because}.`;
  if (none.instead !== undefined)
    return { reason, remedy: `Ask for ${none.instead.join(' and ')} in its place.` };
  const addition = `${service.toLowerCase()}:${name}`;
  return {
    reason,
    remedy: 'Correct the spelling or leave it out of the request; if AWS has it by now, allow it.',
    ...(canBeAdded(service, name) ? { addition } : {}),
  };
}

function refusedFor(
  shown: string,
  service: string,
  name: string,
  isKnown: boolean,
  rules: GuardRules,
): string {
  const could = Object.entries(sensitiveOf(service, rules)).find(([known]) => sameName(known, name));
  if (could !== undefined) return `${shown} is not allowed unasked: it ${could[1]}`;
  return isKnown
    ? `${shown} is not among the ${service} actions that OpenShift releases are known to ask for.`
    : `${shown} is of a service that no OpenShift release is known to use.`;
}

/** The first sensitive actions that a pattern takes in. */
function examples(
  service: string,
  name: string,
  rules: GuardRules,
  isAllowed: (name: string) => boolean,
): string {
  const pattern = valuePattern(name, { wildcards: true, variables: false, fold: true });
  if (pattern === undefined || name.length > MAX_MATCHED) return '';
  const found = Object.keys(sensitiveOf(service, rules)).filter(
    (known) => matches(tokensOf(pattern), characters(known.toLowerCase())) && !isAllowed(known),
  );
  const first = found.slice(0, MAX_EXAMPLES).map((known) => `${service.toLowerCase()}:${known}`);
  return first.length === 0 ? '' : `, such as ${first.join(', ')}`;
}

function malformed(action: string): Refused {
  const shown = `"${show(action)}"`;
  const [service = ''] = action.split(':', 1);
  return isPattern(service)
    ? {
        reason: `${shown} has a wildcard in place of the service, which reaches every service, IAM included.`,
        remedy: 'Ask for the actions by name.',
      }
    : {
        reason: `${shown} is not an action of the form service:Name in ASCII letters and digits.`,
        remedy: 'Correct the spelling; blanks are not allowed either.',
      };
}

function ofNobody(action: string, { name, what }: NobodysBuckets): Refused {
  return {
    reason: `"${show(action)}" is on a resource that can be ${name}, ${what}: no component of a cluster has any business there.`,
    remedy: 'Name the bucket of the component in the resource; no setting of the deployment allows this.',
  };
}

function sensitiveOf(service: string, { sensitive }: GuardRules): Readonly<Record<string, string>> {
  return entriesOf(sensitive, service)[0] ?? {};
}

/** The entries of a service, however it is spelt. */
function entriesOf<Entry>(entries: { readonly [service: string]: Entry }, service: string): readonly Entry[] {
  return (byService(entries).get(service.toLowerCase()) ?? []) as readonly Entry[];
}

const byService = memoizeByObject(
  (entries: object) =>
    new Map(
      grouped(Object.entries(entries), ([known]) => known.toLowerCase()).map(([service, its]) => [
        service,
        its.map(([, entry]): unknown => entry),
      ]),
    ),
);

/** Whether every action that `name` can match is allowed; `name` is in lower case. */
function permits(
  rules: ServiceRules,
  sensitive: Readonly<Record<string, string>>,
  name: string,
  resource: string,
): boolean {
  if (covered(rules.actions, name)) return true;
  if (covered(rules.onNamedBucket ?? NONE, name) && NAMED_BUCKET.test(resource)) return true;
  if (rules.readOnly !== true || !isReading(name)) return false;
  return !Object.keys(sensitive).some((action) => {
    const withheld = action.toLowerCase();
    if (covered(rules.actions, withheld)) return false;
    return isPattern(name) ? withheld.startsWith(beginning(name)) : withheld === name;
  });
}

/** Whether all that a name, in lower case, can match only reads. */
function isReading(name: string): boolean {
  return READ_VERBS.some((verb) => name.startsWith(verb));
}

/** What every match of a pattern begins with: the part before its first wildcard. */
function beginning(name: string): string {
  return /^[^*?]*/.exec(name)?.[0] ?? '';
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name);
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Text of a stranger's file for a message: one short line, in which a look-alike letter is seen to be one. */
function show(text: string): string {
  const visible = text.replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return visible.length <= 128 ? visible : `${visible.slice(0, 127)}…`;
}
