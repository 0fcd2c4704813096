import { grouped } from '../../util/grouped.ts';
import { isOlder } from '../release.ts';
import type { Permission, ReleaseNews, RequestNews } from './news-schema.ts';
import type { ReleaseBundle } from './release-bundle.ts';
import { type ReleaseRequest, releaseRequests } from './release-requests.ts';

/**
 * What is new in a release against the one before it on hand, once for the whole fleet. Texts are compared, for people
 * who read what a release changed; what a cluster lacks is found by comparing meanings.
 *
 * @returns undefined for a bundle of one cluster only.
 */
export function releaseNews(bundle: ReleaseBundle, all: readonly ReleaseBundle[]): ReleaseNews | undefined {
  if (bundle.cluster !== undefined) return undefined;
  if (bundle.problems.length > 0) return nothing(['Its bundle cannot be used.']);
  const earlier = all.filter(
    ({ cluster, release }) => cluster === undefined && isOlder(release, bundle.release),
  );
  const usable = earlier.filter(({ problems }) => problems.length === 0);
  const before = usable.reduce<ReleaseBundle | undefined>(
    (latest, each) => (latest === undefined || isOlder(latest.release, each.release) ? each : latest),
    undefined,
  );
  const passedOver = earlier
    .filter(
      ({ release, problems }) =>
        problems.length > 0 && (before === undefined || isOlder(before.release, release)),
    )
    .map(({ release }) => `${release} comes before it too, and its bundle cannot be used.`);
  if (before === undefined)
    return nothing(['No earlier release is on hand that it could be compared with.', ...passedOver]);
  const requests = requestsNews(releaseRequests(before.documents), releaseRequests(bundle.documents));
  const length = JSON.stringify(requests).length;
  if (length > MAX_NEWS_CHARACTERS)
    return nothing([
      `What is new against ${before.release} takes ${length} characters, and ${MAX_NEWS_CHARACTERS} are told.`,
      ...passedOver,
    ]);
  return { against: before.release, notes: passedOver, requests };
}

/** As JSON: all that is new in a minor release takes a tenth. */
const MAX_NEWS_CHARACTERS = 150_000;

function nothing(notes: readonly string[]): ReleaseNews {
  return { notes, requests: [] };
}

/**
 * A Secret is what makes a component, so requests are the same when they have the same one. A bundle may have several
 * requests for a Secret, one for each feature set: then those belong together that agree in more.
 */
const SAME: readonly ((request: ReleaseRequest) => string)[] = [
  ({ secret, name, gates }) => JSON.stringify([secret, name, gates]),
  ({ secret, name }) => JSON.stringify([secret, name]),
  ({ secret }) => secret,
];

function requestsNews(before: readonly ReleaseRequest[], after: readonly ReleaseRequest[]): RequestNews[] {
  const old = new Set(before.filter(({ isTombstone }) => !isTombstone));
  const now = new Set(after.filter(({ isTombstone }) => !isTombstone));
  const pairs: (readonly [ReleaseRequest, ReleaseRequest])[] = [];
  for (const keyOf of SAME) {
    const waiting = new Map(grouped([...old], keyOf).map(([key, group]) => [key, group.values()]));
    for (const request of now) {
      const match = waiting.get(keyOf(request))?.next().value;
      if (match === undefined) continue;
      pairs.push([match, request]);
      old.delete(match);
      now.delete(request);
    }
  }
  const known = new Set(before.filter(({ isTombstone }) => isTombstone).map(({ secret }) => secret));
  const tombstones = after.filter(({ isTombstone, secret }) => isTombstone && !known.has(secret));
  const buried = new Set(tombstones.map(({ secret }) => secret));
  return [
    ...[...now].map((request) => news('new', request, { after: request })),
    ...pairs
      .map(([earlier, later]) => news('changed', later, { before: earlier, after: later }))
      .filter(hasChanged),
    ...[...old]
      .filter(({ secret }) => !buried.has(secret))
      .map((request) => news('gone', request, { before: request })),
    // What a tombstone still lists, nobody asks for.
    ...tombstones.map((request) => news('taken-away', request, {})),
  ];
}

function hasChanged({ gatesBefore, permissions, serviceAccounts }: RequestNews): boolean {
  const lists = [permissions.new, permissions.gone, serviceAccounts.new, serviceAccounts.gone];
  return gatesBefore !== undefined || lists.some(({ length }) => length > 0);
}

/** What is to be said of a request, which is the one or the other of the two, or both. */
function news(
  change: RequestNews['change'],
  { name, secret, gates }: ReleaseRequest,
  { before, after }: { readonly before?: ReleaseRequest; readonly after?: ReleaseRequest },
): RequestNews {
  const [permissionsBefore, permissionsAfter] = [before?.permissions ?? [], after?.permissions ?? []];
  const [accountsBefore, accountsAfter] = [before?.serviceAccounts ?? [], after?.serviceAccounts ?? []];
  const hasOtherGates =
    before !== undefined &&
    after !== undefined &&
    JSON.stringify(before.gates) !== JSON.stringify(after.gates);
  return {
    change,
    name,
    secret,
    gates,
    ...(hasOtherGates ? { gatesBefore: before.gates } : {}),
    permissions: {
      new: without(permissionsAfter, permissionsBefore, permissionKey),
      gone: without(permissionsBefore, permissionsAfter, permissionKey),
    },
    serviceAccounts: {
      new: without(accountsAfter, accountsBefore, String),
      gone: without(accountsBefore, accountsAfter, String),
    },
  };
}

/** IAM does not tell actions apart by case. */
function permissionKey({ effect, action, resource, condition }: Permission): string {
  return JSON.stringify([effect, action.toLowerCase(), resource, condition]);
}

/** What is in the one list and not in the other, each once. */
function without<Item>(list: readonly Item[], other: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const seen = new Set(other.map(keyOf));
  return list.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
