/** A block of shell commands in a page. */
export interface CommandBlock {
  /** The line of the page on which it begins. */
  readonly line: number;
  readonly commands: string;
  /** Who runs it, or why nobody does, as the comment before it says. */
  readonly note: string | undefined;
}

const BLOCK = /(?:<!-- ((?:run by|not run:) [^>]+?) -->\n)?^```sh\n(.*?)^```/gms;

/** The blocks of shell commands of a page in Markdown, in order. */
export function commandBlocks(markdown: string): readonly CommandBlock[] {
  return [...markdown.matchAll(BLOCK)].map(({ index, 1: note, 2: commands = '' }) => ({
    line: markdown.slice(0, index).split('\n').length,
    commands,
    note,
  }));
}
