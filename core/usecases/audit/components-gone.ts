import { finding } from '../../domain/audit/finding.ts';
import type { Finding } from '../../domain/audit/report.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import { amongSecrets } from '../../domain/manifests.ts';
import { isOlder } from '../../domain/release.ts';
import { addOnsOf, isOfRelease } from '../../domain/role-sources.ts';
import type { KnownRelease } from './desired-release.ts';
import type { LiveCluster } from './live-cluster.ts';

/** Components assume their roles at least every hour; a cluster may be asleep for a season. */
const LATELY_MS = 90 * 24 * 3_600_000;

/**
 * The components that a cluster has and a release does not ask for. A release that takes one away says so with a
 * tombstone; where it does not, the bundle may not be the whole release, or the component not what it is taken for.
 */
export function componentsGone(wanted: KnownRelease, live: LiveCluster): Finding[] {
  const asked = new Set(
    [...wanted.roles, ...wanted.unclear.flatMap(({ role }) => role ?? [])].map(({ name }) => name),
  );
  const isTombstoned = amongSecrets(wanted.tombstones);
  const isMentioned = amongSecrets(wanted.mentioned);
  return live.desired.roles
    .filter(({ name }) => !asked.has(name))
    .flatMap((role) => {
      // What add-ons ask for, a release need not.
      const isAddOns = addOnsOf(role).length > 0;
      if (isAddOns && (!isOfRelease(role) || isTombstoned(role.secretRef))) return [];
      if (isTombstoned(role.secretRef)) return [gone(role, live)];
      // What came with an upgrade to a later release, this one need not have.
      if (role.since !== undefined && isOlder(wanted.bundle.release, role.since)) return [gone(role, live)];
      if (isOfRelease(role) && !isMentioned(role.secretRef)) return [incomplete(role, wanted)];
      const used = usedLately(role, live);
      if (isAddOns) return [];
      return [used === undefined ? gone(role, live) : inUse(role, used, live)];
    });
}

function usedLately({ name }: DesiredRole, { observed, at }: LiveCluster): string | undefined {
  const lastUsed = observed.roles.roles.find((role) => role.name === name)?.lastUsed;
  return lastUsed !== undefined && Date.parse(at) - Date.parse(lastUsed) < LATELY_MS ? lastUsed : undefined;
}

function gone({ name, secretRef, requestedBy }: DesiredRole, { desired: { cluster } }: LiveCluster): Finding {
  return finding('ComponentGone', {
    resource: `role ${name}`,
    message: `The release does not ask for ${secretRef.namespace}/${secretRef.name}. The role stays: the cluster uses it until the upgrade is complete.`,
    remedy:
      requestedBy.length > 0
        ? `After the upgrade, upload the bundle of the release as prune/${cluster.name}/<release>.tgz.`
        : `It is not on record who asked for it. If an optional operator uses it, upload the operator's request as add/${cluster.name}/<name>.tgz. If not, upload the bundle of the release as prune/${cluster.name}/<release>.tgz after the upgrade, with the role under removeRoles in its cluster.yaml.`,
  });
}

function incomplete({ name, secretRef }: DesiredRole, { bundle }: KnownRelease): Finding {
  const secret = `${secretRef.namespace}/${secretRef.name}`;
  return finding('BundleIncomplete', {
    resource: `role ${name}`,
    message: `The bundle holds no request for ${secret}, which the cluster's own release asks for, and no tombstone of it.`,
    remedy: `Put all requests of ${bundle.release} into the bundle. If the release has taken the component away, say so in it: its CredentialsRequest for ${secret} with the annotation release.openshift.io/delete: "true".`,
  });
}

function inUse(
  { name, secretRef }: DesiredRole,
  used: string,
  { desired: { cluster } }: LiveCluster,
): Finding {
  const secret = `${secretRef.namespace}/${secretRef.name}`;
  return finding('ComponentGoneInUse', {
    resource: `role ${name}`,
    message: `The release has nothing for ${secret} in a cluster like this, and IAM saw its role used at ${used}.`,
    live: `last used ${used}`,
    remedy: `If an optional operator uses it, upload the operator's request as add/${cluster.name}/<name>.tgz. If a feature gate or a capability brought it, upload the requests of the cluster below prepare/ again with featureGates or capabilities in cluster.yaml. If the release has taken it away, say so in the bundle: its CredentialsRequest for ${secret} with the annotation release.openshift.io/delete: "true".`,
  });
}
