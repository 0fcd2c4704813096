import { nearestRegion } from './aws-partition.ts';
import { unknownRegion } from './cluster-checks.ts';
import { OPERATIONS } from './operations.ts';
import type { Problem } from './problem.ts';

/** Name and region have to be given by somebody. One that is misstated has a problem of its own. */
export function checkIdentityGiven(
  given: { readonly name: string | undefined; readonly region: string | undefined },
  misstated: ReadonlySet<string>,
  key: string,
  partition: string | undefined,
  problems: Problem[],
): void {
  const missing = (['name', 'region'] as const).filter(
    (field) => given[field] === undefined && !misstated.has(field),
  );
  if (missing.length === 0) return;
  const [, folder] = key.split('/');
  const regionOfKey = OPERATIONS.prepare.keys[0].parse(key)?.region;
  if (regionOfKey !== undefined && /^[a-z][a-z-]*-\d{1,2}$/.test(regionOfKey)) {
    const { remedy, ...unknown } = unknownRegion(regionOfKey, partition);
    problems.push({
      ...unknown,
      file: `key ${key}`,
      remedy: `${remedy} A key that is to name no cluster has no folder that looks like a region.`,
    });
    return;
  }
  const near = folder === undefined ? undefined : nearestRegion(folder);
  problems.push({
    code: 'ClusterIdentityMissing',
    message: `The bundle does not give the cluster's ${missing.join(' and ')}.`,
    remedy:
      'Add cluster.yaml or install-config.yaml to the bundle, or upload it as <operation>/<region>/<name>.tgz' +
      (near === undefined || near === folder ? '.' : ` (did you mean ${near} for ${folder}?).`),
  });
}
