export interface Place {
  readonly line: number;
  readonly column: number;
}

export const BEGINNING: Place = { line: 0, column: 0 };

export function placeIn(text: string, offset: number, from: Place): string {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  const column = offset - start + 1 + (line === 1 ? from.column : 0);
  return `${from.line + line}, column ${column}`;
}
