import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { tgzOf, zipOf } from '../../support/archives.ts';
import { bundle, bundleFiles, request } from '../../support/bundles.ts';
import { type BadBundle, MIB } from './bad-bundle.ts';

/** Objects that are no bundle at all. */
export const uploads: BadBundle[] = [
  ...['rotate-key/demo.tgz', 'nonsense/demo.tgz', 'Prepare/demo.tgz', 'demo.tgz'].map((key) => ({
    title: `the key ${key}, whose first segment is no operation of this release`,
    key,
    bundle: () => bundle(),
    error: 'UnsupportedOperation' as const,
    problems: [{ says: 'prepare/' }],
  })),
  ...['prepare/demo.rar', 'prepare/demo', 'prepare/demo.tar.xz'].map((key) => ({
    title: `the key ${key}, whose ending is not supported`,
    key,
    bundle: () => bundle(),
    error: 'UnsupportedBundleType' as const,
    problems: [{ says: '.tgz' }],
  })),
  mismatch('a zip archive named .tgz', 'tgz', () => zipOf(bundleFiles()), 'zip archive'),
  mismatch('a gzipped tar named .zip', 'zip', () => bundle(), 'gzip data'),
  mismatch('text named .tar', 'tar', () => Buffer.from(request()), 'text'),
  mismatch('an archive named .yaml', 'yaml', () => bundle(), 'gzip data'),
  mismatch('gzipped YAML named .tar.gz', 'tar.gz', () => gzipSync(request()), 'instead of a tar archive'),
  mismatch('xz data named .tgz', 'tgz', () => Buffer.from('\xfd7zXZ\0 and so on', 'latin1'), 'xz data'),
  {
    title: 'an object over the size limit',
    bundle: () => Buffer.alloc(16 * MIB + 1, gzipSync('x')),
    error: 'BundleTooLarge',
    problems: [{ says: '16777216 are allowed' }],
  },
  {
    title: 'a single YAML file over the size limit of files',
    key: 'prepare/us-east-2/demo.yaml',
    bundle: () => Buffer.from(`${request()}# ${'x'.repeat(4 * MIB)}`),
    error: 'BundleTooLarge',
    problems: [{ says: '4194304 are allowed' }],
  },
  {
    title: 'an object without bytes',
    bundle: () => new Uint8Array(),
    error: 'BundleEmpty',
    problems: [{}],
  },
  {
    title: 'an archive of directories only',
    bundle: () => tgzOf({ 'credreqs/': '' }),
    error: 'BundleEmpty',
    problems: [{}],
  },
  {
    title: 'a version that is gone when it is read',
    bundle: () => bundle(),
    meanwhile: (account, key, versionId) =>
      account.s3().send(new DeleteObjectCommand({ Bucket: account.intake, Key: key, VersionId: versionId })),
    error: 'BundleSuperseded',
    problems: [{ says: 'Upload the bundle again' }],
  },
];

function mismatch(title: string, ending: string, content: BadBundle['bundle'], says: string): BadBundle {
  return {
    title,
    key: `prepare/bundle.${ending}`,
    bundle: content,
    error: 'BundleTypeMismatch',
    problems: [{ says }],
  };
}
