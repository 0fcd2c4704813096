import type { SecretRef } from '../manifests.ts';

/** A component as it was prepared. */
export interface PreparedRole {
  readonly arn: string;
  readonly secret: SecretRef;
  readonly tokenPath: string;
  /** Names; all of them are in the namespace of the Secret. */
  readonly serviceAccounts: readonly string[];
  /** The release that first asks for it, where that is not the cluster's own. */
  readonly since?: string;
  /** Whether only optional operators ask for it, which need not be there. */
  readonly ofAddOn: boolean;
}

/** What a cluster is compared with. */
export interface PreparedCluster {
  readonly name: string;
  readonly run: string;
  readonly issuer: string;
  /** Audiences of the identity provider. */
  readonly audiences: readonly string[];
  readonly release?: string;
  /** Releases that it was prepared for in addition. */
  readonly upgrades: readonly string[];
  readonly roles: readonly PreparedRole[];
  /** What of it was never made, in a sentence. */
  readonly unfinished?: string;
  /** What the latest audit says of upgrades; a text says why that is not known. */
  readonly audit: LatestAudit | string;
}

export interface LatestAudit {
  readonly at: string;
  /** Releases to which it, or an earlier one that still counts, opens the way. */
  readonly opened: readonly string[];
  /** Releases that were opened once and are to be taken back. */
  readonly retracted: readonly string[];
}

/** A Secret or a request by its full name. */
export function fullName({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}
