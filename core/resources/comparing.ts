import { missingTags, type Tags } from '../domain/tags.ts';
import type { Discrepancy } from './resource.ts';

/** What is wrong, if a condition says so. */
export function when<Check extends string>(
  wrong: boolean,
  discrepancy: Discrepancy<Check>,
): readonly Discrepancy<Check>[] {
  return wrong ? [discrepancy] : [];
}

/** The check of tags, which is one for all that has tags. Tags of others never count. */
export function tagChecks(expected: Tags, actual: Tags): readonly Discrepancy<'tags'>[] {
  const lacking = missingTags(expected, actual);
  return when(Object.keys(lacking).length > 0, { check: 'tags', actual, expected: lacking });
}
