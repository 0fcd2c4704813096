import type { BundleFile } from '../../bundle/read-archive.ts';
import { baseName } from './sort-documents.ts';

/** What nobody should have uploaded: keys, and what an installer leaves to get into the cluster with. */
export function secretWarnings(files: readonly BundleFile[]): string[] {
  return files.flatMap(({ path, bytes }) => {
    const what = /^(kubeconfig|kubeadmin-password)$/.test(baseName(path))
      ? 'lets its holder into the cluster'
      : Buffer.from(bytes.subarray(0, 4_096)).includes('PRIVATE KEY-----')
        ? 'holds a private key'
        : undefined;
    return what === undefined
      ? []
      : [
          `${path}: ${what}. It was not read; remove it from the bundle and delete this version from the intake bucket.`,
        ];
  });
}
