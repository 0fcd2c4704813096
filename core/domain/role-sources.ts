import type { AddOn, DesiredRole } from './desired-state.ts';
import { mergeRole } from './merge.ts';
import { FROM_RELEASE, fromAddOn, type RequestSource, sameSource } from './request-source.ts';

/*
 * Who asks for a role. A role from before there were sources is asked for by nobody that is known, and is treated
 * as the release's except that it is never taken away by itself.
 */

type Sourced = Pick<DesiredRole, 'requestedBy'>;

export function isAskedBy({ requestedBy }: Sourced, source: RequestSource): boolean {
  return requestedBy.some((each) => sameSource(each, source));
}

export function isOfRelease(role: Sourced): boolean {
  return isAskedBy(role, FROM_RELEASE);
}

/** Whether the release may be what asks for it. */
export function isPerhapsOfRelease(role: Sourced): boolean {
  return role.requestedBy.length === 0 || isOfRelease(role);
}

/** Whether add-ons ask for it, and nobody else. */
export function isOfAddOnsOnly(role: Sourced): boolean {
  return !isPerhapsOfRelease(role);
}

/** Whether one add-on asks for it, and nobody else. */
export function isOnlyOf(role: Sourced, addOn: string): boolean {
  return role.requestedBy.length === 1 && isAskedBy(role, fromAddOn(addOn));
}

/** The add-ons that ask for a role, by name. */
export function addOnsOf({ requestedBy }: Sourced): readonly string[] {
  return requestedBy.flatMap((source) => (source.type === 'add-on' ? source.name : []));
}

/** The role when this source asks for it no more. */
export function withoutSource(role: DesiredRole, source: RequestSource): DesiredRole {
  return { ...role, requestedBy: role.requestedBy.filter((each) => !sameSource(each, source)) };
}

/** What add-ons ask for by themselves, by the name of the role; what several ask for, together. */
export function requestsOf(addOns: readonly AddOn[]): ReadonlyMap<string, DesiredRole> {
  const byName = new Map<string, DesiredRole>();
  for (const role of addOns.flatMap(({ roles }) => roles)) {
    const first = byName.get(role.name);
    byName.set(role.name, first === undefined ? role : mergeRole(first, role));
  }
  return byName;
}

/** Who asks for a role, in words. */
export function describeSources({ requestedBy }: Sourced): string {
  return requestedBy
    .map((source) => (source.type === 'release' ? 'the release' : `add-on ${source.name}`))
    .join(' and ');
}
