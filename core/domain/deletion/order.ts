import * as z from 'zod';
import { quoted } from '../../util/visible.ts';
import { partitionOfRegion } from '../aws-partition.ts';
import { checkName, unknownRegion } from '../cluster-checks.ts';
import type { Problem } from '../problem.ts';
import { isYamlText } from '../yaml-text.ts';

/** Hours that no role of the cluster may have been used for. IAM shows a use up to four hours late. */
const DEFAULT_UNUSED_HOURS = 24;

/** IAM keeps the last use of a role for 400 days. */
const MAX_UNUSED_HOURS = 400 * 24;

/** What a deletion is told, as it stands in the state of its execution. */
export const deletionOptionsSchema = z.object({
  /** Hours for which no role may have been used; with 0 it does not matter. */
  unusedForHours: z.number(),
  /** Whether the name of the issuer's bucket is given up. */
  releaseName: z.boolean(),
  /** `erase` takes every version of it away; `keep` leaves them to the lifecycle of the output bucket. */
  privateKey: z.enum(['erase', 'keep']),
  /** Whether the issuer's bucket is taken out of service, or not touched at all. */
  bucket: z.enum(['retire', 'leave']),
  /** What becomes of objects in the issuer's bucket that are no documents of an issuer. */
  foreignObjects: z.enum(['refuse', 'keep']),
});

export type DeletionOptions = Readonly<z.infer<typeof deletionOptionsSchema>>;

/** What the file below `delete/` says. */
export interface DeletionOrder {
  readonly options: DeletionOptions;
  /** Of a cluster that the registry does not know. */
  readonly region?: string;
}

/** The fields of the file, by name: what each may be, in words. */
const FIELDS = {
  confirm: 'the name of the cluster once more',
  'unused-for-hours': `a number of hours from 0 to ${MAX_UNUSED_HOURS}`,
  'release-name': 'true or false',
  'private-key': 'erase or keep',
  'foreign-objects': 'refuse or keep',
  bucket: 'retire or leave',
  region: 'an AWS region, of a cluster that is not registered',
} as const;

type Field = keyof typeof FIELDS;

/**
 * Reads what a deletion is told. Every problem is returned together.
 *
 * @param name Name of the cluster, as the key has it.
 * @param value What the YAML holds.
 */
export function readDeletionOrder(
  name: string,
  value: unknown,
): { readonly order?: DeletionOrder; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  checkName(name, problems);
  const given = isRecord(value) ? value : {};
  const confirmation = `confirm: ${isYamlText(name) ? name : JSON.stringify(name)}`;
  if (value !== null && !isRecord(value))
    problems.push(invalid(undefined, 'The file is not a map of fields.', `Write ${confirmation} into it.`));
  for (const field of Object.keys(given)) {
    if (Object.hasOwn(FIELDS, field)) continue;
    problems.push(
      invalid(
        field.slice(0, 80),
        `${quoted(field)} is no field of a deletion.`,
        `The fields are ${Object.keys(FIELDS).join(', ')}.`,
      ),
    );
  }
  const { confirm, region } = given;
  if (confirm !== name && (value === null || isRecord(value)))
    problems.push({
      code: 'DeletionNotConfirmed',
      field: 'confirm',
      message:
        confirm === undefined || confirm === null
          ? 'The file does not confirm what is to be deleted.'
          : typeof confirm === 'string'
            ? `It confirms ${quoted(confirm)}, and the key names ${quoted(name)}.`
            : `What it confirms is no text, and the key names ${quoted(name)}.`,
      remedy: `If all of cluster ${quoted(name)} is to go, write ${confirmation} into the file and upload it again.`,
    });
  if (region !== undefined && (typeof region !== 'string' || partitionOfRegion(region) === undefined))
    problems.push(unknownRegion(String(region), undefined));
  const options: DeletionOptions = {
    unusedForHours: field('unused-for-hours', DEFAULT_UNUSED_HOURS, isHours),
    releaseName: field('release-name', false, (each) => typeof each === 'boolean'),
    privateKey: field('private-key', 'erase', (each) => each === 'erase' || each === 'keep'),
    bucket: field('bucket', 'retire', (each) => each === 'retire' || each === 'leave'),
    foreignObjects: field('foreign-objects', 'refuse', (each) => each === 'refuse' || each === 'keep'),
  };
  if (problems.length > 0) return { problems };
  return { order: { options, ...(typeof region === 'string' && { region }) }, problems };

  function field<Value>(field: Field, otherwise: Value, isGood: (value: unknown) => boolean): Value {
    const found = given[field];
    if (found === undefined) return otherwise;
    if (isGood(found)) return found as Value;
    problems.push(
      invalid(field, `${quoted(JSON.stringify(found) ?? '')} cannot be used.`, `Give ${FIELDS[field]}.`),
    );
    return otherwise;
  }
}

function isHours(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= MAX_UNUSED_HOURS;
}

function invalid(field: string | undefined, message: string, remedy: string): Problem {
  return { code: 'DeletionInvalid', ...(field !== undefined && { field }), message, remedy };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
