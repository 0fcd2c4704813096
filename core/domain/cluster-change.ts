import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import type { ClusterRun } from './cluster-run.ts';
import { type ClusterOperation, clusterRun, type StepOperation } from './operations.ts';

/** Names of the roles that the bundle asks for. */
const asked = z.array(z.string());

export const clusterChangeSchema = z.discriminatedUnion('operation', [
  z.object({ operation: z.literal('upgrade'), release: z.string(), asked }),
  z.object({
    operation: z.literal('prune'),
    release: z.string(),
    asked,
    /** Roles that a tombstone or `removeRoles` names: they go whatever IAM says of their use. */
    named: z.array(z.string()),
  }),
  z.object({ operation: z.literal('add'), addOn: z.string() }),
  z.object({ operation: z.literal('remove'), addOn: z.string() }),
  z.object({ operation: z.literal('adopt') }),
  z.object({ operation: z.literal('migrate') }),
]);

/**
 * What a run does to a cluster that is there already. An `upgrade` adds what the release asks for and takes nothing
 * away; a `prune` takes away what only an earlier release asked for; `add` and `remove` are about one add-on; an `adopt`
 * changes nothing, of a cluster that the registry need not know; nor need it know one that a `migrate` prepares, which runs already.
 */
export type ClusterChange = DeepReadonly<z.infer<typeof clusterChangeSchema>>;

/** A state that may be one of a change. */
export interface Changing {
  readonly clusterChange?: ClusterChange;
  readonly step?: StepOperation;
}

/** What a desired state is for. */
export function operationOf({ clusterChange, step }: Changing): ClusterOperation {
  return clusterChange?.operation ?? step ?? 'prepare';
}

/** What the run of a desired state does to its cluster. */
export function runOf(desired: Changing): ClusterRun {
  return clusterRun(operationOf(desired));
}

/** Whether the bundle says all of the cluster, so that nothing need be known of it. */
export function saysAll(desired: Changing): boolean {
  const { registersOnly, signsAlready } = runOf(desired);
  return desired.clusterChange === undefined || registersOnly === true || signsAlready === true;
}

/** The release that a change is for; undefined when it is for none. */
export function releaseOf({ clusterChange }: Changing): string | undefined {
  return clusterChange !== undefined && 'release' in clusterChange ? clusterChange.release : undefined;
}

/** The add-on that a change is about; undefined when it is about none. */
export function addOnOf({ clusterChange }: Changing): string | undefined {
  return clusterChange !== undefined && 'addOn' in clusterChange ? clusterChange.addOn : undefined;
}
