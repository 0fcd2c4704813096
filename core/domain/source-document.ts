import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { defined } from '../util/defined.ts';
import { grouped } from '../util/grouped.ts';
import { isMapping } from './field-reader.ts';
import { fieldAt, type Problem } from './problem.ts';

export const sourceDocumentSchema = z.object({
  file: z.string(),
  document: z.int(),
  /** Where in the document it stands, when that is a List of others: `items[4]`. */
  field: z.string().exactOptional(),
  value: z.unknown(),
  /** Scalars, by their paths in it, of which Kubernetes makes another text than is written, with what is written. */
  rewritten: z.record(z.string(), z.string()).exactOptional(),
});

/** One parsed YAML document, or an item of one that is a List, and where it stands. */
export type SourceDocument = DeepReadonly<z.infer<typeof sourceDocumentSchema>>;

/** Of a bundle, those in Lists counted: the whole payload of a release has some thousand. */
const MAX_DOCUMENTS = 20_000;

const LIST_OF_REQUESTS = 'CredentialsRequestList';

/** The items of a List, or of a list of CredentialsRequests as the API has it; undefined for anything else. */
function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (!isMapping(value) || !Array.isArray(value['items'])) return undefined;
  if (value['kind'] === 'List') return value['items'];
  if (value['kind'] !== LIST_OF_REQUESTS) return undefined;
  // The API leaves these two out of the items, as the list says them for all.
  const { apiVersion } = value;
  return value['items'].map((item: unknown) =>
    isMapping(item) ? { apiVersion, kind: 'CredentialsRequest', ...item } : item,
  );
}

/**
 * `oc get credentialsrequests -o yaml` wraps its answer in a List, and what people put together may hold Lists in
 * Lists; their items count as documents.
 */
export function expandList({ rewritten, ...source }: SourceDocument): SourceDocument[] {
  const items = itemsOf(source.value);
  if (items === undefined) return [{ ...source, ...defined({ rewritten }) }];
  const ofItems = byItem(rewritten ?? {});
  return items.flatMap((item: unknown, index) => {
    const field = `items[${index}]`;
    const its = defined({ rewritten: ofItems.get(field) });
    return expandList({ ...source, ...fieldAt(source, field), value: item, ...its });
  });
}

/** What is rewritten in a List, by item, at its paths in that. */
function byItem(rewritten: NonNullable<SourceDocument['rewritten']>): Map<string, Record<string, string>> {
  const entries = Object.entries(rewritten).flatMap(([path, written]) => {
    const [, item, field] = /^(items\[\d+\])\.(.+)$/s.exec(path) ?? [];
    return item === undefined || field === undefined ? [] : [{ item, field, written }];
  });
  return new Map(
    grouped(entries, ({ item }) => item).map(([item, its]) => [
      item,
      Object.fromEntries(its.map(({ field, written }) => [field, written])),
    ]),
  );
}

/** The documents of a bundle, Lists taken apart; of too many none, and the problem. */
export function expandLists(sources: readonly SourceDocument[]): {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
} {
  const documents: SourceDocument[] = [];
  for (const source of sources) {
    if (documents.length + sizeOfList(source.value) > MAX_DOCUMENTS)
      return { documents: [], problems: [tooManyDocuments(source)] };
    for (const document of expandList(source)) documents.push(document);
  }
  return { documents, problems: [] };
}

/** How many documents a value is. */
function sizeOfList(value: unknown): number {
  if (!isMapping(value) || !Array.isArray(value['items'])) return 1;
  return itemsOf(value)?.reduce((sum: number, item: unknown) => sum + sizeOfList(item), 0) ?? 1;
}

function tooManyDocuments({ file }: SourceDocument): Problem {
  return {
    code: 'YamlTooComplex',
    file,
    message: `The bundle has more than ${MAX_DOCUMENTS} documents, those in Lists counted.`,
    remedy: 'Leave out what is not a CredentialsRequest, a FeatureGate or a cluster file.',
  };
}
