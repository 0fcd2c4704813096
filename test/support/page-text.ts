/** Reads a page as tests do: by patterns, which its own way of writing is regular enough for. */

/** The tags of a page in order, with the names of their attributes and not their values. */
export function outline(page: string): string[] {
  const { body } = split(page);
  return [...body.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

/** The style sheet and the script, which are the same on every page, and everything else. */
export function split(page: string): {
  readonly style: string;
  readonly script: string;
  readonly body: string;
} {
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
  const [whole = '', script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  return { style, script, body: page.replace(style, '').replace(whole, '') };
}

/** The text between two tags, as a reader sees it. */
export function text(markup: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? '');
}

export const all = (page: string, pattern: RegExp) =>
  [...page.matchAll(pattern)].map(([, group = '']) => group);
export const ids = (page: string) => all(page, / id="([^"]*)"/g);
export const links = (page: string) => all(page, /<a [^>]*href="([^"]*)"/g);
export const section = (page: string, id: string) =>
  all(page, new RegExp(`<section[^>]* aria-labelledby="${id}">(.*?)</section>`, 'gs'))[0] ?? '';
