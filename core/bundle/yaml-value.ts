import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { isYamlText } from '../domain/yaml-text.ts';
import {
  MAX_DOCUMENTS,
  MAX_PROBLEMS,
  MAX_YAML_ALIASED_SIZE,
  MAX_YAML_ALIASES,
  MAX_YAML_DEPTH,
  MAX_YAML_PLACES,
  MAX_YAML_TOKENS,
} from './limits.ts';

/**
 * What reading YAML may still cost; it shrinks with every file it is passed to, so that the files of one
 * bundle together stay in bounds.
 */
export interface YamlBudget {
  /** Lexical tokens. */
  tokens: number;
  /** Nodes plus characters that aliases copy. */
  aliasedSize: number;
  /** Characters of the paths in `rewritten`. */
  places: number;
  /** Documents, empty ones too. */
  documents: number;
  /** Problems that are told; each takes as long as the text before it. */
  problems: number;
  /** Broken documents of no interest whose place is looked for. */
  idle: number;
}

/** A fresh budget, for one bundle. */
export function yamlBudget(): YamlBudget {
  return {
    tokens: MAX_YAML_TOKENS,
    aliasedSize: MAX_YAML_ALIASED_SIZE,
    places: MAX_YAML_PLACES,
    documents: MAX_DOCUMENTS,
    problems: MAX_PROBLEMS,
    idle: MAX_PROBLEMS,
  };
}

/** Why a document is refused, and where. `message` is made of our own words only, never of the document's. */
export class YamlFault extends Error {
  readonly code: 'YamlMalformed' | 'YamlTooComplex';
  /** Position in the text of the file, in UTF-16 units. */
  readonly offset: number;
  constructor(code: 'YamlMalformed' | 'YamlTooComplex', message: string, offset: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/**
 * Turns a document that composed without errors into plain JavaScript data: objects, arrays, strings,
 * numbers, booleans and null, as a tree without shared parts. Takes the place of `Document.toJS`, which
 * shares aliased parts (a small file may then be a huge JSON text) and looks for duplicate keys in quadratic
 * time. Keys and merge keys follow sigs.k8s.io/yaml: scalars become strings, `<<` yields to explicit keys.
 *
 * Throws `YamlFault` for duplicate keys, keys that are not scalars, `__proto__`, unknown aliases, and for
 * more levels, aliases, copies or places than allowed.
 */
export function toPlainValue(document: Document.Parsed, budget: YamlBudget): PlainValue {
  const converter = new Converter(budget);
  const value = converter.convert(document.contents, 1);
  return {
    value,
    rewritten: Object.fromEntries(
      converter.rewritten.map(({ path, written }) => [textOfPath(path), written]),
    ),
  };
}

export interface PlainValue {
  readonly value: unknown;
  /**
   * Scalars, by their paths (`a.b[2].c`), that a Go program which wants text makes another text of than was written, with what
   * was written: `4.20` becomes 4.2 there, `0123` 83, `yes` true.
   */
  readonly rewritten: Readonly<Record<string, string>>;
}

interface Rewritten {
  readonly path: readonly (string | number)[];
  readonly written: string;
}

type PlainMap = Record<string, unknown>;

class Converter {
  readonly #budget: YamlBudget;
  /** The latest node of each anchor so far. */
  readonly #anchors = new Map<string, Node>();
  /** What each alias stands for, kept because an anchor may be set anew before the alias is copied. */
  readonly #targets = new Map<Alias, Node>();
  rewritten: Rewritten[] = [];
  readonly #path: (string | number)[] = [];
  #aliases = 0;
  /** Over 0 while a copy is made for an alias. */
  #copying = 0;

  constructor(budget: YamlBudget) {
    this.#budget = budget;
  }

  convert(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    if (this.#copying > 0) this.#charge(node, 1);
    if (isAlias(node)) return this.#expand(node, (target) => this.convert(target, depth));
    const value = this.#convertContent(node, depth);
    // Set after the content, so that a part cannot refer to the whole it is in.
    if (this.#copying === 0 && 'anchor' in node && node.anchor) this.#anchors.set(node.anchor, node);
    return value;
  }

  #convertContent(node: Node, depth: number): unknown {
    if (!isScalar(node) && depth > MAX_YAML_DEPTH) {
      throw tooComplex(node, `there are more than ${MAX_YAML_DEPTH} levels`);
    }
    if (isSeq(node))
      return node.items.map((item, index) => this.#below(index, () => this.convert(item as Node, depth + 1)));
    if (isMap(node)) return this.#convertMap(node, depth);
    const value = isScalar(node) ? node.value : undefined;
    if (isScalar(node) && isRewritten(node)) this.#tell(node);
    if (typeof value === 'string') {
      if (this.#copying > 0) this.#charge(node, value.length);
      return value;
    }
    if (typeof value === 'number') return isScalar(node) && losesDigits(node.source, value) ? NaN : value;
    if (value === null || typeof value === 'boolean') return value;
    throw malformed(node, 'a value has a type that is not allowed');
  }

  #convertMap(map: YAMLMap, depth: number): PlainMap {
    const explicit = new Map<string, unknown>();
    let merged: PlainMap | undefined;
    let ofMerged: readonly Rewritten[] = [];
    for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
      if (isMergeKey(key)) {
        if (merged !== undefined) throw malformed(key, 'a map has two merge keys');
        const { value: found, told } = this.#aside(() => this.#merge(value ?? key, depth));
        [merged, ofMerged] = [found, told];
        continue;
      }
      const name = this.#keyName(key, depth);
      if (explicit.has(name)) throw malformed(key, 'a map has the same key twice');
      explicit.set(
        name,
        this.#below(name, () => this.convert(value, depth + 1)),
      );
    }
    // An explicit key hides what is merged below it.
    for (const each of ofMerged)
      if (!explicit.has(String(each.path[this.#path.length]))) this.rewritten.push(each);
    return { ...merged, ...Object.fromEntries(explicit) };
  }

  /** What comes of a conversion, and what it has to tell of rewritten scalars, which is not told yet. */
  #aside<T>(convert: () => T): { readonly value: T; readonly told: readonly Rewritten[] } {
    const before = this.rewritten;
    this.rewritten = [];
    const value = convert();
    const told = this.rewritten;
    this.rewritten = before;
    return { value, told };
  }

  #below<T>(part: string | number, convert: () => T): T {
    this.#path.push(part);
    const value = convert();
    this.#path.pop();
    return value;
  }

  /** Keeps the place of a scalar that is another text to others, which is paid for before. */
  #tell(node: Scalar): void {
    this.#budget.places -= this.#path.reduce<number>((sum, part) => sum + String(part).length + 1, 0);
    if (this.#budget.places < 0)
      throw tooComplex(
        node,
        'more numbers and booleans than are allowed would be another text as they are written',
      );
    this.rewritten.push({ path: [...this.#path], written: node.source ?? '' });
  }

  #keyName(key: Node, depth: number): string {
    if (!isScalar(key) && !isAlias(key)) throw malformed(key, 'a key is not a scalar');
    const { value, told } = this.#aside(() => this.convert(key, depth + 1));
    const name = this.#nameOf(key, value);
    // Its value is at another place to others.
    for (const { written } of told) this.rewritten.push({ path: [...this.#path, name], written });
    return name;
  }

  #nameOf(key: Node, value: unknown): string {
    if (Number.isNaN(value) && isScalar(key) && key.source !== undefined) return key.source;
    // Own properties of that name are harmless here, and a trap for whoever copies them later.
    if (value === '__proto__') throw malformed(key, 'a key has a forbidden name');
    if (typeof value === 'object') throw malformed(key, 'a key is empty or not a scalar');
    return String(value);
  }

  /** The keys that a merge brings in; of several maps the first that has a key wins (yaml.org/type/merge.html). */
  #merge(source: Node, depth: number): PlainMap {
    if (isAlias(source)) return this.#expand(source, (target) => this.#merge(target, depth));
    if (isMap(source)) return this.convert(source, depth) as PlainMap;
    if (!isSeq(source)) throw malformed(source, 'a merge key has something else than maps');
    const maps = source.items.map((item) => this.#mergedMap(item as Node, depth));
    const merged = new Map(maps.toReversed().flatMap((map) => Object.entries(map)));
    return Object.fromEntries(merged);
  }

  #mergedMap(item: Node, depth: number): PlainMap {
    if (isAlias(item)) return this.#expand(item, (target) => this.#mergedMap(target, depth));
    if (isMap(item)) return this.convert(item, depth) as PlainMap;
    throw malformed(item, 'a merge key has something else than maps');
  }

  #expand<T>(alias: Alias, copy: (target: Node) => T): T {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source);
    if (target === undefined) throw malformed(alias, 'an alias refers to no anchor before it');
    this.#targets.set(alias, target);
    this.#aliases += 1;
    if (this.#aliases > MAX_YAML_ALIASES) {
      throw tooComplex(alias, `aliases are used more than ${MAX_YAML_ALIASES} times`);
    }
    this.#copying += 1;
    const value = copy(target);
    this.#copying -= 1;
    return value;
  }

  #charge(node: Node, size: number): void {
    this.#budget.aliasedSize -= size;
    if (this.#budget.aliasedSize < 0) throw tooComplex(node, 'aliases copy more than is allowed');
  }
}

/**
 * Whether a whole number would not come out as it was written: an account id loses the zero that it begins with, and a
 * long number its last digits. As NaN nobody can take it for what it is not.
 */
function losesDigits(source: string | undefined, value: number): boolean {
  return source !== undefined && /^[-+]?\d+$/.test(source) && String(value) !== source.replace('+', '');
}

/**
 * Whether a plain scalar is another text once it was read as a number or a boolean and written again, as sigs.k8s.io/yaml
 * does where a field wants text. It goes by YAML 1.1: octal numbers, underscores, `yes` and `off` are no text there.
 */
function isRewritten({ type, source, tag, value }: Scalar): boolean {
  if (type !== 'PLAIN' || source === undefined || value === null || tag !== undefined) return false;
  if (typeof value === 'boolean') return source !== String(value);
  if (typeof value === 'number') return !/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(source);
  return !isYamlText(source);
}

function textOfPath(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** Only the plain `<<` merges; in quotes it is a key like any other. */
function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function malformed(node: Node, message: string): YamlFault {
  return new YamlFault('YamlMalformed', message, node.range?.[0] ?? 0);
}

function tooComplex(node: Node, message: string): YamlFault {
  return new YamlFault('YamlTooComplex', message, node.range?.[0] ?? 0);
}
