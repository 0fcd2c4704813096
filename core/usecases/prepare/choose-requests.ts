import type { ClusterIdentity } from '../../domain/cluster-identity.ts';
import {
  type SelectedRequests,
  selectRequests,
  type UnclearRequest,
} from '../../domain/credentials-request.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { leftOut } from '../../domain/inclusion/capabilities.ts';
import { readFeatureGates } from '../../domain/inclusion/feature-gates.ts';
import { inclusionTarget, isFilteredForOne } from '../../domain/inclusion/target.ts';
import { amongSecrets } from '../../domain/manifests.ts';
import { formatLocation } from '../../domain/problem.ts';
import { expandLists, type SourceDocument } from '../../domain/source-document.ts';

type Chosen = Omit<SelectedRequests, 'unclear' | 'withoutCapability'> & {
  readonly warnings: readonly string[];
};

/**
 * Chooses the requests of a bundle that count for its cluster, and decides about those of which it is not known.
 * One behind a feature gate counts in a bundle that was filtered for one cluster, for whoever filtered it knew the
 * gates, and where the cluster has the component, which a prune would take away; in another it does not, for that may
 * give a role, and iam:PassRole with it, to a component that is not there. One of a capability counts: all are enabled
 * unless somebody chooses otherwise. Where what decides it is misstated, a request does not count, and so nothing is told of it
 * that may be untrue: the bundle is refused in any case.
 *
 * @param current The cluster that is there already.
 */
export function chooseRequests(
  documents: readonly SourceDocument[],
  {
    featureSet,
    release,
    featureGates,
    capabilities,
    misstated,
  }: Pick<ClusterIdentity, 'featureSet' | 'release' | 'featureGates' | 'capabilities' | 'misstated'>,
  current: Pick<DesiredState, 'roles'> | undefined,
): Chosen {
  const { documents: all, problems: tooMany } = expandLists(documents);
  const gates = all.flatMap(({ value }) => readFeatureGates(value));
  const has = amongSecrets(current?.roles.map(({ secretRef }) => secretRef) ?? []);
  const cluster = { featureSet, release, featureGates, capabilities, has };
  const known = inclusionTarget(all, gates, cluster);
  const areGatesKnown = !GATES_DEPEND_ON.some((field) => misstated.has(field));
  const { unclear, withoutCapability, ...selected } = selectRequests(
    all,
    areGatesKnown ? known : { ...known, gate: () => undefined },
  );
  const isFiltered = isFilteredForOne(all, featureSet);
  const isThere = ({ request }: UnclearRequest) => request !== undefined && has(request.secretRef);
  const counts = (each: UnclearRequest) =>
    (each.because === 'capability' && !misstated.has('capabilities')) ||
    (each.because === 'gate' && isFiltered) ||
    isThere(each);
  const taken = unclear.filter(counts);
  return {
    ...selected,
    requests: [...selected.requests, ...taken.flatMap(({ request }) => request ?? [])],
    problems: [...tooMany, ...selected.problems, ...taken.flatMap(({ problems }) => problems)],
    skipped: [
      ...selected.skipped,
      ...unclear.filter((each) => !counts(each)).map(({ at, reason }) => ({ ...at, reason })),
    ],
    warnings: [
      ...selected.warnings,
      ...unclear
        .filter(({ because }) => because === 'gate' && areGatesKnown)
        .map((each) =>
          gateWarning(each, isThere(each) ? IS_THERE : isFiltered ? IS_FILTERED : DOES_NOT_COUNT),
        ),
      ...leftOut(capabilities).map(
        (name) =>
          `The cluster is without the capability ${name}, so what needs it gets no credentials${documentsOf(name, withoutCapability)}. Before it is enabled later, upload the requests again with the capability.`,
      ),
    ],
  };
}

/** Where one of these is misstated, nothing that is told of a gate would be sure to be true. */
const GATES_DEPEND_ON = ['featureSet', 'featureGates', 'release'];

function documentsOf(name: string, left: SelectedRequests['withoutCapability']): string {
  const places = left
    .filter(({ capability }) => capability === name)
    .map(({ document }) => formatLocation(document));
  return places.length === 0 ? '' : ` (${places.join(', ')})`;
}

const IS_THERE = 'it counts, for the cluster has the component';
const IS_FILTERED =
  'it counts, for the bundle holds nothing for other clouds, feature sets or profiles, so it was filtered for this cluster';
const DOES_NOT_COUNT = 'it does not count';

function gateWarning({ at, reason }: UnclearRequest, does: string): string {
  return `${formatLocation(at)}: ${reason}; ${does}. ${SAY_GATES}`;
}

const SAY_GATES =
  "To say it, add the release's FeatureGate manifests to the bundle, or featureGates to cluster.yaml.";
