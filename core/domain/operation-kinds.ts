import { PARTS } from './cluster-run.ts';
import {
  type AddOnOperation,
  CLUSTER_OPERATIONS,
  type ClusterOperation,
  clusterRun,
  operationFacts,
  type ReleaseOperation,
  type StepOperation,
} from './operations.ts';

/** Whether the key of an operation names a registered cluster and a release. */
export function isReleaseOperation(name: ClusterOperation): name is ReleaseOperation {
  return isOfRegistered(name, 'release');
}

/** Whether the key of an operation names a registered cluster and an add-on. */
export function isAddOnOperation(name: ClusterOperation): name is AddOnOperation {
  return isOfRegistered(name, 'name');
}

function isOfRegistered(name: ClusterOperation, part: string): boolean {
  const { target, keys } = operationFacts(name);
  return target === 'registered' && keys[0].parts.includes(part);
}

/** Whether an operation makes one part of a cluster and not the others. */
export function isStepOperation(name: ClusterOperation): name is StepOperation {
  return clusterRun(name).makes.length < PARTS.length;
}

export const STEP_OPERATIONS = CLUSTER_OPERATIONS.filter(isStepOperation);
