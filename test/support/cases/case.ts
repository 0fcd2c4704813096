import { readBundleFiles } from '../../../core/bundle/read-archive.ts';
import { BundleRejected } from '../../../core/domain/errors.ts';
import { DEFAULT_RULES } from '../../../core/domain/policy-guard.ts';
import { type BundleReading, readBundle } from '../../../core/usecases/prepare/read-bundle.ts';

/** What people have, and what is right to be made of it. */
export interface Case {
  readonly input: string;
  /** Name of the upload, and its bytes. */
  readonly upload: () => Promise<readonly [name: string, bytes: Uint8Array]>;
  /** How many roles come of it; or why it is refused. */
  readonly right: number | string;
  /** What has to be said, in a problem or a warning. */
  readonly says?: string;
  /** Tags of the cluster. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Key of the upload, where that is to name the cluster. */
  readonly key?: string;
}

export interface Happened {
  readonly right: number | string;
  readonly said: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Reads an upload as ReadBundle does. */
export async function whatHappens({ upload, key = 'prepare/bundle.tgz' }: Case): Promise<Happened> {
  const [name, bytes] = await upload();
  try {
    const files = await readBundleFiles(name, bytes);
    return describeReading(
      readBundle(files, {
        run: 'run',
        bundle: { bucket: 'intake', key },
        rules: {},
        guard: DEFAULT_RULES,
        placement: { iamPartition: 'aws', accountId: '123456789012' },
      }),
    );
  } catch (error) {
    if (!(error instanceof BundleRejected)) throw error;
    return { right: codesOf(error), said: textOf(error.problems), tags: {} };
  }
}

function describeReading({ desired, problems, warnings }: BundleReading): Happened {
  return {
    right: desired === undefined ? codesOf({ problems }) : desired.roles.length,
    said: [textOf(problems), ...warnings].join('\n'),
    tags: desired?.cluster.tags ?? {},
  };
}

function codesOf({ problems }: Pick<BundleReading, 'problems'>): string {
  return [...new Set(problems.map(({ code }) => code))].sort().join(' ');
}

function textOf(problems: BundleReading['problems']): string {
  return problems.map(({ message, remedy }) => `${message} ${remedy}`).join('\n');
}
