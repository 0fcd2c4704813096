import { visible } from '../core/util/visible.ts';
import { Lines } from './render.ts';
import type { RunEvent } from './run-events.ts';

/** Where a command speaks to. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

/** What programs are told besides the events of a run: an object of one line each. */
export interface Told {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface UiOptions {
  readonly json?: boolean;
  readonly variables?: NodeJS.ProcessEnv;
  readonly calledAs?: string;
  /** What names the deployment, such as ` --region us-west-2`, after each command that is told. */
  readonly where?: string;
}

const ERASE = '\r\u001b[K';

/** What a command says: lines for people, or with `--json` an object a line for programs, and then nothing else. */
export class Ui {
  readonly #streams: Streams;
  readonly isJson: boolean;
  readonly #calledAs: string;
  readonly #where: string;
  readonly #live: boolean;
  readonly #lines: Lines;
  #open = false;

  /** @param options.calledAs How the client is called here, which every text has as `sts-prep`. */
  constructor(
    streams: Streams,
    { json = false, variables = {}, calledAs = 'sts-prep', where = '' }: UiOptions = {},
  ) {
    this.#calledAs = calledAs;
    this.#where = where;
    this.#streams = streams;
    this.isJson = json;
    this.#live = !json && streams.stdout.isTTY === true && variables['TERM'] !== 'dumb' && !variables['CI'];
    this.#lines = new Lines(this.#live);
  }

  /** A text for people. */
  say(text = ''): void {
    if (this.isJson) return;
    this.#close();
    this.#streams.stdout.write(`${visible(this.#here(text))}\n`);
  }

  /** A topic and what is done about it, aligned. */
  progress = (topic: string, text: string): void => {
    this.say(`  ${topic.padEnd(11)} ${text}`);
  };

  /** Something for programs. */
  tell(told: Told): void {
    if (this.isJson) this.#streams.stdout.write(`${escaped(JSON.stringify(told))}\n`);
  }

  /** What happens in a run: one line a state, replaced while it is the last and the terminal can. */
  run(event: RunEvent): void {
    this.tell({ ...event });
    if (this.isJson) return;
    for (const { text, open } of this.#lines.of(event)) {
      const isSameState = event.event !== 'state' && event.event !== 'rollback';
      if (this.#open && isSameState) this.#streams.stdout.write(ERASE);
      else this.#close();
      const stays = open && this.#live;
      this.#streams.stdout.write(stays ? text : `${text}\n`);
      this.#open = stays;
    }
  }

  /** Why a command did not do what was asked for, on standard error; programs get it as an event too. */
  fail(message: string, remedy: string | undefined): void {
    this.#close();
    const said = {
      message: this.#here(message),
      ...(remedy === undefined ? {} : { remedy: this.#here(remedy) }),
    };
    this.tell({ event: 'error', ...said });
    this.#streams.stderr.write(`${visible(Object.values(said).join('\n\n'))}\n`);
  }

  #here(text: string): string {
    return text.replaceAll(/`sts-prep ([^`]+)`/g, (_, rest) => `\`${this.#calledAs} ${rest}${this.#where}\``);
  }

  #close(): void {
    if (this.#open) this.#streams.stdout.write('\n');
    this.#open = false;
  }
}

/** JSON of one line in which nothing does anything to a terminal. */
function escaped(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
