import { quoted } from '../util/shell.ts';

/** Tags in the short form of the AWS CLI, one word each. */
export function tagList(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => quoted(`Key=${key},Value=${value}`))
    .join(' ');
}
