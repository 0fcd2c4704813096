import type { KnownCluster } from './apply-change.ts';
import { runOf } from './cluster-change.ts';
import type { DesiredState } from './desired-state.ts';
import { isOlder } from './release.ts';
import { isOfRelease, isPerhapsOfRelease } from './role-sources.ts';

/**
 * What a prepare of a cluster that is there would forget: roles that its bundle does not ask for, or permissions of a
 * later release. Undefined when it forgets nothing; else a text that says which operation is meant. A prepare makes
 * a cluster just what its bundle says, so a bundle that says less is of another operation.
 */
export function forgottenBy(desired: DesiredState, known: KnownCluster): string | undefined {
  if (!runOf(desired).refusesLess) return undefined;
  return forgottenRoles(desired, known) ?? forgottenRelease(desired, known);
}

function forgottenRoles({ roles, cluster }: DesiredState, { current }: KnownCluster): string | undefined {
  const asked = new Set(roles.filter(isOfRelease).map(({ name }) => name));
  const lacking = current.roles.filter((role) => isPerhapsOfRelease(role) && !asked.has(role.name));
  if (lacking.length === 0) return undefined;
  const { name } = cluster;
  return [
    `The bundle does not ask for ${lacking.length} of the roles that cluster ${name} has for its release: ${lacking.map((role) => role.name).join(', ')}. A prepare would forget them, though the cluster may use them.`,
    `For the request of an optional operator, upload the bundle as add/${name}/<name>.tgz; for a newer release, as upgrade/${name}/<release>.tgz; to take away what the release that the cluster runs does not ask for, as prune/${name}/<release>.tgz. To repair the cluster, upload all requests of its release together below prepare/.`,
  ].join(' ');
}

function forgottenRelease(
  { cluster: { name, release } }: DesiredState,
  { current, entry }: KnownCluster,
): string | undefined {
  const its = release ?? current.cluster.release;
  const upgrades = entry.upgrades ?? [];
  const later = upgrades.filter((upgrade) => its === undefined || isOlder(its, upgrade)).at(-1);
  const said =
    release === undefined ? 'The bundle does not say its release' : `The bundle is of release ${release}`;
  if (later !== undefined) {
    return `${said}, and cluster ${name} was prepared for ${later} by an upgrade: a prepare would take permissions of that back. To repair the cluster, upload the bundle of ${later} as upgrade/${name}/${later}.tgz again; once the cluster runs ${later}, as prune/${name}/${later}.tgz. If it is to stay at its release, upload that release's bundle as prune/${name}/${its ?? '<release>'}.tgz.`;
  }
  const own = current.cluster.release;
  if (release === undefined || own === undefined || !isOlder(release, own)) return undefined;
  return `${said}, and cluster ${name} is prepared for ${own}: a prepare would take permissions of that back. To repair the cluster, upload the bundle of ${own} below prepare/; for a newer release, as upgrade/${name}/<release>.tgz.`;
}
