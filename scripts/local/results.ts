import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { LocalError } from './local-error.ts';

/** Where the results of a run are now. */
export interface Results {
  readonly directory: string;
  /** Paths of what was fetched, relative to the directory. */
  readonly files: readonly string[];
  /** The run's Markdown report and where it is, if it got as far as writing one. */
  readonly report: { readonly path: string; readonly markdown: string } | undefined;
}

/** Files of an earlier call that the bucket has no more would be taken for results. */
const OURS = '.fetched.json';

export interface FinishedRun {
  readonly id: string;
  /** Unknown for a bundle that was refused before it said which cluster it is for. */
  readonly cluster: string | undefined;
  readonly succeeded: boolean;
}

/**
 * Fetches the files of one run, and after a success the cluster's install files and registry entry, into the
 * cluster's own folder below `out`.
 */
export async function fetchResults(
  s3: S3Client,
  bucket: string,
  run: FinishedRun,
  out: string,
): Promise<Results> {
  const directory = resolve(out, run.cluster ?? 'rejected');
  const root = run.cluster === undefined ? 'rejected/' : `clusters/${run.cluster}/`;
  const runFolder = run.cluster === undefined ? `${run.id}/` : `runs/${run.id}/`;
  const installed = run.succeeded && run.cluster !== undefined;
  const paths = installed ? ['cluster.json', 'install.tar.gz', 'install/', runFolder] : [runFolder];
  const keys = (await Promise.all(paths.map((path) => keysBelow(s3, bucket, root + path)))).flat();
  const files = keys.map((key) => key.slice(root.length));

  if (installed) removeStale(directory, files);
  await Promise.all(
    keys.map(async (key, index) => {
      const target = inside(directory, files[index] ?? '');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      mkdirSync(dirname(target), { recursive: true });
      // The private key is among them.
      writeFileSync(target, (await Body?.transformToByteArray()) ?? '', { mode: 0o600 });
    }),
  );
  if (installed) writeFileSync(join(directory, OURS), JSON.stringify(files));

  const path = join(directory, runFolder, 'report.md');
  const report = existsSync(path) ? { path, markdown: readFileSync(path, 'utf8') } : undefined;
  return { directory, files, report };
}

async function keysBelow(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key?.endsWith('/') ? [] : (Key ?? []))));
  return keys;
}

function removeStale(directory: string, files: readonly string[]): void {
  let earlier: unknown;
  try {
    earlier = JSON.parse(readFileSync(join(directory, OURS), 'utf8'));
  } catch {
    return;
  }
  if (!Array.isArray(earlier)) return;
  const current = new Set(files);
  // Runs are history: their folders stay.
  for (const file of earlier)
    if (typeof file === 'string' && !current.has(file) && !file.startsWith('runs/'))
      rmSync(inside(directory, file), { force: true });
}

/** The place of a file below a directory. Throws LocalError for a name that leads out of it. */
function inside(directory: string, file: string): string {
  const path = resolve(directory, file);
  if (!path.startsWith(directory + sep)) throw new LocalError(`${file} is not a file name for ${directory}.`);
  return path;
}
