import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { type BundleFile, readBundleFiles } from '../../../core/bundle/read-archive.ts';
import { readSettings } from '../../../infra/settings.ts';
import type { Said } from '../../../scripts/check/arguments.ts';
import { type CheckedBundle, checkBundle } from '../../../scripts/check/check-bundle.ts';
import { readForUpload, type Upload } from '../../../scripts/check/upload.ts';
import { tgzOf } from '../../support/archives.ts';

/** Manifests of real releases and operators, where a checkout has them beside it. */
const SHARED = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const isAbsent = !existsSync(`${SHARED}credreqs`);
if (isAbsent) console.info(`Skipped: no real bundles were tried, because there is no ${SHARED}credreqs.`);

const CLUSTER: Said = { name: 'demo', region: 'us-east-2', release: '4.20.3' };

function foldersOf(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    isAbsent
      ? []
      : readdirSync(`${SHARED}${folder}`, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && entry.name !== 'optional-operators')
          .map(({ name }) => `${folder}/${name}`),
  );
}

/** What the sources of an operator leave for somebody to fill in, filled in as the problems say. */
async function completed(upload: Upload): Promise<Uint8Array> {
  const checked = await checkBundle(upload, CLUSTER);
  if (checked.accepted || checked.error === 'PolicyRefused') return upload.bytes;
  const files = await readBundleFiles(upload.fileName, upload.bytes);
  const bytes = await filledIn(files, checked);
  // That two requests are of one Secret may be seen only when both can be read.
  expect(Buffer.compare(bytes, upload.bytes)).not.toBe(0);
  return completed({ ...upload, bytes });
}

async function filledIn(files: readonly BundleFile[], { problems }: CheckedBundle): Promise<Uint8Array> {
  const twins = problems.filter(({ code }) => code === 'SecretRefDuplicate').map(({ file }) => file);
  const entries = files
    .filter(({ path }) => !twins.includes(path))
    .map(({ path, bytes }): readonly [string, string] => {
      const text = Buffer.from(bytes).toString('utf8');
      if (!/\.ya?ml$/.test(path)) return [path, text];
      const documents = [...parseAllDocuments(text)].map((document, index) => {
        for (const { file, document: at, field = '', code } of problems) {
          if (file !== path || at !== index + 1) continue;
          if (code === 'ServiceAccountNamesMissing') document.setIn(field.split('.'), ['an-operator']);
          if (field.startsWith('spec.secretRef.')) document.setIn(field.split('.'), 'openshift-operators');
        }
        return document.toJS();
      });
      return [path, documents.map((value) => stringify(value)).join('---\n')];
    });
  return tgzOf(entries);
}

/** What the deployment allows after the one command of a refusal was entered as it stands. */
function followed({ problems }: CheckedBundle): readonly string[] {
  const commands = problems.flatMap(({ remedy }) =>
    [...remedy.matchAll(/npm run deploy -- -c (?:'([^']+)'|(\S+))$/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    ),
  );
  expect(commands).toHaveLength(1);
  const [name = '', value = ''] = (commands[0] ?? '').split('=');
  return readSettings({ [name]: value }).policyGuardAdditions;
}

describe.skipIf(isAbsent)('real bundles', () => {
  test.each(foldersOf('credreqs', 'credreqs/optional-operators'))(
    '%s: is accepted, once what its sources leave open is filled in, or refused by the guard with a remedy that works',
    async (folder) => {
      const upload = await readForUpload(`${SHARED}${folder}`);
      const asItIs = await checkBundle(upload, CLUSTER);
      if (/azure-sample|test-template/.test(folder)) {
        // Requests of another cloud, and a Template with requests in it: nothing is left, which is said.
        expect(asItIs).toMatchObject({ accepted: false, error: 'NoCredentialsRequests' });
        return;
      }
      const bytes = await completed(upload);
      const checked = await checkBundle({ ...upload, bytes }, CLUSTER);
      const additions = checked.accepted ? [] : followed(checked);
      expect(await checkBundle({ ...upload, bytes }, { ...CLUSTER, additions })).toMatchObject({
        accepted: true,
        problems: [],
      });
    },
  );

  test.each(['karpenter-queue', 'olm-s3-star', 'secrets-store-csi', 'cloud-controller-manager'])(
    'cases/%s: is refused by the guard, and accepted when its one command was entered',
    async (folder) => {
      const upload = await readForUpload(`${SHARED}cases/${folder}`);
      const refused = await checkBundle(upload, { additions: ['kms:List*'] });
      expect(refused).toMatchObject({ accepted: false, error: 'PolicyRefused' });
      const additions = followed(refused);
      expect(additions).toContain('kms:List*');
      expect(await checkBundle(upload, { additions })).toMatchObject({ accepted: true });
    },
  );
});
