import type * as z from 'zod';
import { editDistance } from '../util/edit-distance.ts';
import { grouped } from '../util/grouped.ts';
import { type ClusterConfig, clusterConfigSchema, MAX_CONFIG_VALUES } from './cluster-config.ts';
import {
  type ConfigSource,
  ConfigTexts,
  isScalarOfText,
  NOTHING_MISSTATED,
  writtenAt,
} from './config-texts.ts';
import { isMapping } from './field-reader.ts';
import type { Problem } from './problem.ts';

/** What cluster.yaml says. */
export interface ReadConfig {
  /** All of it that can be read. */
  readonly config: ClusterConfig;
  /** Fields at its top that say something which cannot be read. What they would say is not known, and not missing either. */
  readonly misstated: ReadonlySet<string>;
}

type Path = readonly PropertyKey[];

const { shape } = clusterConfigSchema;

/** The fields that there are, by the field that they are below. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(shape),
  issuer: Object.keys(shape.issuer.unwrap().shape),
  capabilities: Object.keys(shape.capabilities.unwrap().shape),
};

const NOTHING_READ: ReadConfig = { config: {}, misstated: new Set(FIELDS['']) };

/** Fields whose parts say something each by itself, so that a bad one leaves the others as they are. */
const IN_PARTS: readonly PropertyKey[] = ['tags', 'acceptedKeys', 'removeRoles'];

/** Reads cluster.yaml; what is wrong with a field is told, and leaves all other fields as they are. */
export function readClusterConfig(
  source: ConfigSource | undefined,
  problems: Problem[],
  warnings: string[],
): ReadConfig {
  if (source === undefined) return { config: {}, misstated: NOTHING_MISSTATED };
  if (source.unreadable === true) return NOTHING_READ;
  const count = valuesIn(source.value);
  if (count > MAX_CONFIG_VALUES) {
    problems.push({
      code: 'ClusterConfigInvalid',
      file: source.file,
      message: `The file has ${count} values; ${MAX_CONFIG_VALUES} are allowed.`,
      remedy: 'Keep what says something of the cluster.',
    });
    return NOTHING_READ;
  }
  if (isMapping(source.value) && 'platform' in source.value && 'metadata' in source.value) {
    problems.push({
      code: 'ClusterConfigInvalid',
      file: source.file,
      message: 'The file has the fields of an install-config.yaml.',
      remedy: 'Call it install-config.yaml; a cluster.yaml has name and region at its top.',
    });
    return NOTHING_READ;
  }
  const misstated = new Set<string>();
  const texts = new ConfigTexts(source, 'ClusterConfigInvalid', problems, warnings);
  const value = withTexts(source.value ?? {}, texts, misstated);
  const { data, error } = clusterConfigSchema.safeParse(value);
  if (data !== undefined) return { config: data, misstated };
  const { issues } = error;
  const misspelt = issues.flatMap((issue) => misspeltFields(issue, value));
  // A field that is there under a name that is nearly its own is not missing.
  for (const issue of issues)
    if (!misspelt.some(({ meant }) => samePath(meant, issue.path)))
      for (const problem of issueProblems(issue, source, value, misspelt)) problems.push(problem);
  const bad = [...issues.flatMap(pathsOf), ...misspelt.map(({ meant }) => partOf(meant))];
  for (const [field] of bad) if (field !== undefined) misstated.add(String(field));
  const good = clusterConfigSchema.safeParse(without(value, bad)).data;
  return good === undefined ? NOTHING_READ : { config: good, misstated };
}

/** `cluster.yaml` with text where it has numbers and booleans in place of a name or of the value of a tag. */
function withTexts(value: unknown, texts: ConfigTexts, misstated: Set<string>): unknown {
  if (!isMapping(value)) return value;
  const textsOf = (part: Readonly<Record<string, unknown>>, prefix: string) =>
    Object.fromEntries(
      Object.entries(part).flatMap(([key, each]): [string, unknown][] => {
        const field = `${prefix}${key}`;
        if (!isScalarOfText(each) && !texts.isRewritten(field)) return [[key, each]];
        const text = texts.text(each, field);
        if (text === undefined) misstated.add(prefix === '' ? key : 'tags');
        return text === undefined ? [] : [[key, text]];
      }),
    );
  const { name, tags, ...others } = value;
  return {
    ...others,
    ...('name' in value ? textsOf({ name }, '') : {}),
    ...('tags' in value ? { tags: isMapping(tags) ? textsOf(tags, 'tags.') : tags } : {}),
  };
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + valuesIn(each), 1);
}

interface Misspelt {
  readonly path: Path;
  /** The field that is probably meant, and is not there. */
  readonly meant: Path;
}

function misspeltFields(issue: z.core.$ZodIssue, value: unknown): Misspelt[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const fields = FIELDS[issue.path.join('.')] ?? [];
  const given = at(value, issue.path);
  return fields
    .filter((field) => isMapping(given) && !(field in given))
    .flatMap((field) => {
      const key = issue.keys.find((each) => isNearly(each, field));
      return key === undefined ? [] : [{ path: [...issue.path, key], meant: [...issue.path, field] }];
    });
}

function isNearly(key: string, field: string): boolean {
  if (key.length > 2 * field.length) return false;
  const [plain, wanted] = [key, field].map((text) => text.toLowerCase().replace(/[-_]/g, ''));
  return editDistance(plain ?? '', wanted ?? '') <= Math.min(2, Math.floor(field.length / 3));
}

function issueProblems(
  issue: z.core.$ZodIssue,
  { file, rewritten }: ConfigSource,
  value: unknown,
  misspelt: readonly Misspelt[],
): Problem[] {
  const base = { code: 'ClusterConfigInvalid', file } as const;
  const remedy = 'See docs/schemas/cluster.schema.json for every field.';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const meant = misspelt.find((each) => samePath(each.path, path))?.meant.at(-1);
      return {
        ...base,
        field: fieldOf(path),
        message: 'There is no such field.',
        remedy: meant === undefined ? remedy : `Write ${String(meant)}, if that is meant. ${remedy}`,
      };
    });
  }
  const field = fieldOf(issue.path);
  const found = at(value, issue.path);
  const where = { ...base, ...(field === '' ? {} : { field }) };
  if (issue.code === 'invalid_type' && issue.expected === 'string' && isScalarOfText(found)) {
    const written = writtenAt(rewritten, field) ?? String(found);
    return [
      {
        ...where,
        message: `It is a ${typeof found} as it is written${written === String(found) ? '' : `, ${String(found)}`}, and must be text.`,
        remedy: `Put it in quotes: "${written}".`,
      },
    ];
  }
  if (found === null && issue.path.length > 0)
    return [{ ...where, message: 'The field has no value.', remedy: 'Give it one, or leave the field out.' }];
  return [{ ...where, message: `${issue.message}.`, remedy }];
}

function fieldOf(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** What is to be left out, so that the rest says what it did before. */
function pathsOf(issue: z.core.$ZodIssue): Path[] {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => [...issue.path, key])
    : [partOf(issue.path)];
}

function partOf(path: Path): Path {
  return path.slice(0, path[0] !== undefined && IN_PARTS.includes(path[0]) ? 2 : 1);
}

function without(value: unknown, paths: readonly Path[]): unknown {
  const byKey = new Map(grouped(paths, ([key]) => String(key)));
  const kept = (key: string, each: unknown): unknown[] => {
    const below = byKey.get(key)?.map((path) => path.slice(1)) ?? [];
    if (below.length === 0) return [each];
    return below.some((path) => path.length === 0) ? [] : [without(each, below)];
  };
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => kept(String(index), each));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => kept(key, each).map((one) => [key, one] as const)),
  );
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

function samePath(left: Path, right: Path): boolean {
  return left.length === right.length && left.every((key, index) => key === right[index]);
}
