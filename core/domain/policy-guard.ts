import { NOBODYS_BUCKETS, type NobodysBuckets, nobodysBucket } from './nobodys-buckets.ts';
import data from './policy-guard-rules.json' with { type: 'json' };

/** What the guard lets through, by service. Names and patterns are compared without regard to case, as IAM does. */
export interface GuardRules {
  readonly version: 1;
  readonly services: { readonly [service: string]: ServiceRules };
  /** Buckets that no statement may name, whatever else is allowed. */
  readonly nobodysBuckets: readonly NobodysBuckets[];
}

export interface ServiceRules {
  /** Describe*, Get* and List* are allowed, `sensitiveReads` excepted. */
  readonly readOnly?: boolean;
  /** Reads that hand out data or secrets rather than metadata: `readOnly` does not cover these exact names. */
  readonly sensitiveReads?: readonly string[];
  /** Exact names of actions that are refused for what they can do, in a sentence, though a release may ask for them. */
  readonly risks?: Readonly<Record<string, string>>;
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
  readonly remedy: string;
}

/** The file behind `DEFAULT_RULES`: what people decided, and apart from it what manifests were found to ask for. */
export interface RulesData {
  readonly decided: { readonly [service: string]: ServiceRules & { readonly why: string } };
  /** Written by `scripts/derive-allow-list.ts`: exact action names by service. */
  readonly asked: { readonly [service: string]: readonly string[] };
}

/** Both halves of the file as one set of rules. */
export function rulesFrom({ decided, asked }: RulesData): GuardRules {
  const services = new Map<string, ServiceRules>();
  for (const [service, { why: _, ...rules }] of Object.entries(decided)) services.set(service, rules);
  for (const [service, names] of Object.entries(asked)) {
    const rules = services.get(service) ?? { actions: [] };
    services.set(service, { ...rules, actions: [...rules.actions, ...names] });
  }
  return { version: 1, services: Object.fromEntries(services), nobodysBuckets: NOBODYS_BUCKETS };
}

export const DEFAULT_RULES: GuardRules = rulesFrom(data);

/** ASCII only, tested before any change of case: the Kelvin sign, for one, turns into `k` in lower case. */
const ACTION = /^([A-Za-z0-9-]{1,64}):([A-Za-z0-9*?]{1,128})$/;
const ADDITION = /^([A-Za-z0-9-]{1,64}):([A-Za-z0-9]{1,128}\*?|\*)$/;
const NAMED_BUCKET = /^arn:aws(-[a-z]+)*:s3:::[A-Za-z0-9][A-Za-z0-9._-]*(\/.*)?$/;
const READ_VERBS = ['describe', 'get', 'list'];
const OPTION = 'npm run deploy -- -c policyGuardAdditions';

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
    const [, service, name] = ADDITION.exec(addition.trim()) ?? [];
    if (service === undefined || name === undefined) {
      throw new RangeError(
        `policyGuardAdditions: "${show(addition)}" is neither service:Action nor service:Prefix*. ` +
          'The service cannot hold a wildcard.',
      );
    }
    const key = [...services.keys()].find((known) => sameName(known, service)) ?? service.toLowerCase();
    const present = services.get(key) ?? { actions: [] };
    services.set(key, { ...present, actions: [...present.actions, name] });
  }
  return { ...rules, services: Object.fromEntries(services) };
}

/** The reason and the remedy, or undefined when the action is allowed. */
function refuse(
  action: string,
  resource: string,
  { services, nobodysBuckets }: GuardRules,
): Omit<GuardRefusal, 'action'> | undefined {
  const [, service, name] = ACTION.exec(action) ?? [];
  if (service === undefined || name === undefined) return malformed(action);

  const wanted = name.toLowerCase();
  const rules = Object.entries(services).flatMap(([known, rule]) => (sameName(known, service) ? [rule] : []));
  if (rules.some((rule) => permits(rule, wanted, resource))) {
    const nobodys = sameName(service, 's3') ? nobodysBucket(resource, nobodysBuckets) : undefined;
    const isMeant = nobodys !== undefined && (nobodys.holdsSecrets || !isReading(wanted));
    return isMeant ? ofNobody(action, nobodys) : undefined;
  }

  const remedy = allowByName(service, name);
  const shown = `"${show(action)}"`;
  if (rules.length === 0) {
    return { reason: `${shown} is of a service that no OpenShift release is known to use.`, remedy };
  }
  if (rules.some((rule) => covered(rule.onNamedBucket, wanted))) {
    return {
      reason: `${shown} is allowed on one named bucket only, and the resource does not name one.`,
      remedy: `Name the bucket in the resource, as in arn:aws:s3:::name/*, or do without. ${remedy}`,
    };
  }
  if (isPattern(name)) {
    return { reason: `${shown} can match ${service} actions that the guard does not allow.`, remedy };
  }
  if (rules.some((rule) => rule.sensitiveReads?.some((read) => sameName(read, name)))) {
    return { reason: `${shown} reads secrets or contents, not just metadata.`, remedy };
  }
  const risk = rules.flatMap(({ risks = {} }) =>
    Object.entries(risks).flatMap(([known, what]) => (sameName(known, name) ? [what] : [])),
  )[0];
  if (risk !== undefined) return { reason: `${shown} is not allowed unasked: ${risk}`, remedy };
  return {
    reason: `${shown} is not among the ${service} actions that OpenShift releases are known to ask for.`,
    remedy,
  };
}

function malformed(action: string): Omit<GuardRefusal, 'action'> {
  const shown = `"${show(action)}"`;
  const [service = ''] = action.split(':', 1);
  return isPattern(service)
    ? {
        reason: `${shown} has a wildcard in place of the service, which reaches every service, IAM included.`,
        remedy: allowByName('service', '*'),
      }
    : {
        reason: `${shown} is not an action of the form service:Name in ASCII letters and digits.`,
        remedy: `Correct the spelling; blanks are not allowed either. ${allowByName('service', '*')}`,
      };
}

function ofNobody(action: string, { name, what }: NobodysBuckets): Omit<GuardRefusal, 'action'> {
  return {
    reason: `"${show(action)}" is on a resource that can be ${name}, ${what}: no component of a cluster has any business there.`,
    remedy: 'Name the bucket of the component in the resource; no setting of the deployment allows this.',
  };
}

/** A pattern is never offered as an addition: the operator is to think of the actions it stands for. */
function allowByName(service: string, name: string): string {
  return isPattern(name)
    ? `Ask for the actions by name; one that the guard does not know can be allowed when deploying: ${OPTION}=${service}:Action`
    : `Remove it from the request or, if the cluster needs it, allow it when deploying: ${OPTION}=${service}:${name}`;
}

/** Whether every action that `name` can match is allowed; `name` is in lower case. */
function permits(rules: ServiceRules, name: string, resource: string): boolean {
  if (covered(rules.actions, name)) return true;
  if (covered(rules.onNamedBucket, name) && NAMED_BUCKET.test(resource)) return true;
  if (rules.readOnly !== true || !isReading(name)) return false;
  return !(rules.sensitiveReads ?? []).some((read) => {
    const withheld = read.toLowerCase();
    if (covered(rules.actions, withheld)) return false;
    return isPattern(name) ? withheld.startsWith(beginning(name)) : withheld === name;
  });
}

/** Whether one of the allowed names, or patterns with a `*` at the end, covers all of what `name` can match. */
function covered(allowed: readonly string[] | undefined, name: string): boolean {
  return (allowed ?? []).some((entry) => {
    const known = entry.toLowerCase();
    return known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name;
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
