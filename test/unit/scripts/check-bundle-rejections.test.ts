import { describe, expect, test } from 'vitest';
import { checkBundle } from '../../../scripts/check/check-bundle.ts';
import { archives } from '../../integration/rejections/archives.ts';
import { identities } from '../../integration/rejections/clusters.ts';
import { publicKeys } from '../../integration/rejections/public-keys.ts';
import { requests } from '../../integration/rejections/requests.ts';
import { uploads } from '../../integration/rejections/uploads.ts';
import { yaml } from '../../integration/rejections/yaml.ts';

/** The bundles that the pipeline is shown to refuse for what they hold, and for nothing that only a deployment has. */
const BAD = [...uploads, ...archives, ...yaml, ...identities, ...publicKeys, ...requests].filter(
  ({ key = 'prepare/bundle.tgz', settings, meanwhile }) =>
    /^prepare\/[^/]+$/.test(key) && settings === undefined && meanwhile === undefined,
);

describe('what the pipeline refuses is refused without it, for the same reasons', () => {
  test('in more than a few cases', () => expect(BAD.length).toBeGreaterThan(150));

  test.each(BAD.map((bad) => [bad.error, bad.title, bad] as const))(
    '%s: %s',
    async (_error, _title, { key = 'prepare/bundle.tgz', bundle, error, problems }) => {
      const fileName = key.slice(key.lastIndexOf('/') + 1);
      const checked = await checkBundle({ fileName, bytes: await bundle() }, {});
      expect(checked).toMatchObject({ accepted: false, error });
      expect(
        checked.problems.map(({ message: _message, remedy: _remedy, line: _line, ...at }) => at),
      ).toEqual(problems.map(({ says: _, ...expected }) => ({ code: error, ...expected })));
    },
  );
});
