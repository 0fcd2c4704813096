/** A text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same, without quotes where none are needed. */
export function word(text: string): string {
  return /^[\w/:.,@=+-]+$/.test(text) ? text : quoted(text);
}
