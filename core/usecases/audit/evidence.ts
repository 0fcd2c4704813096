import { type PolicyDocument, type PolicyStatement, statementsOf } from '../../domain/policy-document.ts';

/**
 * The statements of live policies that say something of the services of some actions, with just those actions: what
 * a reader needs to see that one is missing. A policy of hundreds of actions would hide it.
 */
export function relevantStatements(
  policies: readonly PolicyDocument[],
  actions: readonly string[],
): readonly (PolicyStatement | null)[] {
  const services = new Set(actions.map(serviceOf));
  return policies
    .flatMap(statementsOf)
    .flatMap((statement: PolicyStatement | null): (PolicyStatement | null)[] => {
      const Action = statement?.['Action'];
      // NotAction speaks of everything, and what is malformed should be seen.
      if (Action === undefined) return [statement];
      const relevant = [Action].flat().filter((action) => isOf(services, String(action)));
      return relevant.length === 0 ? [] : [{ ...statement, Action: relevant }];
    });
}

function serviceOf(action: string): string {
  return action.split(':')[0]?.toLowerCase() ?? '';
}

/** A wildcard in the service may mean any of them. */
function isOf(services: ReadonlySet<string>, action: string): boolean {
  const service = serviceOf(action);
  return /[*?]/.test(service) || services.has(service);
}
