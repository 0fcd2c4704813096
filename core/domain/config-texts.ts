import { quoted } from '../util/visible.ts';
import { isMapping } from './field-reader.ts';
import type { Problem, RejectionName } from './problem.ts';

/** A configuration file, as its first document has it. */
export interface ConfigSource {
  readonly file: string;
  readonly value: unknown;
  /** Scalars by dotted path of which the installer makes another text than was written, with what was written. */
  readonly rewritten?: Readonly<Record<string, string>>;
  /** It is not YAML, which is a problem that was told; nothing is known of what it says. */
  readonly unreadable?: true;
}

/** Of a source that says nothing, or nothing wrong. */
export const NOTHING_MISSTATED: ReadonlySet<string> = new Set();

/**
 * Texts of a configuration file, where people write numbers and booleans too. The installer's decoder (sigs.k8s.io/yaml)
 * makes text of these; where that is another text than was written, as of `4.20` and `0123`, it is refused: the cluster's
 * tags would not be those of its roles.
 */
export class ConfigTexts {
  readonly #source: ConfigSource;
  readonly #code: RejectionName;
  readonly #problems: Problem[];
  readonly #warnings: string[];

  constructor(source: ConfigSource, code: RejectionName, problems: Problem[], warnings: string[]) {
    this.#source = source;
    this.#code = code;
    this.#problems = problems;
    this.#warnings = warnings;
  }

  /** Whether the installer makes another text of a field than was written. */
  isRewritten(field: string): boolean {
    return this.#written(field) !== undefined;
  }

  /** Undefined when it is refused. */
  text(value: unknown, field: string): string | undefined {
    const { file } = this.#source;
    const written = this.#written(field);
    if (written !== undefined) {
      this.#refuse(
        field,
        `The installer makes another text of ${quoted(written)}, as it takes it for a number or a boolean.`,
        `Put it in quotes: "${written}".`,
      );
      return undefined;
    }
    if (typeof value === 'string') return value;
    if (isScalarOfText(value)) {
      this.#warnings.push(
        `${file}: ${field} is a ${typeof value} and taken as the text "${value}", as the installer takes it. Put it in quotes to be sure.`,
      );
      return String(value);
    }
    this.#refuse(field, 'The field must be text.', 'Write it as text, in quotes.');
    return undefined;
  }

  /** A mapping to text, null being empty; undefined when there is none. What is refused is left out. */
  map(value: unknown, field: string): Record<string, string> | undefined {
    if (value === undefined || value === null) return undefined;
    if (!isMapping(value)) {
      this.#refuse(
        field,
        'The tags must be a mapping of text to text.',
        'Write it as key: "value", a line each.',
      );
      return undefined;
    }
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => {
        const text = each === null ? '' : this.text(each, `${field}.${key}`);
        return text === undefined ? [] : [[key, text]];
      }),
    );
  }

  #written(field: string): string | undefined {
    return writtenAt(this.#source.rewritten, field);
  }

  #refuse(field: string, message: string, remedy: string): void {
    this.#problems.push({
      code: this.#code,
      file: this.#source.file,
      field: field.slice(0, 256),
      message,
      remedy,
    });
  }
}

/** What is written at a place of which a decoder makes another text; undefined where it makes none. */
export function writtenAt(rewritten: ConfigSource['rewritten'], field: string): string | undefined {
  return rewritten !== undefined && Object.hasOwn(rewritten, field) ? rewritten[field] : undefined;
}

/** Whether a value is one that the installer makes text of. A number that lost digits as it was read is NaN. */
export function isScalarOfText(value: unknown): value is number | boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
