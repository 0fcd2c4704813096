/** A text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same, without quotes where none are needed. */
export function word(text: string): string {
  return /^[\w/:.@=+-]+$/.test(text) ? text : quoted(text);
}

/** Tags in the short form of the AWS CLI, one word each. */
export function tagList(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => quoted(`Key=${key},Value=${value}`))
    .join(' ');
}
