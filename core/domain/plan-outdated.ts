import { sameAsWritten } from '../util/same-as-written.ts';
import type { PlannedChanges, PlannedRole } from './plan.ts';

/**
 * What came to be other since a plan was made, one sentence each; empty when the same plan would be made now.
 *
 * @param keptThen The plan that somebody approved.
 * @param plannedNow What would be planned now.
 */
export function changedSince(keptThen: PlannedChanges, plannedNow: PlannedChanges): readonly string[] {
  const [kept, now] = [withoutReasons(keptThen), withoutReasons(plannedNow)];
  const told = [
    ...ofPart('the signing key', kept.plan.signingKey, now.plan.signingKey),
    ...ofPart(`issuer ${kept.desired.issuer.url}`, kept.plan.issuer, now.plan.issuer),
    ...ofPart(`identity provider ${kept.desired.providerArn}`, kept.plan.provider, now.plan.provider),
    ...ofRoles(kept, now),
    ...ofPart('the files in the output bucket', kept.plan.files, now.plan.files),
    ...ofPart('what is to be removed', kept.plan.removals ?? {}, now.plan.removals ?? {}),
    ...ofPart('what an adoption would record', kept.plan.differences ?? {}, now.plan.differences ?? {}),
  ];
  if (told.length > 0 || sameAsWritten(kept, now)) return told;
  return ['What is asked for of the cluster is other than it was.'];
}

/** Why something stays has the time in it when IAM saw it used last, which is another one every hour; what stays is compared. */
function withoutReasons({ desired, plan }: PlannedChanges): PlannedChanges {
  const { removals } = plan;
  return { desired, plan: removals === undefined ? plan : { ...plan, removals: { ...removals, kept: [] } } };
}

/** The state of a resource that there is, for people, and its changes. */
function ofPart(title: string, kept: object, now: object): readonly string[] {
  if (sameAsWritten(kept, now)) return [];
  const [before, after] = [stateOf(kept), stateOf(now)];
  const fields =
    before === undefined || after === undefined ? fieldsOther(kept, now) : fieldsOther(before, after);
  const name = title.charAt(0).toUpperCase() + title.slice(1);
  if (before === undefined && after !== undefined) return [`${name} is there now, and was not.`];
  if (before !== undefined && after === undefined) return [`${name} was there, and is not any more.`];
  return [
    fields.length === 0
      ? `${name} is to change otherwise.`
      : `${name} is other than it was: ${fields.join(', ')}.`,
  ];
}

/** By name: a role that was left alone may be in the plan by now, and one of the plan may have come to be right. */
function ofRoles(kept: PlannedChanges, now: PlannedChanges): readonly string[] {
  const [before, after] = [rolesOf(kept), rolesOf(now)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const title = `IAM role ${name}`;
    if (was === undefined) return [`${title} was as it shall be, and is not any more.`];
    if (is === undefined) return [`${title} was to change, and is as it shall be by now.`];
    return ofPart(title, was, is);
  });
}

function rolesOf({ desired, plan }: PlannedChanges): ReadonlyMap<string, Omit<PlannedRole, 'index'>> {
  return new Map(plan.roles.map(({ index, ...role }) => [desired.roles[index]?.name ?? '', role]));
}

function stateOf(planned: object): object | undefined {
  return 'before' in planned ? (planned.before as object) : undefined;
}

function fieldsOther(before: object, after: object): readonly string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields]
    .filter((field) => !sameAsWritten(Reflect.get(before, field), Reflect.get(after, field)))
    .sort();
}
