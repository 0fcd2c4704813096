import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as errors from '../../core/domain/errors.ts';
import { allStates, MACHINES } from './asl.ts';

const NAMES = Object.keys(errors);

/** Step Functions and Lambda make these by themselves. */
const RESERVED = /^(States|Lambda|Runtime|Sandbox)\.[A-Za-z]+$/;

type ErrorClass = new (argument: never) => Error;
const named = (classes: object, name: string) =>
  new ((classes as Record<string, ErrorClass>)[name] as ErrorClass)([] as never);

describe.each(NAMES)('%s', (name) => {
  it('is an error that tells the name of its class', () => {
    expect(named(errors, name)).toBeInstanceOf(Error);
    expect(named(errors, name).name).toBe(name);
  });
});

it('the names survive minifying, which renames classes', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../core/domain/errors.ts', import.meta.url))],
    bundle: true,
    minify: true,
    keepNames: false,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const text = outputFiles[0]?.text ?? '';
  const minified = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect(Object.keys(minified).sort()).toEqual([...NAMES].sort());
  for (const name of NAMES) expect(named(minified, name).name).toBe(name);
  // Were classes not renamed, the test would prove nothing.
  expect(minified['ResourceConflict'].name).not.toBe('ResourceConflict');
});

describe.each(Object.entries(MACHINES))('the state machine %s', (_, machine) => {
  const mentioned = new Set(
    allStates(machine).flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    ),
  );

  it.each([...mentioned])('knows %s, which can happen', (name) => {
    expect(RESERVED.test(name) || NAMES.includes(name)).toBe(true);
  });

  it('retries what is thrown to be retried', () => {
    for (const name of ['NotYetConsistent', 'AwsThrottled', 'AwsUnavailable'])
      expect(mentioned).toContain(name);
  });
});
