import { memoize } from '../util/memoize.ts';
import table from './api-operations.json' with { type: 'json' };
import data from './iam-actions.json' with { type: 'json' };

/** Why a name is none that IAM knows, and what to write instead where that is known. */
export interface NotAnAction {
  readonly because: string;
  /** Actions in full, at least one; undefined where nothing is known. */
  readonly instead?: readonly string[];
}

type Operations = Readonly<Record<string, readonly string[]>>;

const OPERATIONS = byLowerCase<Operations>(table.operations);
const SERVICES = byLowerCase(data.services);
const OTHER_NAMES = byLowerCase(table.services);
const namesOf = memoize((service) => (SERVICES.get(service) ?? '').toLowerCase().split(' '));
const setOf = memoize((service) => new Set(namesOf(service)));

/**
 * What is wrong with an action by name, as far as IAM's own list says; undefined for one that is there, and where the list
 * has no names of its service. IAM takes any name into a policy, and one that does not exist gives nothing. The
 * operations of an API have other names than the actions that they need in S3 above all
 * (using-with-s3-policy-actions.html); the list is that of the Service Authorization Reference.
 */
export function notAnAction(service: string, name: string): NotAnAction | undefined {
  const key = service.toLowerCase();
  const known = SERVICES.get(key);
  if (known === undefined) {
    const other = OTHER_NAMES.get(key);
    const because = `IAM had no service ${service} on ${data.published}`;
    return other === undefined
      ? { because }
      : { because: `what is ${service} elsewhere is ${other} in IAM`, instead: [`${other}:${name}`] };
  }
  const operations = OPERATIONS.get(key) ?? {};
  const isPattern = /[*?]/.test(name);
  const beginning = (/^[^*?]*/.exec(name)?.[0] ?? '').toLowerCase();
  const isMeant = (each: string) => (isPattern ? each.startsWith(beginning) : each === beginning);
  // What a pattern begins with is enough to say that it stands for nothing.
  if (known === '' || (isPattern ? namesOf(key).some(isMeant) : setOf(key).has(beginning))) return undefined;
  const meant = Object.keys(operations).filter((each) => isMeant(each.toLowerCase()));
  if (meant.length === 0) return { because: `IAM had no such action of ${service} on ${data.published}` };
  return {
    because: `${meant.join(', ')} ${meant.length === 1 ? 'is an operation' : 'are operations'} of the API`,
    instead: [...new Set(meant.flatMap((each) => operations[each] ?? []))].map((each) => `${key}:${each}`),
  };
}

/** IAM compares names without regard to case. */
function byLowerCase<Value>(entries: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(entries).map(([name, value]) => [name.toLowerCase(), value]));
}
