import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { tgzOf } from '../../../support/archives.ts';
import { type Case, whatHappens } from '../../../support/cases/case.ts';
import { CASES } from '../../../support/cases/cases.ts';
import { SHARED_CASES } from '../../../support/cases/shared.ts';
import { sharedFolder } from '../../../support/reference.ts';

const table: Record<string, { right: number | string; happened: number | string }> = {};
afterAll(() => console.table(table));

async function check(each: Case): Promise<void> {
  const { right, said, tags } = await whatHappens(each);
  table[each.input] = { right: each.right, happened: right };
  expect({ right, said }).toMatchObject({ right: each.right });
  if (each.says !== undefined) expect(said).toContain(each.says);
  if (each.tags !== undefined) expect(tags).toEqual(each.tags);
}

describe('what people have is read rightly', () => {
  it.each(CASES.map((each) => [each.input, each] as const))('%s', (_, each) => check(each));
});

const shared = sharedFolder('cases');
describe.skipIf(shared === undefined)(
  'so are the inputs of others, where they are beside the project',
  () => {
    const folder = shared === undefined ? '' : fileURLToPath(shared);
    const names = shared === undefined ? [] : readdirSync(folder);

    it('each of which has its right value', () => {
      expect(names.filter((name) => !(name in SHARED_CASES))).toEqual([]);
    });

    it.each(names)('%s', async (name) => {
      await check({
        input: `shared: ${name}`,
        upload: () => uploadOf(join(folder, name)),
        right: SHARED_CASES[name] ?? '',
      });
    });
  },
);

/** A file as it is, a folder packed; of a folder that holds an archive, that. */
async function uploadOf(path: string): Promise<readonly [string, Uint8Array]> {
  if (!statSync(path).isDirectory()) return [path, readFileSync(path)];
  const all = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(path, file)).isFile(),
  );
  const [archive] = all.filter((file) => /\.(zip|tgz|tar)$/.test(file));
  if (archive !== undefined) return [archive, readFileSync(join(path, archive))];
  const files = all.map((file) => [relative(path, join(path, file)), readFileSync(join(path, file))]);
  return ['bundle.tgz', await tgzOf(Object.fromEntries(files) as Record<string, Uint8Array>)];
}
