import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { buildHandlers } from '../../infra/build-handlers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAMES: readonly FunctionName[] = ['unlock', 'publish-audit', 'register-provider'];

describe('a function as it is deployed', () => {
  let folder: string;
  const fileOf = (name: FunctionName) => join(folder, name, 'index.js');
  const textOf = (name: FunctionName) => readFileSync(fileOf(name), 'utf8');

  beforeAll(async () => {
    folder = temporaryFolder('sts-prep-handlers-');
    await buildHandlers(NAMES, folder);
  });

  it.each(NAMES)('loads with nothing beside it: %s', (name) => {
    expect(createRequire(fileOf(name))(fileOf(name))).toMatchObject({ handler: expect.any(Function) });
  });

  it.each(NAMES)('knows the calls that it makes, and not the others of a service: %s', (name) => {
    const calls = /"(GetObject|GetBucketAnalyticsConfiguration|GetBucketLifecycleConfiguration)"/g;
    expect(new Set(textOf(name).match(calls))).toEqual(new Set(['"GetObject"']));
  });

  it('has the documents that it reads or writes, and no others', () => {
    const hasAudits = (name: FunctionName) => textOf(name).includes('notReady');
    expect({ publish: hasAudits('publish-audit'), unlock: hasAudits('unlock') }).toEqual({
      publish: true,
      unlock: false,
    });
  });
});
