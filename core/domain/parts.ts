import { type Changing, runOf } from './cluster-change.ts';
import { PARTS, type Part } from './cluster-run.ts';
import type { DesiredState } from './desired-state.ts';
import { STEP_OPERATIONS } from './operation-kinds.ts';
import { clusterRun, type StepOperation } from './operations.ts';

/** A state that may be of a cluster which is not whole yet. */
type Parted = Pick<DesiredState, 'parts'>;

/** The parts of a cluster that were asked for so far. */
function partsOf({ parts = PARTS }: Parted): readonly Part[] {
  return parts;
}

/** Whether a part of a cluster was asked for: what was not is not missing. */
export function hasPart(desired: Parted, part: Part): boolean {
  return partsOf(desired).includes(part);
}

/** Whether all of a cluster was asked for. */
export function isWhole(desired: Parted): boolean {
  return missingParts(desired).length === 0;
}

/** The parts of a cluster that nobody asked for yet, in the order they are to be made. */
function missingParts(desired: Parted): readonly Part[] {
  return PARTS.filter((part) => !hasPart(desired, part));
}

/**
 * The parts that a run makes. An issuer that is made for a key which the bundle brings has that key stored with it. Of an
 * issuer that somebody else keeps there is nothing to make but the roles, and the manifest that names it.
 */
export function partsMadeBy(
  desired: Changing & Pick<DesiredState, 'issuer' | 'publicKeyPem'>,
): ReadonlySet<Part> {
  const { makes } = runOf(desired);
  if (desired.issuer.type === 'existing') return new Set(PARTS);
  const bringsKey = desired.publicKeyPem !== undefined && makes.includes('issuer');
  return new Set(PARTS.filter((part) => makes.includes(part) || (part === 'key' && bringsKey)));
}

/** The parts of a cluster after a run, as its desired state has them: none of a cluster that is whole. */
export function partsAfter(desired: DesiredState, current: Parted | undefined): Parted {
  const made = partsMadeBy(desired);
  const parts = PARTS.filter((part) => made.has(part) || (current !== undefined && hasPart(current, part)));
  return parts.length === PARTS.length ? {} : { parts };
}

/** The operation that makes this part alone. */
export function stepOf(part: Part): StepOperation {
  const step = STEP_OPERATIONS.find((name) => clusterRun(name).makes.every((each) => each === part));
  if (step === undefined) throw new TypeError(`No operation makes ${part} alone.`);
  return step;
}

const WORDS: Readonly<Record<Part, string>> = {
  key: 'signing key',
  issuer: 'issuer with the identity provider',
  roles: 'roles with their Secrets',
};

/** What is to be done before a cluster is whole; undefined when it is. */
export function whatIsToCome(
  cluster: string,
  desired: Parted,
): { readonly message: string; readonly remedy: string } | undefined {
  const steps = missingParts(desired).map(stepOf);
  if (steps.length === 0) return undefined;
  const uploads = steps.map((step) => `${step}/`).join(', then below ');
  return {
    message: `Cluster ${cluster} is not whole yet: its ${missingParts(desired)
      .map((part) => WORDS[part])
      .join(' and its ')} ${steps.length === 1 ? 'was' : 'were'} never asked for.`,
    remedy: `Upload its bundle below ${uploads}; or below prepare/, for all of it.`,
  };
}
