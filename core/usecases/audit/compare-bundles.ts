import type { ReleaseBundle } from '../../domain/audit/release-bundle.ts';
import type { Finding } from '../../domain/audit/report.ts';
import { compareReleases, parseRelease, sameRelease } from '../../domain/release.ts';
import { type ComparedRelease, compareRelease } from './audit-release.ts';
import type { ClusterRecord } from './cluster-record.ts';
import { type DesiredRelease, desiredReleaseOf, type ReleaseRules } from './desired-release.ts';
import type { LiveCluster } from './live-cluster.ts';

/**
 * The releases a cluster is compared with: those newer than its own, of its own bundles and of the fleet's. When its
 * release is not known, all of them. A bundle whose key says no release is for nobody.
 */
export function releasesFor(
  { entry, desired }: ClusterRecord,
  bundles: readonly ReleaseBundle[],
  rules: ReleaseRules,
): readonly DesiredRelease[] {
  const { name } = desired.cluster;
  const current = entry.release === undefined ? undefined : parseRelease(entry.release);
  const own = bundles.filter(({ cluster }) => cluster === name);
  const fleet = bundles.filter(({ cluster }) => cluster === undefined);
  return [...own, ...fleet]
    .filter(({ release }) => {
      const parsed = parseRelease(release);
      return parsed !== undefined && (current === undefined || compareReleases(parsed, current) > 0);
    })
    .map((bundle) => desiredReleaseOf(bundle, desired, rules));
}

/**
 * Compares a live cluster with every release on hand. Where several bundles are of one release, its own and the
 * fleet's among them, none outranks another: the result is the worst of theirs, and says what each of them says.
 */
export function compareReleaseBundles(
  wanted: readonly DesiredRelease[],
  live: LiveCluster,
): readonly ComparedRelease[] {
  const compared: ComparedRelease[] = [];
  for (const each of wanted.map((release) => compareRelease(release, live))) {
    const index = compared.findIndex(({ release }) => sameRelease(release, each.release));
    const first = compared[index];
    if (first === undefined) compared.push(each);
    else compared[index] = together(first, each);
  }
  return compared;
}

const ORDER: readonly ComparedRelease['status'][] = ['ready', 'unknown', 'not-ready'];

function together(first: ComparedRelease, second: ComparedRelease): ComparedRelease {
  const [better, worse] = [first, second].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  if (better === undefined || worse === undefined) return first;
  const known = new Set(first.findings.map(({ id }: Finding) => id));
  return {
    ...first,
    status: worse.status,
    reasons: [...new Set([first, second].flatMap(({ reasons }) => reasons))],
    notes: [
      ...new Set([
        ...(first.notes ?? []),
        ...(second.notes ?? []),
        `${first.source} and ${second.source} are both for this release and this cluster; it is ready only for what both ask.`,
      ]),
    ],
    findings: [...first.findings, ...second.findings.filter(({ id }) => !known.has(id))],
    unchanged: Math.min(first.unchanged, second.unchanged),
    added: [
      ...first.added,
      ...second.added.filter(({ name }) => !first.added.some((role) => role.name === name)),
    ],
  };
}
