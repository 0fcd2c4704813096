import type { Environment } from './environment.ts';

/** The operations whose plans somebody has to approve in this deployment, whatever the bundle says. */
export function approvalFor({
  APPROVAL_FOR,
}: Pick<Environment<'plan-changes'>, 'APPROVAL_FOR'>): readonly string[] {
  return APPROVAL_FOR.split(',');
}
