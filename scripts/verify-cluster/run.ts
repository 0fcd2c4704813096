import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdsWholeSecrets, reducedText } from '../../core/domain/cluster-check/read-facts.ts';
import type { FactsName } from '../../core/domain/cluster-check/snapshot.ts';
import { clusterCheckText } from '../../core/domain/cluster-check/text.ts';
import { DocumentUnreadable, DocumentVersionUnknown, RecordTampered } from '../../core/domain/errors.ts';
import { verifyByFiles } from '../../core/usecases/verify-cluster.ts';
import { terminalJson } from '../../core/util/visible.ts';
import { UsageError } from '../local/main.ts';
import { EXIT_OF, type VerifyArguments } from './arguments.ts';

/** All pods of a large cluster have some 200 MB. */
const SIZE_LIMIT = 512 * 1024 * 1024;

const NOT_REDUCED =
  'secrets.json holds whole Secrets. Delete it; docs/verify-cluster.md has a command that keeps them off the disk.\n';

/** What is printed, and the exit code. */
export interface Told {
  readonly output: string;
  readonly warning?: string;
  readonly code: number;
}

/** Verifies a cluster by two directories. Throws UsageError where the records of what was prepared cannot be used. */
export function verifyDirectories(
  { cluster, prepared, json }: Extract<VerifyArguments, { does: 'verify' }>,
  at: Date,
): Told {
  if (statSync(cluster, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`${cluster} is no directory.`);
  const need = (name: string): Uint8Array => {
    const bytes = readIfThere(join(prepared, name));
    if (bytes === undefined)
      throw new UsageError(
        `${join(prepared, name)} cannot be read; docs/verify-cluster.md says how to get it.`,
      );
    return bytes;
  };
  let isWhole = false;
  const textOf = (name: FactsName): string | undefined => {
    const text = readIfThere(join(cluster, `${name}.json`))?.toString('utf8');
    if (name === 'secrets' && text !== undefined) isWhole = holdsWholeSecrets(text);
    return text;
  };
  const audit = readIfThere(join(prepared, 'audit.json'));
  const records = {
    entry: need('cluster.json'),
    desired: need('desired.json'),
    ...(audit === undefined ? {} : { audit }),
  };
  try {
    const report = verifyByFiles(textOf, records, at);
    return {
      output: json ? terminalJson(report) : clusterCheckText(report),
      ...(isWhole ? { warning: NOT_REDUCED } : {}),
      code: EXIT_OF[report.outcome],
    };
  } catch (error) {
    const known = [DocumentUnreadable, DocumentVersionUnknown, RecordTampered];
    if (known.some((kind) => error instanceof kind)) throw new UsageError((error as Error).message);
    throw error;
  }
}

/** What may be kept of the standard output of `oc get`. Throws UsageError where it is not that. */
export function reduce(name: FactsName, text: string): string {
  const reduced = reducedText(name, text);
  if (reduced === undefined)
    throw new UsageError(`Standard input is not what oc get ${name} -o json prints.`);
  return reduced;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= SIZE_LIMIT ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
