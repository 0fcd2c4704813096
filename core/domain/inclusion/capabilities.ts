import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { capabilitiesOf } from './belonging.ts';
import data from './capability-sets.json' with { type: 'json' };

export const capabilitySelectionSchema = z.object({
  /** Name of the set of `baselineCapabilitySet`. */
  baseline: z.string(),
  additional: z.array(z.string()),
});

/** The capabilities that install-config.yaml chooses. */
export type CapabilitySelection = DeepReadonly<z.infer<typeof capabilitySelectionSchema>>;

/** What is enabled where install-config.yaml says nothing. */
export const ALL_CAPABILITIES: CapabilitySelection = { baseline: 'vCurrent', additional: [] };

/** What `baselineCapabilitySet` can be. Of a set that came after the table it is not known what is in it. */
export const BASELINE = /^(None|vCurrent|v\d{1,2}\.\d{1,3})$/;

const SETS: Readonly<Record<string, readonly string[]>> = data.sets;

/** The installer refuses to do without them on AWS. */
const NEEDED_ON_AWS: ReadonlySet<string> = new Set(data.neededOnAws);

/**
 * Tells which capabilities a cluster has: those that AWS needs, those chosen when it was installed, and those that its
 * roles show. What the cluster has had before a capability of that name came up stays enabled, so a role tells more
 * than the choice (cluster-version operator: implicitly enabled capabilities). Undefined when nothing says it.
 *
 * @param selection The choice of install-config.yaml; undefined when it is not on record.
 * @param present Manifests of components that the cluster has.
 */
export function knownCapabilities(
  selection: CapabilitySelection | undefined,
  present: readonly unknown[],
): (name: string) => boolean | undefined {
  const shown = new Set(present.flatMap(capabilitiesOf));
  const chosen = new Set(selection?.additional);
  return (name) => {
    if (NEEDED_ON_AWS.has(name) || shown.has(name)) return true;
    if (selection === undefined) return undefined;
    if (selection.baseline === ALL_CAPABILITIES.baseline || chosen.has(name)) return true;
    return SETS[selection.baseline]?.includes(name);
  };
}

/** Capabilities whose components have requests for AWS, and that a choice leaves out. */
export function leftOut(selection: CapabilitySelection | undefined): readonly string[] {
  if (selection === undefined) return [];
  const isEnabled = knownCapabilities(selection, []);
  return data.withRequests.filter((name) => isEnabled(name) === false);
}
