/** A place that packages come from. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** A file of keys, where the source names one. */
  readonly keyring: string | undefined;
}

/** Reads sources of either format: one a line (`*.list`), or paragraphs of fields (`*.sources`). */
export function readAptSources(name: string, text: string): AptSource[] {
  return name.endsWith('.sources')
    ? text.split(/\n\s*\n/).flatMap(readParagraph)
    : text.split('\n').flatMap(readLine);
}

/** The source of a Debian release itself, not of its updates. */
export function mirrorOf(sources: readonly AptSource[], suite: string): AptSource | undefined {
  return sources.find(({ suites, components }) => suites.includes(suite) && components.includes('main'));
}

function readParagraph(paragraph: string): AptSource[] {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of paragraph.split('\n').filter((text) => !text.startsWith('#'))) {
    const [, name, value = ''] = /^([A-Za-z-]+):(.*)$/.exec(line) ?? [];
    if (name !== undefined) last = name.toLowerCase();
    if (last !== undefined)
      fields.set(last, `${fields.get(last) ?? ''} ${name === undefined ? line : value}`.trim());
  }
  const words = (name: string) => fields.get(name)?.split(/\s+/).filter(Boolean) ?? [];
  if (!words('types').includes('deb') || words('enabled')[0]?.toLowerCase() === 'no') return [];
  const [suites, components] = [words('suites'), words('components')];
  return words('uris').map((uri) => ({ uri, suites, components, keyring: asFile(words('signed-by')[0]) }));
}

function readLine(line: string): AptSource[] {
  const [, options = '', uri, suite, components = ''] =
    /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line.trim()) ?? [];
  if (uri === undefined || suite === undefined) return [];
  const keyring = asFile(/(?:^|\s)signed-by=(\S+)/.exec(options)?.[1]);
  return [{ uri, suites: [suite], components: components.split(/\s+/).filter(Boolean), keyring }];
}

/** A source may also have the key itself, or a fingerprint. */
function asFile(signedBy: string | undefined): string | undefined {
  return signedBy?.startsWith('/') ? signedBy.split(',')[0] : undefined;
}
