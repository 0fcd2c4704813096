import { OPERATION_NAMES, type Operation, operationOfKey } from './operations.ts';

const PLAN: Operation = 'plan';

/** The key that a bundle would be uploaded under, of one that is only to be planned with; undefined of any other. */
export function plannedKey(key: string): string | undefined {
  return operationOfKey(key) === PLAN ? key.slice(`${PLAN}/`.length) : undefined;
}

/** Those whose bundles do something by themselves; a plan is of one of these. */
export const DIRECT_OPERATIONS = OPERATION_NAMES.filter((name) => name !== PLAN);

/** The key under which the same bundle is planned with only. */
export function planKey(key: string): string {
  return `${PLAN}/${key}`;
}
