import { createHash } from 'node:crypto';
import { defined } from '../../util/defined.ts';
import { type FindingKind, KINDS } from './kinds.ts';
import type { Finding, Severity } from './report.ts';

/** What is said of a finding besides its kind. */
export interface FindingText {
  readonly resource: string;
  readonly message: string;
  readonly live?: unknown;
  readonly wanted?: unknown;
  readonly actions?: readonly string[];
  readonly remedy: string;
  /** When it is not the kind's own. */
  readonly severity?: Severity;
}

/** A finding that is not known to be new. Evidence that is not text is shown as JSON. */
export function finding(kind: FindingKind, text: FindingText): Finding {
  const { resource, message, live, wanted, actions, remedy, severity = KINDS[kind][0] } = text;
  return {
    id: `${kind}:${resource}:${digest(message, evidence(wanted) ?? '')}`,
    kind,
    severity,
    resource,
    message,
    ...(live === undefined ? {} : { live: evidence(live) ?? '' }),
    ...(wanted === undefined ? {} : { wanted: evidence(wanted) ?? '' }),
    ...defined({ actions: actions && [...actions] }),
    remedy,
    isNew: false,
  };
}

/** Marks the findings that are not among the ids of an earlier audit. Without one nothing counts as new. */
export function markNew(findings: readonly Finding[], earlier: ReadonlySet<string> | undefined): Finding[] {
  return findings.map((found) => ({ ...found, isNew: earlier !== undefined && !earlier.has(found.id) }));
}

function evidence(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return JSON.stringify(value, null, 2);
}

/** Long enough that two findings about one resource do not meet. */
function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 8);
}
