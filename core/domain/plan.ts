import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { type Change, changeSchema, deleted } from './change.ts';
import type { Part } from './cluster-run.ts';
import type { DesiredState } from './desired-state.ts';
import { issuerStateSchema, providerStateSchema, roleStateSchema } from './observed.ts';
import { publishedKeySchema } from './published-key.ts';

const changes = z.array(changeSchema);

/** Changes of a resource; `before` is absent when it was not there. */
const planned = <State extends z.ZodType>(state: State) =>
  z.object({ changes, before: state.exactOptional() });

const plannedRoleSchema = planned(roleStateSchema).extend({
  /** Position in `DesiredState.roles`. */
  index: z.int().min(0),
});

export type PlannedRole = DeepReadonly<z.infer<typeof plannedRoleSchema>>;

const removedManifestSchema = z.object({
  /** As changes name it: relative to the installer's directory, or below the add-ons of the cluster. */
  path: z.string(),
  /** The version that was there; whatever hides it later was put there by the run. */
  versionId: z.string(),
  etag: z.string(),
});

export type RemovedManifest = DeepReadonly<z.infer<typeof removedManifestSchema>>;

const removalsSchema = z.object({
  /** Roles as they were to the last part, so that they can be recreated. */
  roles: z.array(z.object({ name: z.string(), before: roleStateSchema })),
  manifests: z.array(removedManifestSchema),
  /** Why a role stays although a request for it is gone, one sentence each. */
  kept: z.array(z.string()),
});

/** What a run takes away, last of all. */
export type Removals = DeepReadonly<z.infer<typeof removalsSchema>>;

export const planSchema = z.object({
  version: z.literal(1),
  run: z.string(),
  signingKey: z.object({
    changes,
    /** Id of the key that the cluster signs with; absent while its pair is yet to be made. */
    kid: z.string().exactOptional(),
    /** The same key, for its public file. */
    publicKeyPem: z.string().exactOptional(),
    /** Whether its private half was stored when the plan was made. */
    hasPair: z.boolean().exactOptional(),
    /** What is to be on record of all keys, but for a pair that is yet to be made. */
    keys: z.array(publishedKeySchema).exactOptional(),
  }),
  issuer: planned(issuerStateSchema),
  provider: planned(providerStateSchema),
  /** Only the roles that change. */
  roles: z.array(plannedRoleSchema),
  /** The files' versions are their own ledger: the output bucket keeps what was there before. */
  files: z.object({ changes }),
  /** What no request asks for any more, of a run that takes it away; and what stays all the same. */
  removals: removalsSchema.exactOptional(),
  /** Of a run that only registers what is there: what another run would change. Nothing of it is done, so nothing is undone. */
  differences: changes.exactOptional(),
  /** What a permissions boundary, or the policy of the role itself, takes or may take from what a request asks for: why, by the role's name. */
  withheld: z.record(z.string(), z.string()).exactOptional(),
  /** What the run leaves as it is and whoever reads the plan should know, one sentence each. */
  warnings: z.array(z.string()).exactOptional(),
  /** Why the run waits until somebody approves the plan, one sentence each; absent when it does not. */
  approval: z.array(z.string()).exactOptional(),
});

/**
 * What a run is about to change, with what was there before. It is written before the first change and
 * never again, so it is the ledger too: undo works from it alone and needs nothing that a crashed task
 * failed to return.
 */
export type Plan = DeepReadonly<z.infer<typeof planSchema>>;

/** A plan, and the desired state that it brings about. */
export interface PlannedChanges {
  readonly desired: DesiredState;
  readonly plan: Plan;
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

/** Which parts of a cluster a plan changes, and whether it writes files. */
export function partsChangedBy({
  signingKey,
  issuer,
  provider,
  roles,
  files,
}: Plan): Readonly<Record<Part | 'files', boolean>> {
  return {
    key: signingKey.changes.length > 0,
    issuer: issuer.changes.length + provider.changes.length > 0,
    roles: roles.length > 0,
    files: files.changes.length > 0,
  };
}

/** What a plan takes away, as changes. */
export function removalChanges({ removals }: Pick<Plan, 'removals'>): readonly Change[] {
  if (removals === undefined) return [];
  return [
    ...removals.manifests.map(({ path }) => deleted(path)),
    ...removals.roles.map(({ name }) => deleted(`role ${name}`)),
  ];
}
