import type { RejectionName } from '../../../core/domain/problem.ts';
import { bundleWithRequest, REQUEST_FILE, statement } from '../../support/bundles.ts';
import type { BadBundle } from './bad-bundle.ts';

export const at = { file: REQUEST_FILE, document: 1 };
export const ENTRIES = 'spec.providerSpec.statementEntries';

export function badRequest(
  what: string,
  changes: Record<string, unknown>,
  error: RejectionName,
  fields: readonly string[],
  codes: readonly RejectionName[] = [],
): BadBundle {
  return {
    title: `a request with ${what}`,
    bundle: () => bundleWithRequest(changes),
    error,
    problems: fields.map((field, index) => ({ ...at, field, code: codes[index] ?? error })),
  };
}

export function badStatement(
  what: string,
  changes: Record<string, unknown>,
  error: RejectionName,
  field: string,
): BadBundle {
  return badRequest(`a statement with ${what}`, statement(changes), error, [`${ENTRIES}[0].${field}`]);
}

export function indent(text: string): string {
  return text.replace(/\n(?=.)/g, '\n  ');
}
