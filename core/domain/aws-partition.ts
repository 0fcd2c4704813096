import { editDistance } from '../util/edit-distance.ts';
import partitions from './aws-partitions.json' with { type: 'json' };

export interface Partition {
  /** `aws`, `aws-us-gov`, `aws-cn`, `aws-eusc`, …; the second part of every ARN. */
  readonly id: string;
  /** Suffix of service host names, e.g. `amazonaws.com.cn`. */
  readonly dnsSuffix: string;
}

const BY_REGION: ReadonlyMap<string, Partition> = new Map(
  partitions.flatMap(({ id, dnsSuffix, regions }) => regions.map((region) => [region, { id, dnsSuffix }])),
);

/** The partition a region belongs to; undefined for a region that was not known when this release was made. */
export function partitionOfRegion(region: string): Partition | undefined {
  return BY_REGION.get(region);
}

/** Ids of all partitions. */
export const PARTITIONS = partitions.map(({ id }) => id) as [string, ...string[]];

/** A partition by its id. */
export function partitionNamed(id: string | undefined): Partition | undefined {
  const found = partitions.find((each) => each.id === id);
  return found && { id: found.id, dnsSuffix: found.dnsSuffix };
}

/** Whether a text has the form of a region's name; which regions there are is another question. */
export function isRegionLike(text: string): boolean {
  return /^[a-z]{2,8}(-[a-z]{2,16}){1,2}-\d{1,2}$/.test(text);
}

/** The known region that is spelt most like `text`, for "did you mean" in an error; undefined when none is near. */
export function nearestRegion(text: string): string | undefined {
  // Names of regions have up to twenty characters, and the distance takes time with their product.
  if (text.length > 32) return undefined;
  let best: { region: string; distance: number } | undefined;
  for (const region of BY_REGION.keys()) {
    const distance = editDistance(text.toLowerCase(), region);
    if (best === undefined || distance < best.distance) best = { region, distance };
  }
  return best !== undefined && best.distance <= 3 ? best.region : undefined;
}
