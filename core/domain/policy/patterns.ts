/**
 * One piece of a pattern: a character (its code point), one of the wildcards below (negative numbers), or a policy
 * variable as it is written, whose value nobody knows here.
 */
export type Token = number | string;

/** `*`: any text, the empty one included. */
export const ANY_TEXT = -1;
/** `?`: one character. */
export const ANY_CHARACTER = -2;
/** `*` that does not reach over a colon. */
export const FIELD_TEXT = -3;
/** `?` that does not stand for a colon. */
export const FIELD_CHARACTER = -4;
export const COLON = 58;
const STAR = 42;
const QUESTION_MARK = 63;

/** What a comparison may still cost, in steps of a pattern by a character. Shared by all that one comparison does. */
export interface Budget {
  left: number;
}

/** Text with wildcards, as an action, a resource or a condition value is written. */
export interface Pattern {
  /** As it is written. */
  readonly text: string;
  /** The only text it stands for (actions in lower case); undefined when it has a wildcard or a variable. */
  readonly literal: string | undefined;
  /** Absent for a literal: most patterns are, and few of these are ever taken to pieces. */
  readonly tokens?: readonly Token[];
  /** The same, with wildcards that stop at a colon; only where that differs (see `Reach`). */
  readonly fieldTokens?: readonly Token[];
  /** Whether it holds a policy variable. */
  readonly variable: boolean;
  /** Whether case does not count. */
  readonly fold: boolean;
}

/**
 * How far a wildcard in one of the first five fields of an ARN reaches. IAM documents that a `*` at the end of a field
 * can match beyond the colon (reference_policies_elements_resource.html); whether another one can is left open, and
 * simulators compare field by field. So both readings are there.
 */
export type Reach = 'over-colons' | 'within-fields';

export const REACHES: readonly Reach[] = ['over-colons', 'within-fields'];

const WILDCARD = /[*?]/;
const PIECE = /\$\{([^}]*)\}?|[\s\S]/gu;
const ARN_COLONS = 5;
const MAX_LENGTH = 2_048;

const ACTION = /^(\*+|[A-Za-z0-9*?-]+:[\w.*?-]+)$/;

/** An action, or undefined when the text is not one. Case does not count. */
export function actionPattern(text: string): Pattern | undefined {
  if (text.length > MAX_LENGTH || !ACTION.test(text)) return undefined;
  const lower = text.toLowerCase();
  if (!WILDCARD.test(lower)) return { text, literal: lower, variable: false, fold: false };
  // `*` is every action of every service; there is no action without a service.
  const tokens = withinFields(tidy(wildcards(lower.includes(':') ? lower : '*:*')), 1);
  return { text, literal: undefined, tokens, variable: false, fold: false };
}

/**
 * A resource, or undefined when the text is too long for one. An ARN of fewer than six fields is completed with
 * `*`, as IAM does (reference-arns.html). `variables` says whether the policy's version knows policy variables.
 */
export function resourcePattern(text: string, variables: boolean): Pattern | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const arn = text.startsWith('arn:');
  if (!WILDCARD.test(text) && !(variables && text.includes('${'))) {
    const missing = arn ? ARN_COLONS - (text.split(':').length - 1) : 0;
    if (missing <= 0) return { text, literal: text, variable: false, fold: false };
  }
  const tokens = pieces(text, variables);
  const missing = arn ? ARN_COLONS - colonsIn(tokens) : 0;
  for (let field = 0; field < missing; field += 1) tokens.push(COLON, ANY_TEXT);
  const tidied = tidy(tokens);
  const fields = colonsIn(tidied) >= ARN_COLONS ? withinFields(tidied, ARN_COLONS) : tidied;
  const pattern = {
    text,
    literal: literalOf(tidied),
    tokens: tidied,
    variable: tidied.some((token) => typeof token === 'string'),
    fold: false,
  };
  return fields.some((token, index) => token !== tidied[index])
    ? { ...pattern, fieldTokens: fields }
    : pattern;
}

/** A condition value, with wildcards or without; undefined when it is too long. */
export function valuePattern(
  text: string,
  form: { readonly wildcards: boolean; readonly variables: boolean; readonly fold?: boolean },
): Pattern | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const fold = form.fold ?? false;
  const folded = fold ? text.toLowerCase() : text;
  const plain = !(form.variables && text.includes('${'));
  if (plain && !(form.wildcards && WILDCARD.test(text))) {
    return { text, literal: folded, variable: false, fold };
  }
  const all = pieces(folded, form.variables);
  const tokens = tidy(form.wildcards ? all : all.map(asCharacter));
  const variable = tokens.some((token) => typeof token === 'string');
  return { text, literal: literalOf(tokens), tokens, variable, fold };
}

/**
 * An ARN of a condition: each of its six fields is compared for itself
 * (reference_policies_elements_condition_operators.html). Undefined when it has fewer fields.
 */
export function arnPattern(text: string, variables: boolean): Pattern | undefined {
  const pattern = valuePattern(text, { wildcards: true, variables });
  if (pattern === undefined || colonsIn(tokensOf(pattern)) < ARN_COLONS) return undefined;
  if (pattern.tokens === undefined) return pattern;
  return { ...pattern, tokens: withinFields(pattern.tokens, ARN_COLONS) };
}

/** The tokens of a pattern under one reading of its wildcards. */
export function tokensOf(pattern: Pattern, reach: Reach = 'over-colons'): readonly Token[] {
  if (reach === 'within-fields' && pattern.fieldTokens !== undefined) return pattern.fieldTokens;
  return pattern.tokens ?? characters(pattern.literal ?? '');
}

/** The widest the pattern can be, whatever the values of its variables. */
export function widest(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((token) => typeof token === 'string')) return tokens;
  return tidy(tokens.map((token) => (typeof token === 'string' ? ANY_TEXT : token)));
}

export function characters(text: string): number[] {
  const codes: number[] = [];
  for (const character of text) codes.push(character.codePointAt(0) as number);
  return codes;
}

/**
 * Whether a pattern matches a text. The text may itself hold wildcards and variables: then the answer `true` says that
 * the pattern takes in all that these can stand for, and `false` says nothing (`languages.ts` decides that case).
 */
export function matches(pattern: readonly Token[], text: readonly Token[]): boolean {
  let open = 0;
  // Nearly all comparisons end in the part before the first wildcard.
  for (; open < pattern.length; open += 1) {
    const token = pattern[open] as Token;
    if (token === ANY_TEXT && open === pattern.length - 1) return true;
    if (typeof token === 'number' && token < 0) break;
    if (token !== text[open]) return false;
  }
  if (open === pattern.length) return text.length === open;
  let reached = spread(pattern, new Uint8Array(pattern.length + 1), open);
  let next = new Uint8Array(pattern.length + 1);
  for (let index = open; index < text.length; index += 1) {
    next.fill(0);
    let alive = false;
    for (let position = open; position < pattern.length; position += 1) {
      const token = pattern[position] as Token;
      if (reached[position] === 0 || !takes(token, text[index] as Token)) continue;
      spread(pattern, next, repeats(token) ? position : position + 1);
      alive = true;
    }
    if (!alive) return false;
    [reached, next] = [next, reached];
  }
  return reached[pattern.length] === 1;
}

/** Whether some text matches both patterns, for some values of their variables; `true` too when the budget is spent. */
export function overlaps(left: readonly Token[], right: readonly Token[], budget: Budget): boolean {
  let [a, b] = [widest(left), widest(right)];
  let same = 0;
  while (same < a.length && same < b.length && isCharacter(a[same]) && isCharacter(b[same])) {
    if (a[same] !== b[same]) return false;
    same += 1;
  }
  if (same > 0) [a, b] = [a.slice(same), b.slice(same)];
  const row = b.length + 1;
  const seen = new Uint8Array((a.length + 1) * row);
  // A place is both positions in one number: rows of `a`, columns of `b`.
  const pending = [0];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (seen[place] === 1) continue;
    budget.left -= 1;
    if (budget.left < 0) return true;
    seen[place] = 1;
    if (place === seen.length - 1) return true;
    const [x, y] = [a[Math.floor(place / row)], b[place % row]];
    if (x !== undefined && repeats(x)) pending.push(place + row);
    if (y !== undefined && repeats(y)) pending.push(place + 1);
    if (x === undefined || y === undefined || !meet(x, y)) continue;
    pending.push(place + (repeats(x) ? 0 : row) + (repeats(y) ? 0 : 1));
  }
  return false;
}

/** Whether the token can stand for no character at all, or for many. */
export function repeats(token: Token): boolean {
  return token === ANY_TEXT || token === FIELD_TEXT;
}

/**
 * Whether a token of a pattern takes one piece of a text: a character, a variable or, where all that the piece can stand
 * for is taken, a wildcard. A variable may have any value, so only itself and `*` take it.
 */
export function takes(token: Token, piece: Token): boolean {
  if (token === ANY_TEXT || token === piece) return true;
  if (typeof token === 'string' || typeof piece === 'string' || token >= 0) return false;
  if (piece === ANY_TEXT) return false;
  if (piece === FIELD_TEXT) return token === FIELD_TEXT;
  if (token === ANY_CHARACTER) return true;
  return piece !== COLON && piece !== ANY_CHARACTER;
}

/** Whether one character can be taken by both tokens. */
function meet(left: Token, right: Token): boolean {
  if (isCharacter(left)) return takes(right, left);
  return !isCharacter(right) || takes(left, right);
}

function isCharacter(token: Token | undefined): boolean {
  return typeof token === 'number' && token >= 0;
}

/** Marks a position of a pattern, and those that can be had from it without a character. */
function spread<T extends Uint8Array>(pattern: readonly Token[], reached: T, position: number): T {
  let place = position;
  reached[place] = 1;
  while (place < pattern.length && repeats(pattern[place] as Token)) {
    place += 1;
    reached[place] = 1;
  }
  return reached;
}

function pieces(text: string, variables: boolean): Token[] {
  if (!variables || !text.includes('${')) return wildcards(text);
  return Array.from(text.matchAll(PIECE), ([piece, variable]) => {
    if (variable === undefined) return wildcards(piece)[0] ?? 0;
    // The escapes ${*}, ${?} and ${$} are the characters themselves (reference_policies_variables.html).
    return ['*', '?', '$'].includes(variable) ? (variable.codePointAt(0) ?? 0) : piece;
  });
}

function wildcards(text: string): Token[] {
  return characters(text).map((code) => {
    if (code === STAR) return ANY_TEXT;
    return code === QUESTION_MARK ? ANY_CHARACTER : code;
  });
}

function asCharacter(token: Token): Token {
  if (token === ANY_TEXT) return STAR;
  return token === ANY_CHARACTER ? QUESTION_MARK : token;
}

/** A run of wildcards means the same in any order; this one has each `?` first, then at most one `*`. */
function tidy(tokens: readonly Token[]): readonly Token[] {
  const tidied: Token[] = [];
  let pending = false;
  for (const token of tokens) {
    if (token === ANY_TEXT) {
      pending = true;
      continue;
    }
    if (pending && token !== ANY_CHARACTER) {
      tidied.push(ANY_TEXT);
      pending = false;
    }
    tidied.push(token);
  }
  if (pending) tidied.push(ANY_TEXT);
  return tidied;
}

/** The same with wildcards that stop at a colon, in as many fields as are named; the last field may hold colons. */
function withinFields(tokens: readonly Token[], fields: number): readonly Token[] {
  let colons = 0;
  return tokens.map((token) => {
    if (token === COLON) colons += 1;
    if (colons >= fields) return token;
    if (token === ANY_TEXT) return FIELD_TEXT;
    return token === ANY_CHARACTER ? FIELD_CHARACTER : token;
  });
}

function colonsIn(tokens: readonly Token[]): number {
  return tokens.filter((token) => token === COLON).length;
}

function literalOf(tokens: readonly Token[]): string | undefined {
  const plain = tokens.every((token): token is number => typeof token === 'number' && token >= 0);
  return plain ? tokens.map((token) => String.fromCodePoint(token)).join('') : undefined;
}
