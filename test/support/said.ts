import { Writable } from 'node:stream';
import type { Streams } from '../../cli/ui.ts';

/** Streams of a command, and what was said on them until now. */
export function said(isTTY = false): {
  readonly streams: Streams;
  readonly text: { stdout: string; stderr: string };
} {
  const text = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof text) =>
    new Writable({
      write(chunk, _, done) {
        text[name] += String(chunk);
        done();
      },
    });
  return { streams: { stdout: Object.assign(stream('stdout'), { isTTY }), stderr: stream('stderr') }, text };
}
