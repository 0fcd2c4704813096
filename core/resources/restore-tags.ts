import type { Tags } from '../domain/tags.ts';

/**
 * Puts tags back: those a run set, and which still have the value it set, get their old value or go.
 * Tags that somebody else changed since stay as they are. Returns whether there was anything to put back.
 */
export async function restoreTags(
  set: Tags,
  before: Tags,
  current: Tags,
  apply: { tag(tags: Tags): Promise<void>; untag(keys: readonly string[]): Promise<void> },
): Promise<boolean> {
  const ours = Object.keys(set).filter((key) => current[key] === set[key]);
  const old = Object.fromEntries(
    ours.flatMap((key) => (before[key] === undefined ? [] : [[key, before[key]]])),
  );
  const added = ours.filter((key) => before[key] === undefined);
  if (Object.keys(old).length > 0) await apply.tag(old);
  if (added.length > 0) await apply.untag(added);
  return ours.length > 0;
}
