/** One value of a JSON text, and where it begins, counted from 0. */
export interface JsonPart {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const BYTE_ORDER_MARK = 0xfeff; // between files that were put one after the other

/**
 * The values of a JSON text: usually one, but `jq` and `oc get … -o json` in a loop write several, one after the other, which
 * kubectl takes as so many documents. Text that is no value comes as a part of its own, for the reader to refuse. A tab
 * between values is a space, as YAML, which reads them, has no tabs there. One walk over the text, however many there are.
 */
export function* jsonParts(text: string): Generator<JsonPart> {
  let [line, lineStart, start, depth] = [0, 0, -1, 0];
  let isInText = false;
  let place = { line: 0, column: 0 };
  // JSON allows no tab within a text.
  const part = (end: number): JsonPart => ({ text: text.slice(start, end).replaceAll('\t', ' '), ...place });
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isInText = false;
    } else {
      const isBlank =
        code === SPACE ||
        code === TAB ||
        code === LINE_FEED ||
        code === CARRIAGE_RETURN ||
        code === BYTE_ORDER_MARK;
      const opens = code === OPEN_MAP || code === OPEN_LIST;
      if (start !== -1 && depth === 0 && (isBlank || opens)) {
        yield part(index);
        start = -1;
      }
      if (!isBlank && start === -1) {
        start = index;
        place = { line, column: index - lineStart };
      }
      if (code === QUOTE) isInText = true;
      else if (opens) depth += 1;
      else if ((code === CLOSE_MAP || code === CLOSE_LIST) && depth > 0) {
        depth -= 1;
        if (depth === 0) {
          yield part(index + 1);
          start = -1;
        }
      }
    }
    if (code === LINE_FEED) {
      line += 1;
      lineStart = index + 1;
    }
  }
  if (start !== -1) yield part(text.length);
}
