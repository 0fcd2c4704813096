import * as z from 'zod';
import { isMapping, mapping } from '../field-reader.ts';
import { isOver, READERS } from './object-facts.ts';
import { isWholeSecret } from './secret-facts.ts';
import { FACTS, type Facts, type FactsName, type Reading } from './snapshot.ts';

/** Of one kind; a cluster has at most some 10,000 of any of them that counts here. */
const MOST = 200_000;

/** Objects of which there is one, by its name. */
const SINGLE: Partial<Record<FactsName, string>> = {
  clusterversion: 'version',
  authentication: 'cluster',
  cloudcredential: 'cluster',
};

const reducedSchema = z.strictObject({
  reduced: z.string(),
  items: z.array(z.unknown()).max(MOST),
  incomplete: z.string().max(500).exactOptional(),
});

/**
 * Reads what `oc get … -o json` printed, or what `reducedText` made of it. Anything may stand there: what cannot be
 * told is unknown, an object that cannot be read makes its list incomplete. No text of the input is repeated.
 */
export function readFacts<Name extends FactsName>(name: Name, text: string): Reading<Name> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { unknown: `${name}.json is not JSON.` };
  }
  if (!isMapping(value)) return { unknown: `${name}.json is no object of the API.` };
  if ('reduced' in value) return readReduced(name, value);
  const single = SINGLE[name];
  const raw = objectsOf(value, single !== undefined || !('items' in value));
  if (raw === undefined) return { unknown: `${name}.json is not a list of the API.` };
  if (raw.length > MOST) return { unknown: `${name}.json has more than ${MOST} objects.` };
  const wanted = raw.filter(isMapping).filter((object) => name !== 'pods' || !isOver(object));
  const nobody = raw.filter((object) => !isMapping(object));
  const counted =
    single === undefined ? wanted : wanted.filter(({ metadata }) => mapping(metadata)['name'] === single);
  const facts = counted.map((object) => FACTS[name].safeParse(READERS[name](object)));
  return settled(
    name,
    facts,
    nobody.length,
    hasMore(value) ? `${name}.json is one page of a longer list.` : undefined,
  );
}

function readReduced<Name extends FactsName>(name: Name, value: unknown): Reading<Name> {
  const { success, data } = reducedSchema.safeParse(value);
  if (!success || data.reduced !== name)
    return { unknown: `${name}.json is not what was reduced from ${name}.` };
  return settled(
    name,
    data.items.map((item) => FACTS[name].safeParse(item)),
    0,
    data.incomplete,
  );
}

function settled<Name extends FactsName>(
  name: Name,
  results: readonly z.ZodSafeParseResult<unknown>[],
  strangers: number,
  incomplete: string | undefined,
): Reading<Name> {
  const items = results.flatMap(({ data, success }) => (success ? [data as Facts<Name>] : []));
  const unread = results.length - items.length + strangers;
  if (SINGLE[name] !== undefined && (items.length !== 1 || unread > 0))
    return { unknown: `${name}.json does not say it in a form that is known.` };
  const reason = unread === 0 ? incomplete : `${unread} of the objects of ${name}.json cannot be read.`;
  return { items, ...(reason === undefined ? {} : { incomplete: reason }) };
}

function objectsOf(
  value: Readonly<Record<string, unknown>>,
  mayBeSingle: boolean,
): readonly unknown[] | undefined {
  const { items, kind } = value;
  if (Array.isArray(items)) return items;
  return mayBeSingle && typeof kind === 'string' && !kind.endsWith('List') && !('items' in value)
    ? [value]
    : undefined;
}

/** The API says that it gave only a part. `oc get` asks on by itself, other tools do not. */
function hasMore({ metadata }: Readonly<Record<string, unknown>>): boolean {
  const { continue: next, remainingItemCount } = mapping(metadata);
  return (typeof next === 'string' && next !== '') || remainingItemCount !== undefined;
}

/** What may touch a disk, of the same text: for a directory. */
export function reducedText(name: FactsName, text: string): string | undefined {
  const reading = readFacts(name, text);
  return 'unknown' in reading ? undefined : `${JSON.stringify({ reduced: name, ...reading }, null, 1)}\n`;
}

/** Whether a text has whole Secrets in it, which should not be on a disk. */
export function holdsWholeSecrets(text: string): boolean {
  try {
    const value = mapping(JSON.parse(text));
    return (Array.isArray(value['items']) ? value['items'] : [value]).some(isWholeSecret);
  } catch {
    return false;
  }
}
