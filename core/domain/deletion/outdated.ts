import { sameAsWritten } from '../../util/same-as-written.ts';
import type { DeletionItem, DeletionPlan } from './plan.ts';

/**
 * What of a cluster came to be other since its deletion was planned, one sentence each; empty when the same would go and the same
 * would stay. Since when a role is unused is no change of it.
 *
 * @param kept The plan that somebody approved.
 * @param now What would be planned now.
 */
export function deletionChangedSince(kept: DeletionPlan, now: DeletionPlan): readonly string[] {
  const [before, after] = [fates(kept), fates(now)];
  const told = [...new Set([...before.keys(), ...after.keys()])].flatMap((resource) => {
    const [was, is] = [before.get(resource), after.get(resource)];
    if (was === is) return [];
    if (was === undefined) return [`${resource} was not there, and is now.`];
    if (is === undefined) return [`${resource} was there, and is not any more.`];
    return [`${resource}: ${WORDS[was]} when it was approved, and ${WORDS[is]} now.`];
  });
  const facts = ({ options, entry, providerArn, bucket, roles }: DeletionPlan) => ({
    options,
    entry,
    providerArn,
    bucket,
    roles,
  });
  if (told.length > 0 || sameAsWritten(facts(kept), facts(now))) return told;
  return ['What the registry says of the cluster is other than it was.'];
}

const WORDS: Readonly<Record<DeletionItem['outcome'], string>> = {
  goes: 'goes',
  removed: 'is removed',
  stays: 'stays',
  kept: 'is kept',
  left: 'is left',
};

function fates({ items }: DeletionPlan): ReadonlyMap<string, DeletionItem['outcome']> {
  return new Map(items.map(({ resource, outcome }) => [resource, outcome]));
}
