import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import { withLineFeeds, withoutMarks } from '../../core/bundle/text-of.ts';

/** Files are read for a line only where that takes no time. */
const MAX_CHARACTERS = 1_000_000;

/** The line of a field in a document of a file. */
export type LineOf = (document: number, field: string | undefined) => number | undefined;

/**
 * Finds lines in a text: of a field, such as `spec.statements[0].action`, or of the deepest part of it that is there; counted
 * from 1, as documents are. Undefined where the text has no such document.
 */
export function linesOf(text: string): LineOf {
  const lines = new LineCounter();
  const documents = parsed(withoutMarks(withLineFeeds(text)), lines);
  return (document, field) => {
    const root = documents[document - 1]?.contents;
    if (!isCollection(root)) return undefined;
    const offset = offsetOf(
      root,
      (field ?? '').split(/[.[\]]+/).filter((part) => part !== ''),
    );
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
}

function parsed(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  if (text.length > MAX_CHARACTERS) return [];
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      schema: 'core',
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    return Array.isArray(documents) ? documents : [];
  } catch {
    // Of a file that is nested deeper than the stack is, the pipeline says so; a line is no more than a help.
    return [];
  }
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
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      if (!isCollection(item)) break;
      at = item;
    } else break;
  }
  return offset;
}
