import { type Change, deleted } from './change.ts';
import type { IssuerState, ProviderState, RoleState } from './observed.ts';

/**
 * What a run is about to change, with what was there before. It is written before the first change and
 * never again, so it is the ledger too: undo works from it alone and needs nothing that a crashed task
 * failed to return.
 */
export interface Plan {
  readonly version: 1;
  readonly run: string;
  readonly signingKey: { readonly changes: readonly Change[]; readonly kid?: string };
  readonly issuer: Planned<IssuerState>;
  readonly provider: Planned<ProviderState>;
  /** Only the roles that change, by position in the desired state. */
  readonly roles: readonly PlannedRole[];
  /** The files' versions are their own ledger: the output bucket keeps what was there before. */
  readonly files: { readonly changes: readonly Change[] };
  /** What no request asks for any more; only a prune has it. */
  readonly removals?: Removals;
}

export interface Planned<State> {
  readonly changes: readonly Change[];
  /** Absent when the resource was not there. */
  readonly before?: State;
}

export interface PlannedRole extends Planned<RoleState> {
  /** Position in `DesiredState.roles`. */
  readonly index: number;
}

/** What a prune takes away, last of all. */
export interface Removals {
  /** Roles as they were to the last part, so that they can be made again. */
  readonly roles: readonly { readonly name: string; readonly before: RoleState }[];
  readonly manifests: readonly RemovedManifest[];
  /** Why a role stays although no request asks for it, one sentence each. */
  readonly kept: readonly string[];
}

export interface RemovedManifest {
  /** Relative to the installer's directory. */
  readonly path: string;
  /** The version that was there; whatever hides it later was put there by the run. */
  readonly versionId: string;
  readonly etag: string;
}

/** All changes of a plan, in the order they are made. */
export function allChanges(plan: Plan): readonly Change[] {
  return [
    ...plan.signingKey.changes,
    ...plan.issuer.changes,
    ...plan.provider.changes,
    ...plan.roles.flatMap(({ changes }) => changes),
    ...plan.files.changes,
    ...removalChanges(plan),
  ];
}

/** What a plan takes away, as changes. */
export function removalChanges({ removals }: Pick<Plan, 'removals'>): readonly Change[] {
  if (removals === undefined) return [];
  return [
    ...removals.manifests.map(({ path }) => deleted(path)),
    ...removals.roles.map(({ name }) => deleted(`role ${name}`)),
  ];
}
