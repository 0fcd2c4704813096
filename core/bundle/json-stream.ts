/** One value of a JSON text, and where it begins, counted from 0. */
export interface JsonPart {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The values of a JSON text: usually one, but `jq` and `oc get … -o json` in a loop write several, one after the other, which
 * kubectl takes as so many documents. Text that is no value comes as a part of its own, for the reader to refuse. A tab
 * between values is a space, as YAML, which reads them, has no tabs there.
 */
export function jsonParts(text: string): JsonPart[] {
  const parts: JsonPart[] = [];
  let [line, lineStart, start, depth] = [0, 0, -1, 0];
  let isInText = false;
  let at = { line: 0, column: 0 };
  const end = (index: number) => {
    if (start !== -1) parts.push({ text: withoutTabs(text.slice(start, index)), ...at });
    start = -1;
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (isInText) {
      if (character === '\\') index += 1;
      else if (character === '"') isInText = false;
    } else {
      const isBlank = /\s/.test(character);
      if (depth === 0 && (isBlank || character === '{' || character === '[')) end(index);
      if (!isBlank && start === -1) {
        start = index;
        at = { line, column: index - lineStart };
      }
      if (character === '"') isInText = true;
      else if (character === '{' || character === '[') depth += 1;
      else if ((character === '}' || character === ']') && depth > 0) {
        depth -= 1;
        if (depth === 0) end(index + 1);
      }
    }
    if (character === '\n') {
      line += 1;
      lineStart = index + 1;
    }
  }
  end(text.length);
  return parts;
}

/** Tabs outside of texts; JSON allows none within. */
function withoutTabs(text: string): string {
  return text.replaceAll('\t', ' ');
}
