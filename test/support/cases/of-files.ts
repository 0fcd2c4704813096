import { tgzOf } from '../archives.ts';
import { bundleFiles, CLUSTER_FILE, type FileChanges, installConfig } from '../bundles.ts';
import type { Case } from './case.ts';

export const INSTALL = 'install-config.yaml';

/** A bundle of one request for a cluster, with changes of its files. */
export const files = (
  input: string,
  changes: FileChanges,
  right: Case['right'],
  more: Partial<Case> = {},
): Case => ({
  input,
  upload: async () => ['bundle.tgz', await tgzOf(bundleFiles(changes))],
  right,
  ...more,
});
/** The same with an install-config.yaml in place of cluster.yaml. */
export const install = (input: string, text: string, right: Case['right'], more: Partial<Case> = {}) =>
  files(input, { [CLUSTER_FILE]: undefined, [INSTALL]: text }, right, more);
export const tagged = (input: string, lines: string, right: Case['right'], more: Partial<Case> = {}) =>
  install(
    input,
    installConfig().replace('    region: us-east-2', `    region: us-east-2\n    userTags:\n      ${lines}`),
    right,
    more,
  );
