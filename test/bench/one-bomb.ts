import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { toldOfAudit, toldOfPrepare } from '../support/told-of-bomb.ts';

/** How one upload was answered. */
export interface Answer {
  /** Bytes of the upload. */
  readonly uploaded: number;
  readonly ms: number;
  /** The most memory that the process had. */
  readonly mib: number;
  /** Bytes of the largest text that is told of it; the desired state, which nobody reads, is none. */
  readonly told: number;
}

/* Answers one upload, and says on standard output what it took; started by bombs.ts. */
const [, , operation, file = ''] = process.argv;
const bytes = readFileSync(file);
const tell = operation === 'audit' ? toldOfAudit : toldOfPrepare;
const started = performance.now();
const { texts } = await tell(bytes, { ending: extname(file) as '.tgz' | '.zip' });
const ms = performance.now() - started;
const sizes = Object.entries(texts)
  .filter(([name]) => !/(desired|reading)\.json$/.test(name))
  .map(([, text]) => Buffer.byteLength(text));
const answer: Answer = {
  uploaded: bytes.length,
  ms,
  mib: process.resourceUsage().maxRSS / 1_024,
  told: sizes.reduce((most, size) => Math.max(most, size), 0),
};
process.stdout.write(JSON.stringify(answer));
