import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import type { Problem } from '../domain/problem.ts';
import { jsonParts } from './json-stream.ts';
import {
  MAX_DOCUMENTS,
  MAX_DOCUMENTS_PER_FILE,
  MAX_YAML_DEPTH,
  MAX_YAML_TOKENS_PER_DOCUMENT,
} from './limits.ts';
import { mayBeRead, mayBeReadIn } from './mentions.ts';
import { BEGINNING, type Place, placeIn } from './place-in.ts';
import { notText, textOf, withLineFeeds, withoutMarks } from './text-of.ts';
import { remedyOfMalformed } from './yaml-remedy.ts';
import { type PlainValue, toPlainValue, type YamlBudget, YamlFault, yamlBudget } from './yaml-value.ts';

/** One document of a YAML file. */
export interface YamlDocument {
  /** Path of the file, as it was given. */
  readonly file: string;
  /** Position in the file, counted from 1; empty documents count too. */
  readonly document: number;
  /** Plain data as `JSON.parse` would give it; `null` for an empty document. */
  readonly value: unknown;
  /** See `PlainValue`; where there are any. */
  readonly rewritten?: PlainValue['rewritten'];
}

/** What a YAML file holds. */
export interface YamlReading {
  readonly documents: YamlDocument[];
  readonly problems: Problem[];
  /** Those of documents that hold nothing which is read, so that they need not matter. */
  readonly idle: ReadonlySet<Problem>;
}

/**
 * YAML 1.2's core schema even under a `%YAML 1.1` line, so that `on`, `yes` and dates stay strings as they
 * are in every CredentialsRequest; no tag makes anything else than JSON has. Errors keep no source text.
 */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  resolveKnownTags: false,
  prettyErrors: false,
  uniqueKeys: false, // quadratic; toPlainValue does it
  logLevel: 'silent',
} as const;

/** The library's error codes in words; its own messages quote the text, which may hold a secret. */
const REASONS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a * or & that is not in quotes names no anchor',
  BAD_INDENT: 'the indentation does not fit',
  BLOCK_AS_IMPLICIT_KEY: 'a map or sequence starts where only a value may stand',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over more than one line',
  TAB_AS_INDENT: 'a tab is used for indentation',
  TAG_RESOLVE_FAILED: 'a tag is not allowed or does not fit its value',
  BAD_COLLECTION_TYPE: 'a tag is not allowed or does not fit its value',
  UNEXPECTED_TOKEN: 'something stands where it must not',
};

/** Warnings that are errors here: the library takes a tagged value it does not know as if it had no tag. */
const TAG_WARNINGS = new Set(['TAG_RESOLVE_FAILED', 'BAD_COLLECTION_TYPE']);

/**
 * Reads all documents of a YAML file. `path` is only used in results. Documents that are fine are returned
 * even if others are not; the first problem of each bad document is reported, with line and column but
 * without a word of the file's text: it may hold pull secrets and keys. Never throws.
 *
 * Problems are `YamlMalformed` (also for bytes that are not UTF-8, tags, duplicate keys) and `YamlTooComplex`
 * (limits.ts), after which reading stops; so it does after as many problems as anybody is told. Pass one `budget` for all files of a bundle.
 */
export function readYamlDocuments(
  path: string,
  bytes: Uint8Array,
  budget: YamlBudget = yamlBudget(),
): YamlReading {
  const text = textOf(bytes);
  if (text === undefined) {
    const problem = notText(path, bytes);
    const idle = mayBeReadIn(bytes) ? [] : [problem];
    return { documents: [], problems: [problem], idle: new Set(idle) };
  }
  // Nobody is told of what comes after the budget.
  const begun = isSpent(budget) ? text : withoutMarks(withLineFeeds(text));
  return withoutStackTraces(() => readText(path, begun, budget));
}

/**
 * Reads a JSON file like a YAML one, with the same limits; of several values one after the other each is a document. A file in
 * which nothing is mentioned that is read has none: installers and tools leave many that are not for us.
 */
export function readJsonDocuments(
  path: string,
  bytes: Uint8Array,
  budget: YamlBudget = yamlBudget(),
): YamlReading {
  const reading = { documents: [] as YamlDocument[], problems: [] as Problem[], idle: new Set<Problem>() };
  if (!mayBeReadIn(bytes)) return reading;
  const text = textOf(bytes);
  if (text === undefined) return { ...reading, problems: [notText(path, bytes)] };
  let document = 0;
  for (const part of jsonParts(text)) {
    document += 1;
    const tooMany = document > MAX_DOCUMENTS_PER_FILE;
    const found = tooMany
      ? { documents: [], problems: [tooManyValues(path, document)], idle: new Set() }
      : withoutStackTraces(() => readText(path, part.text, budget, part));
    for (const each of found.documents) reading.documents.push({ ...each, document });
    for (const problem of found.problems) {
      const told = { ...problem, document };
      reading.problems.push(told);
      if (found.idle.has(problem)) reading.idle.add(told);
    }
    if (tooMany || isSpent(budget)) break;
  }
  return reading;
}

/** @param from Where the text begins in its file, counted from 0. */
function readText(path: string, text: string, budget: YamlBudget, from: Place = BEGINNING): YamlReading {
  const documents: YamlDocument[] = [];
  const problems: Problem[] = [];
  const idle = new Set<Problem>();
  const reading = { documents, problems, idle };
  let document = 0;
  if (isSpent(budget)) return reading;
  for (const composed of composeAll(text, budget)) {
    document += 1;
    budget.documents -= 1;
    const result =
      document > MAX_DOCUMENTS_PER_FILE || budget.documents < 0
        ? tooManyDocuments(composed, document)
        : plainValueOf(composed, budget);
    if (!(result instanceof YamlFault)) {
      const { value, rewritten } = result;
      const hasAny = Object.keys(rewritten).length > 0;
      documents.push({ file: path, document, value, ...(hasAny ? { rewritten } : {}) });
      continue;
    }
    const own = result.code === 'YamlMalformed' ? textOfDocument(composed, text) : undefined;
    const isIdle = own !== undefined && !mayBeRead(own);
    // Those of no interest are no reason to stop: what comes after them may be a request.
    if (isIdle) budget.idle -= 1;
    else budget.problems -= 1;
    const place = isIdle && budget.idle < 0 ? undefined : placeIn(text, result.offset, from);
    const problem = problemOf(result, path, document, place, own);
    problems.push(problem);
    if (isIdle) idle.add(problem);
    else if (result.code === 'YamlTooComplex' || budget.problems <= 0) break;
  }
  return reading;
}

/** Whether a budget was overdrawn, which is a problem that was told. One that was used up to its end has nothing to tell yet. */
function isSpent({ problems, documents, tokens }: YamlBudget): boolean {
  return problems <= 0 || documents < 0 || tokens < 0;
}

/**
 * The text that a broken document takes up; all of the file where that is not known. The library's range ends at what is
 * broken, and a document at the next mark of one.
 */
function textOfDocument(composed: Document.Parsed | YamlFault, text: string): string {
  if (composed instanceof YamlFault) return text;
  const [start, , end] = composed.range;
  MARK.lastIndex = end;
  return text.slice(start, MARK.exec(text)?.index);
}

const MARK = /^(---|\.\.\.)/gm;

/**
 * Parses and composes document by document; what cannot be composed comes as a fault in its place. Depth and
 * tokens are checked between tokens, because the composer recurses and holds a document as a whole. The
 * parser itself keeps a stack, whose length is the depth: the document, its collections and a scalar.
 */
function* composeAll(text: string, budget: YamlBudget): Generator<Document.Parsed | YamlFault> {
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  let tokens = 0;
  let fault: YamlFault | undefined;
  try {
    for (const lexeme of new Lexer().lex(text)) {
      tokens += 1;
      budget.tokens -= 1;
      for (const token of parser.next(lexeme)) {
        if (token.type === 'document') tokens = 0;
        yield* composer.next(token);
      }
      fault = checkLimits(parser, tokens, budget);
      if (fault !== undefined) break;
    }
    if (fault === undefined) for (const token of parser.end()) yield* composer.next(token);
    yield* composer.end();
    fault ??= faultOf(composer.streamInfo().errors);
  } catch {
    fault = new YamlFault('YamlMalformed', 'it cannot be read', parser.offset); // no such case is known
  }
  if (fault !== undefined) yield fault;
}

function checkLimits(parser: Parser, tokens: number, budget: YamlBudget): YamlFault | undefined {
  const tooComplex = (message: string) => new YamlFault('YamlTooComplex', message, parser.offset);
  if (parser.stack.length > MAX_YAML_DEPTH + 2)
    return tooComplex(`there are more than ${MAX_YAML_DEPTH} levels`);
  if (tokens > MAX_YAML_TOKENS_PER_DOCUMENT) return tooComplex('the document is too large');
  if (budget.tokens < 0) return tooComplex('the YAML files of the bundle are too large');
  return undefined;
}

/** The plain value of a document, or the fault that it came as, was composed with or shows in conversion. */
function plainValueOf(composed: Document.Parsed | YamlFault, budget: YamlBudget): PlainValue | YamlFault {
  if (composed instanceof YamlFault) return composed;
  const tagWarnings = composed.warnings.filter(({ code }) => TAG_WARNINGS.has(code));
  const fault = faultOf(composed.errors) ?? faultOf(tagWarnings);
  if (fault !== undefined) return fault;
  try {
    return toPlainValue(composed, budget);
  } catch (error) {
    if (error instanceof YamlFault) return error;
    throw error;
  }
}

/** The first of the library's errors by position, in our words. */
function faultOf(errors: readonly YAMLError[]): YamlFault | undefined {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) return undefined;
  const reason = REASONS[first.code] ?? 'it is not well-formed YAML';
  return new YamlFault('YamlMalformed', `${reason} (${first.code})`, first.pos[0]);
}

function tooManyDocuments(composed: Document.Parsed | YamlFault, document: number): YamlFault {
  const offset = composed instanceof YamlFault ? composed.offset : composed.range[0];
  const message =
    document > MAX_DOCUMENTS_PER_FILE
      ? `the file has more than ${MAX_DOCUMENTS_PER_FILE} documents`
      : `the files of the bundle have more than ${MAX_DOCUMENTS} documents`;
  return new YamlFault('YamlTooComplex', message, offset);
}

function problemOf(
  fault: YamlFault,
  file: string,
  document: number,
  place: string | undefined,
  text = '',
): Problem {
  const remedies = {
    YamlMalformed: remedyOfMalformed(text),
    YamlTooComplex: 'Simplify the file or split it.',
  };
  const message =
    place === undefined ? `It is not YAML: ${fault.message}.` : `Line ${place}: ${fault.message}.`;
  return { code: fault.code, file, document, message, remedy: remedies[fault.code] };
}

function tooManyValues(file: string, document: number): Problem {
  return {
    code: 'YamlTooComplex',
    file,
    document,
    message: `The file has more than ${MAX_DOCUMENTS_PER_FILE} values.`,
    remedy: 'Split it.',
  };
}

/** A file of nothing but errors makes 500,000 of them; without stack traces that takes a seventh of the time. */
function withoutStackTraces<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
