import { type Change, created, updated } from '../../domain/change.ts';
import { AUDIENCES } from '../../domain/names.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';

export const TAGS_PART = 'tags';

export function audiencePart(audience: string): string {
  return `audience ${audience}`;
}

/**
 * What is missing of a provider. Audiences of others stay. Thumbprints are not compared: STS checks S3 hosts
 * by its own list of root CAs and ignores them.
 */
export function diffProvider(arn: string, tags: Tags, state: ProviderState | undefined): readonly Change[] {
  const resource = `identity provider ${arn}`;
  if (state === undefined) return [created(resource)];
  const audiences = AUDIENCES.filter((audience) => !state.audiences.includes(audience));
  return [
    ...audiences.map((audience) => updated(resource, audiencePart(audience))),
    ...(Object.keys(missingTags(tags, state.tags)).length > 0 ? [updated(resource, TAGS_PART)] : []),
  ];
}
