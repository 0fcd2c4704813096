import { nearestRegion } from './aws-partition.ts';
import { unknownRegion } from './cluster-checks.ts';
import { OPERATIONS } from './operations.ts';
import type { Problem } from './problem.ts';

export function checkIdentityGiven(
  name: string | undefined,
  region: string | undefined,
  key: string,
  partition: string | undefined,
  problems: Problem[],
): void {
  const missing = [name === undefined ? 'name' : [], region === undefined ? 'region' : []].flat();
  if (
    missing.length === 0 ||
    problems.some(({ code }) => code === 'ClusterConfigInvalid' || code === 'InstallConfigInvalid')
  )
    return;
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
