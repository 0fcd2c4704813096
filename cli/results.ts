import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as layout from '../core/storage/layout.ts';
import { ClientError } from './errors.ts';
import { objectsBelow } from './objects-below.ts';
import { writeInside } from './write-file.ts';

/** Where the results of an execution are now. */
export interface Results {
  readonly directory: string;
  /** Paths of what was fetched, relative to the directory. */
  readonly files: readonly string[];
  /** The Markdown report and where it is, if the execution got as far as writing one. */
  readonly report: { readonly path: string; readonly markdown: string } | undefined;
  /** Where the page for a browser is, if there is one. */
  readonly page: string | undefined;
}

/** Files of an earlier call that the bucket has no more would be taken for results. */
const OURS = '.fetched.json';

export interface FinishedRun {
  readonly id: string;
  /** Unknown for a bundle that was refused before it said which cluster it is for. */
  readonly cluster: string | undefined;
  /** The release that an upgrade was for. */
  readonly upgradeTo?: string | undefined;
  /** The add-on that it was about. */
  readonly addOn?: string | undefined;
  readonly succeeded: boolean;
  /** Whether files that hold the private key stay where they are: not everybody who follows a run is to have it. */
  readonly leavesKey?: boolean;
}

/**
 * Fetches the files of one run, and after a success the cluster's install files and registry entry, and what an
 * upgrade has for the cluster, into the cluster's own folder below `out`.
 */
export async function fetchResults(
  s3: S3Client,
  bucket: string,
  run: FinishedRun,
  out: string,
): Promise<Results> {
  const directory = resolve(out, run.cluster ?? 'rejected');
  const { root, runFolder, current } = placesOf(run);
  const there = await filesBelow(s3, bucket, root, [...current, runFolder]);
  const files = run.leavesKey === true ? there.filter((file) => !HOLD_KEY.includes(file)) : there;

  const fetched = removeStale(directory, current, { there, files });
  await download(s3, bucket, { root, files, directory });
  if (current.length > 0) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, OURS), JSON.stringify(fetched));
  }
  return {
    directory,
    files,
    report: reportAt(join(directory, runFolder, 'report.md')),
    page: pageAt(join(directory, runFolder, 'report.html')),
  };
}

/** Below a cluster's folder. */
const HOLD_KEY = [layout.archive, layout.privateKey].map((each) =>
  each.of({ cluster: '' }).slice(layout.clusterFolder.of({ cluster: '' }).length),
);

/** Where in the bucket the files of a run are, relative to a root; `current` is what later runs replace. */
function placesOf({ id: run, cluster, upgradeTo: release, addOn, succeeded }: FinishedRun) {
  if (cluster === undefined) {
    const root = layout.rejected.of();
    return { root, runFolder: layout.rejectedFolder.of({ run }).slice(root.length), current: [] };
  }
  const root = layout.clusterFolder.of({ cluster });
  const current = [
    layout.registryEntry.of({ cluster }),
    layout.archive.of({ cluster }),
    layout.installFolder.of({ cluster }),
    ...(release === undefined ? [] : [layout.upgradeFolder.of({ cluster, release })]),
    ...(addOn === undefined ? [] : [layout.addOnFolder.of({ cluster, addOn })]),
  ];
  return {
    root,
    runFolder: layout.runFolder.of({ cluster, run }).slice(root.length),
    current: succeeded ? current.map((key) => key.slice(root.length)) : [],
  };
}

const AUDIT_REPORTS = [layout.auditReportPage, layout.auditReport, layout.auditReportText];

/** Fetches the report of an audit in all its forms into a folder of its own in `audits` below `out`. */
export async function fetchAudit(s3: S3Client, bucket: string, audit: string, out: string): Promise<Results> {
  const directory = join(resolve(out, 'audits'), audit);
  const root = layout.auditFolder.of({ audit });
  const reports = AUDIT_REPORTS.map((report) => report.of({ audit }).slice(root.length));
  const files = await filesBelow(s3, bucket, root, reports);
  await download(s3, bucket, { root, files, directory });
  return {
    directory,
    files,
    report: reportAt(join(directory, 'report.md')),
    page: pageAt(join(directory, 'report.html')),
  };
}

/** Fetches what a run below `plan/` wrote, into the folder of its own below that of its cluster. */
export function fetchPlan(s3: S3Client, bucket: string, run: FinishedRun, out: string): Promise<Results> {
  return fetchRun(s3, bucket, run, out, 'plan-report');
}

/** The same of a deletion, or of the plan of one. */
export function fetchDeletion(s3: S3Client, bucket: string, run: FinishedRun, out: string): Promise<Results> {
  return run.cluster === undefined
    ? fetchResults(s3, bucket, run, out)
    : fetchRun(s3, bucket, run, out, 'deletion-report');
}

async function fetchRun(
  s3: S3Client,
  bucket: string,
  { id: run, cluster = '' }: FinishedRun,
  out: string,
  report: string,
): Promise<Results> {
  const root = layout.clusterFolder.of({ cluster });
  const runFolder = layout.runFolder.of({ cluster, run }).slice(root.length);
  const directory = resolve(out, cluster);
  const files = await filesBelow(s3, bucket, root, [runFolder]);
  await download(s3, bucket, { root, files, directory });
  return {
    directory,
    files,
    report: reportAt(join(directory, runFolder, `${report}.md`)),
    page: pageAt(join(directory, runFolder, `${report}.html`)),
  };
}

function pageAt(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function reportAt(path: string): Results['report'] {
  return existsSync(path) ? { path, markdown: readFileSync(path, 'utf8') } : undefined;
}

interface Download {
  readonly root: string;
  /** Relative to the root in the bucket, and to the directory. */
  readonly files: readonly string[];
  readonly directory: string;
}

async function download(s3: S3Client, bucket: string, { root, files, directory }: Download): Promise<void> {
  await Promise.all(
    files.map(async (file) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: root + file }));
      // The private key may be among them.
      writeInside(directory, file, (await Body?.transformToByteArray()) ?? '', 0o600);
    }),
  );
}

/** What the bucket has below some paths of a root, relative to the root. */
async function filesBelow(
  s3: S3Client,
  bucket: string,
  root: string,
  paths: readonly string[],
): Promise<string[]> {
  const keys = await Promise.all(paths.map((path) => keysBelow(s3, bucket, root + path)));
  return keys.flat().map((key) => key.slice(root.length));
}

async function keysBelow(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Key = '/' } of objectsBelow(s3, bucket, prefix)) if (!Key.endsWith('/')) keys.push(Key);
  return keys;
}

/**
 * Removes what an earlier call fetched from the paths and is no more in the bucket; returns what of all calls is
 * current then. Runs, and upgrades to other releases, are history and stay, and so does what this call leaves in the bucket.
 */
function removeStale(
  directory: string,
  paths: readonly string[],
  { there, files }: Readonly<Record<'there' | 'files', readonly string[]>>,
): string[] {
  const kept = new Set(files.filter((file) => isBelow(paths, file)));
  for (const file of readFetched(directory)) {
    if (!isBelow(paths, file) || there.includes(file)) kept.add(file);
    else rmSync(inside(directory, file), { force: true });
  }
  return [...kept];
}

function isBelow(paths: readonly string[], file: string): boolean {
  return paths.some((path) => file.startsWith(path));
}

function readFetched(directory: string): string[] {
  try {
    const fetched: unknown = JSON.parse(readFileSync(join(directory, OURS), 'utf8'));
    return Array.isArray(fetched) ? fetched.filter((file) => typeof file === 'string') : [];
  } catch {
    return [];
  }
}

/** The place of a file below a directory. Throws ClientError for a name that leads out of it. */
function inside(directory: string, file: string): string {
  const path = resolve(directory, file);
  if (!path.startsWith(directory + sep))
    throw new ClientError(`${file} is not a file name for ${directory}.`);
  return path;
}
