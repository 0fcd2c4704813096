import { plural } from '../audit/view.ts';
import type { Component, PlanReport, Verdict } from './schema.ts';

/** Words for both forms of a plan. */

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  create: 'new',
  change: 'changes',
  keep: 'stays',
  remove: 'goes',
};

export const NOTHING_CHANGES = 'Nothing would change: everything is as it shall be.';

/** A plan in a sentence. */
export function planSummary({ isEmpty, counts, issuer, provider, signingKey, files }: PlanReport): string {
  if (isEmpty) return NOTHING_CHANGES;
  const others = [
    signingKey.verdict === 'keep' ? [] : ['the signing key'],
    issuer.verdict === 'keep' ? [] : ['the issuer'],
    provider.verdict === 'keep' ? [] : ['the identity provider'],
    fileCount(files) === 0 ? [] : [plural(fileCount(files), 'file')],
  ].flat();
  const roles = (['create', 'change', 'remove'] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${plural(counts[verdict], 'role')} ${ROLE_WORDS[verdict]}`);
  const staying =
    counts.keep === 0
      ? []
      : [`${plural(counts.keep, 'role')} as ${counts.keep === 1 ? 'it is' : 'they are'}`];
  return `${[...roles, ...others, ...staying].join(', ')}.`;
}

const ROLE_WORDS = { create: 'made', change: 'changed', remove: 'removed' } as const;

function fileCount({ create, update, remove }: PlanReport['files']): number {
  return create.length + update.length + remove.length;
}

/** Title of a component: the Secret it is known by, or its role where there is no Secret any more. */
export function titleOf({ role, secret }: Component): string {
  return secret === undefined ? role : `${secret.namespace}/${secret.name}`;
}

/** What a plan is of, in words. */
export function planTitle({ operation, release, addOn, cluster }: PlanReport): string {
  return `Plan of ${operation} ${[cluster.name, release ?? addOn].filter((each) => each !== undefined).join(' ')}`;
}

/** Those that a run would write to, before those that stay as they are. */
export function sortedComponents(components: readonly Component[]): readonly Component[] {
  const order: readonly Verdict[] = ['remove', 'create', 'change', 'keep'];
  return components.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}
