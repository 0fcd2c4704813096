import { type ClusterRun, PARTS } from './cluster-run.ts';
import { type KeyForm, keyForm } from './key-form.ts';

/** A state machine that bundles start. */
export type Machine = 'prepare' | 'audit' | 'plan' | 'delete';

export interface OperationFacts {
  readonly machine: Machine;
  /** How its bundles are uploaded; what a form does not say the bundle has to. */
  readonly keys: readonly [KeyForm, ...KeyForm[]];
  /** A cluster that need not be known, one of the registry, or all of them. */
  readonly target: 'new' | 'registered' | 'fleet';
  /** `order`: one YAML file that says what is to be done. */
  readonly bundle: 'required' | 'optional' | 'none' | 'order';
  /** Days after which a bundle is of no use any more; undefined where every audit reads it again. */
  readonly keptDays: number | undefined;
  /** In one line, for lists. */
  readonly summary: string;
  /** Whether it lists what there is in the account, in place of an audit. */
  readonly listsAccount?: true;
  /** Whether its machine plans by itself what is uploaded below `plan/`. */
  readonly plansItself?: true;
  /** What its runs do; of an audit nothing, and undefined while the operation does not exist yet. */
  readonly run: ClusterRun | undefined;
  readonly exists: boolean;
}

/** A failed run can be redriven for 14 days, and people come back to what they uploaded. */
export const USED_ONCE = 30;

export const OF_A_CLUSTER = (name: string) =>
  [keyForm(`${name}/<region>/<cluster>`), keyForm(`${name}/<bundle>`)] as const;
export const OF_A_RELEASE = (name: string) => [keyForm(`${name}/<cluster>/<release>`)] as const;
export const OF_AN_ADD_ON = (name: string) => [keyForm(`${name}/<cluster>/<name>`)] as const;

export const NOT_YET = { machine: 'prepare', keptDays: USED_ONCE, run: undefined, exists: false } as const;

/** What a run does whose bundle says all of a cluster. */
export const ALL_OF_A_CLUSTER = {
  makes: PARTS,
  requests: 'of-the-release-exactly',
  refusesLess: true,
  removesByName: false,
  movesRelease: true,
  acceptsSameRelease: true,
  addsRelease: false,
} as const satisfies Partial<ClusterRun>;

/** One part of what a prepare makes, of the same bundle. */
export const A_STEP = {
  requests: 'of-nobody',
  refusesLess: false,
  removesByName: false,
  movesRelease: false,
  acceptsSameRelease: true,
  addsRelease: false,
  results: 'files-of-the-step',
} as const;
