import { defined } from '../../util/defined.ts';
import type { Gap } from './coverage.ts';

/** Gaps in one sentence part: actions grouped by resource, condition and reason. */
export function describeGaps(gaps: readonly Gap[]): string {
  return groupGaps(gaps)
    .map(({ actions, resource, condition, reason }) => {
      const where =
        condition === undefined ? `on ${resource}` : `on ${resource} if ${JSON.stringify(condition)}`;
      return `${actions.join(', ')} ${where} (${reason})`;
    })
    .join('; ');
}

/** The actions that gaps are about, each once. */
export function actionsOf(gaps: readonly Gap[]): string[] {
  return [...new Set(gaps.map(({ action }) => action))];
}

/** Gaps as the statements that would close them. */
export function missingStatements(gaps: readonly Gap[]): unknown[] {
  return groupGaps(gaps).map(({ actions, resource, condition }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resource,
    ...defined({ Condition: condition }),
  }));
}

interface GapGroup extends Omit<Gap, 'action'> {
  readonly actions: string[];
}

function groupGaps(gaps: readonly Gap[]): GapGroup[] {
  const groups = new Map<string, GapGroup>();
  for (const { action, ...rest } of gaps) {
    const key = JSON.stringify([rest.resource, rest.condition ?? null, rest.reason]);
    const group = groups.get(key) ?? { ...rest, actions: [] };
    if (!group.actions.includes(action)) group.actions.push(action);
    groups.set(key, group);
  }
  return [...groups.values()];
}
