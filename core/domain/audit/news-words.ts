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

/** What is said when no request differs. */
export function noNews({ against }: ReleaseNews): string | undefined {
  return against === undefined ? undefined : `It asks for what ${against} asks for.`;
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
  const groups = new Map<string, string[]>();
  for (const { effect, action, resource, condition } of permissions) {
    const on = resource === '*' ? 'on every resource' : `on ${resource}`;
    const where = `${on}${condition === undefined ? '' : ` if ${condition}`}${effect === 'Allow' ? '' : ` (${effect})`}`;
    groups.set(where, [...(groups.get(where) ?? []), action]);
  }
  return [...groups].map(([where, actions]) => ({ where, actions }));
}
