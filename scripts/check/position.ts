import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';

/** Files are read for a line only where that takes no time. */
const MAX_CHARACTERS = 1_000_000;

/**
 * The line of a field, such as `spec.statements[0].action`, or of the deepest part of it that is there; counted from 1, as
 * documents are. Undefined where the text has no such document, or the document is a list of others.
 */
export function lineOf(text: string, document: number, field: string | undefined): number | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    schema: 'core',
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const root = Array.isArray(documents) ? documents[document - 1]?.contents : undefined;
  if (!isCollection(root)) return undefined;
  const parts = (field ?? '').split(/[.[\]]+/).filter((part) => part !== '');
  const offset = offsetOf(root, parts);
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function offsetOf(root: Node, parts: readonly string[]): number | undefined {
  let at: Node = root;
  let offset: number | undefined = parts.length === 0 ? root.range?.[0] : undefined;
  for (const part of parts) {
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      if (!isCollection(pair.value)) break;
      at = pair.value;
    } else if (isSeq(at)) {
      const item: unknown = at.items[Number(part)];
      if (!isCollection(item)) break;
      offset = item.range?.[0] ?? offset;
      at = item;
    } else break;
  }
  return offset;
}
