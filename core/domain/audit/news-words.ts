import { grouped } from '../../util/grouped.ts';
import type { Gates, Permission, ReleaseNews, RequestNews } from './news-schema.ts';
import type { AvailableRelease } from './report.ts';

/** What the Markdown and the HTML form of a report say of what is new in a release. */

export const CHANGE_WORDS: Readonly<Record<RequestNews['change'], string>> = {
  new: 'New',
  changed: 'Changed',
  gone: 'Gone',
  'taken-away': 'Taken away',
};

export type ReleaseWithNews = AvailableRelease & { readonly news: ReleaseNews };

/** Releases of the whole fleet of which it is known, or known why not, what is new. */
export function releasesWithNews(releases: readonly AvailableRelease[]): ReleaseWithNews[] {
  return releases.flatMap(({ news, ...release }) => (news === undefined ? [] : [{ ...release, news }]));
}

export function newsTitle({ release, news: { against } }: ReleaseWithNews): string {
  return `What is new in ${release}${against === undefined ? '' : ` against ${against}`}`;
}

/** Whether it is known that no request differs. */
export function isWithoutNews({ against, requests }: ReleaseNews): boolean {
  return against !== undefined && requests.length === 0;
}

/** What is said beside the requests that differ. */
export function newsNotes(news: ReleaseNews): readonly string[] {
  return isWithoutNews(news) ? [...news.notes, `It asks for what ${news.against} asks for.`] : news.notes;
}

/** Which clusters have a request, and which had it before. */
export function gatesText({ gates, gatesBefore, change }: RequestNews): string | undefined {
  if (gatesBefore !== undefined) return `For ${clustersOf(gates)}; before for ${clustersOf(gatesBefore)}`;
  return Object.keys(gates).length === 0 && change !== 'new' ? undefined : `For ${clustersOf(gates)}`;
}

function clustersOf({ featureSet, featureGate, capability, majorVersion }: Gates): string {
  const words = [
    ['feature set', featureSet],
    ['feature gate', featureGate],
    ['capability', capability],
    ['major version', majorVersion],
  ] as const;
  const conditions = words.flatMap(([word, value]) => (value === undefined ? [] : [`the ${word} ${value}`]));
  return conditions.length === 0 ? 'every cluster' : `clusters with ${conditions.join(' and ')}`;
}

export interface PermissionGroup {
  readonly actions: readonly string[];
  /** What the actions are for, e.g. `on every resource`. */
  readonly where: string;
}

/** Permissions by what they are for: one statement of a request is mostly one group. */
export function permissionGroups(permissions: readonly Permission[]): PermissionGroup[] {
  return grouped(permissions, whereOf).map(([where, group]) => ({
    where,
    actions: group.map(({ action }) => action),
  }));
}

function whereOf({ effect, resource, condition }: Permission): string {
  const on = resource === '*' ? 'on every resource' : `on ${resource}`;
  return `${on}${condition === undefined ? '' : ` if ${condition}`}${effect === 'Allow' ? '' : ` (${effect})`}`;
}
