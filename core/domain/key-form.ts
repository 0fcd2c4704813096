import { stripEnding } from './bundle-endings.ts';

/** The parts of a form's text, by name: of `upgrade/<cluster>/<release>` they are `cluster` and `release`. */
type PartsOf<Form extends string> = Form extends `${string}<${infer Part}>${infer Rest}`
  ? Part | PartsOf<Rest>
  : never;

/** One form of the keys that bundles are uploaded under. */
export interface KeyForm<Part extends string = string> {
  /** As people are told it: `upgrade/<cluster>/<release>`, to which the bundle's ending is added. */
  readonly text: string;
  readonly parts: readonly Part[];
  /** What a key of this form says; undefined for a key of another form. A part may be empty, and holds no slash. */
  parse(key: string): Readonly<Record<Part, string>> | undefined;
  /** The key that says this. */
  format(parts: Readonly<Record<Part, string>>, ending: string): string;
}

/** Makes parse and format of one text, so that they cannot differ. */
export function keyForm<const Form extends string>(text: Form): KeyForm<PartsOf<Form>> {
  type Part = PartsOf<Form>;
  const segments = text
    .split('/')
    .map((segment) => ({ segment, part: /^<(.+)>$/.exec(segment)?.[1] as Part | undefined }));
  return {
    text,
    parts: segments.flatMap(({ part }) => part ?? []),
    parse(key) {
      const given = key.split('/');
      if (given.length !== segments.length) return undefined;
      given.push(stripEnding(given.pop() ?? ''));
      const isOfForm = segments.every(
        ({ segment, part }, index) => part !== undefined || given[index] === segment,
      );
      if (!isOfForm) return undefined;
      const named = segments.flatMap(({ part }, index) => (part === undefined ? [] : [[part, given[index]]]));
      return Object.fromEntries(named) as Record<Part, string>;
    },
    format: (parts, ending) =>
      segments.map(({ segment, part }) => (part === undefined ? segment : parts[part])).join('/') + ending,
  };
}
