import type { DesiredState } from '../../domain/desired-state.ts';
import { formatProblem, type Problem, type RejectionName, rejectionName } from '../../domain/problem.ts';
import type { Report } from '../../domain/report.ts';
import type { BundleReading } from './read-bundle.ts';

/** How a refused bundle ends its execution. */
export interface Rejection {
  readonly error: RejectionName;
  /** Every problem in one line each, as far as Step Functions has room; the report has all. */
  readonly cause: string;
}

/** Well below the 32,768 characters of a cause, and below what the console shows at once. */
const CAUSE_LENGTH = 8_000;

export function rejection(problems: readonly Problem[]): Rejection {
  const lines: string[] = [];
  let length = 0;
  for (const line of problems.map(formatProblem)) {
    if (lines.length > 0 && length + line.length > CAUSE_LENGTH) {
      lines.push(`… and ${problems.length - lines.length} more; the report lists all ${problems.length}.`);
      break;
    }
    lines.push(line);
    length += line.length;
  }
  return { error: rejectionName(problems), cause: lines.join('\n') };
}

export function rejectionReport(
  run: { readonly id: string; readonly operation: string; readonly endedAt: string },
  bundle: DesiredState['bundle'],
  reading: Pick<BundleReading, 'problems' | 'skipped' | 'warnings'>,
): Report {
  const { error, cause } = rejection(reading.problems);
  return {
    version: 1,
    run: run.id,
    operation: run.operation,
    outcome: 'rejected',
    endedAt: run.endedAt,
    bundle,
    changes: [],
    skipped: [...reading.skipped],
    warnings: [...reading.warnings],
    problems: [...reading.problems],
    error: { name: error, cause },
  };
}
