import { isDeepStrictEqual } from 'node:util';
import { type Applied, appliedTo } from '../../domain/apply-change.ts';
import { PARTS } from '../../domain/cluster-run.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { ChangedSincePlan, ResourceConflict, RolesWouldBeForgotten } from '../../domain/errors.ts';
import { forgottenBy } from '../../domain/forgetting.ts';
import { hasPart, partsMadeBy } from '../../domain/parts.ts';
import { formatProblem } from '../../domain/problem.ts';
import { checkCollisions } from '../../domain/release-change.ts';
import { requestsOf } from '../../domain/role-sources.ts';
import type { RegisteredCluster } from '../../storage/registered-cluster.ts';

/**
 * What a bundle brings about, now that it is known what the registry says of its cluster. Throws RolesWouldBeForgotten when
 * the bundle of an operation that keeps nothing else says less than the cluster has, ChangedSincePlan when another run made
 * the cluster another one after the bundle was read, and ResourceConflict when it would move to another issuer or two roles
 * have one name.
 */
export function appliedToKnown(desired: DesiredState, known: RegisteredCluster | undefined): Applied {
  const forgotten = known && forgottenBy(desired, known);
  if (forgotten !== undefined) throw new RolesWouldBeForgotten(forgotten);
  const applied = appliedTo(desired, known);
  if (applied === undefined) {
    throw new ChangedSincePlan(
      `Cluster ${desired.cluster.name} was prepared again, or taken out of the registry, after this bundle was read.`,
    );
  }
  refuseMoving(applied.desired, known);
  refuseOtherFacts(desired, known);
  refuseSharedNames(desired, known);
  return applied;
}

/** The tokens of a live cluster are its issuer's, and its roles trust no other. */
function refuseMoving({ cluster, issuer }: DesiredState, known: RegisteredCluster | undefined): void {
  const current = known?.current.issuer.url;
  if (current === undefined || current === issuer.url) return;
  throw new ResourceConflict(
    `Cluster ${cluster.name} has the issuer ${current}, and the bundle is for ${issuer.url}. No run moves a cluster to another issuer: its tokens would be refused from then on. Correct region or issuer in the bundle, or choose another cluster name.`,
  );
}

/**
 * What a cluster is goes for all of its parts, and a single step writes one: with other facts the parts would differ. Of
 * the key nothing depends on them.
 */
function refuseOtherFacts(desired: DesiredState, known: RegisteredCluster | undefined): void {
  if (known === undefined) return;
  const { current } = known;
  const made = partsMadeBy(desired);
  if (!PARTS.some((part) => part !== 'key' && !made.has(part) && hasPart(current, part))) return;
  const differing = FACTS.filter((fact) => !isDeepStrictEqual(desired.cluster[fact], current.cluster[fact]));
  if (differing.length === 0) return;
  throw new ResourceConflict(
    `The bundle says another ${differing.join(' and ')} than cluster ${current.cluster.name} was made with, and this step makes a part of it only. Make them agree; what a cluster is can be changed below prepare/ only.`,
  );
}

const FACTS = ['featureSet', 'rolePath', 'permissionsBoundaryArn', 'tags'] as const;

/** Names are cut at 64 characters: a role of the bundle may be called like that of an add-on's other Secret. */
function refuseSharedNames({ roles }: DesiredState, known: RegisteredCluster | undefined): void {
  const ofAddOns = requestsOf(known?.current.addOns ?? []);
  const collisions = checkCollisions(ofAddOns, roles);
  if (collisions.length > 0) throw new ResourceConflict(collisions.map(formatProblem).join('\n'));
}
