/** Names of the placeholders in a pattern; `{path+}`, which may hold slashes, is named `path`. */
type Placeholder<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}+` ? Plain : Name) | Placeholder<Rest>
  : never;

/** What fills the placeholders of a pattern. */
export type Filling<Pattern extends string> = Readonly<Record<Placeholder<Pattern>, string>>;

/** Nothing has to be said of a key that is always the same. */
export type FillingArguments<Pattern extends string> =
  Placeholder<Pattern> extends never ? [] : [filling: Filling<Pattern>];

/** Objects of one kind in a bucket: `clusters/{cluster}/lock`. */
export interface KeyPattern<Pattern extends string = string> {
  readonly pattern: Pattern;
  /** The key of one of them. */
  of(...filling: FillingArguments<Pattern>): string;
  /** What fills the placeholders in a key; undefined when it is none of these. */
  parse(key: string): Filling<Pattern> | undefined;
  /** All of them, as a policy names them; there `*` stands for any text, slashes too. */
  readonly grant: string;
}

/** All objects below a prefix that ends in a slash: `clusters/{cluster}/runs/`. */
export type FolderPattern<Pattern extends string = string> = Omit<KeyPattern<Pattern>, 'parse'>;

const PLACEHOLDER = /\{(\w+)(\+?)\}/g;

/** Makes a pattern of object keys. A placeholder stands for one segment of the key, or for several when it ends in `+`. */
export function keyPattern<Pattern extends string>(pattern: Pattern): KeyPattern<Pattern> {
  return {
    pattern,
    of: (filling: Filling<Pattern> = {} as Filling<Pattern>) =>
      pattern.replace(PLACEHOLDER, (_, name: string) => filling[name as Placeholder<Pattern>]),
    parse: (key) => {
      const groups = matcher(pattern).exec(key)?.groups;
      return groups && ({ ...groups } as Filling<Pattern>);
    },
    grant: pattern.replace(PLACEHOLDER, '*'),
  };
}

function matcher(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+*?^$()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${escaped.replace(/\{(\w+)(\\\+)?\}/g, (_, name: string, many?: string) => `(?<${name}>${many === undefined ? '[^/]+' : '.+'})`)}$`,
  );
}

/** Makes a pattern of folders. */
export function folderPattern<Pattern extends `${string}/`>(pattern: Pattern): FolderPattern<Pattern> {
  const { of, grant } = keyPattern(pattern);
  return { pattern, of, grant: `${grant}*` };
}
