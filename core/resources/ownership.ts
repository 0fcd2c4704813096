import { ownersOf, ownerTagKey, RUN_TAG } from '../domain/names.ts';
import type { Tags } from '../domain/tags.ts';

/** Whether tags name this cluster as the owner. Like ccoctl, this looks at the key only. */
export function isOwned(tags: Tags, clusterName: string): boolean {
  return ownerTagKey(clusterName) in tags;
}

/** Whether this very run created the resource. */
export function isOfRun(tags: Tags, run: string): boolean {
  return tags[RUN_TAG] === run;
}

/** Whose a resource is, for an error: another cluster's, or the tags it has. */
export function describeOwner(tags: Tags): string {
  const owners = ownersOf(tags);
  if (owners.length > 0) return `it belongs to cluster ${owners.join(', ')}`;
  const others = Object.keys(tags);
  return others.length === 0
    ? 'it has no tags'
    : `it lacks the cluster's tag and has ${others.slice(0, 5).join(', ')}`;
}

/** Metadata that names the run which wrote an object. */
export const RUN_METADATA = 'sts-prep-run';
