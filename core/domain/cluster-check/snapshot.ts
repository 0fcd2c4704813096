import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';

/*
 * What is kept of a cluster's objects, and no more. Of a Secret that is where its credentials point, and whether there
 * is a long-lived key in it: nothing that has to be kept secret.
 */

/** Kubernetes' own limit of names, and room for two of them with a slash. */
const name = z.string().max(253);

const secretFactsSchema = z.strictObject({
  namespace: name,
  name,
  /** Absent where the Secret has none, or it is not written like the ARN of a role. */
  roleArn: z.string().max(2048).exactOptional(),
  /** Absent where the Secret has none, or it is no absolute path. */
  tokenPath: z.string().max(512).exactOptional(),
  /** Whether anything of it is, or may hold, a long-lived key. */
  hasAccessKey: z.boolean(),
  /** Whether its credentials say more than one role and token, or get them in another way. */
  saysMore: z.boolean(),
});

const requestFactsSchema = z.strictObject({
  namespace: name,
  name,
  forAws: z.boolean(),
  secret: z.strictObject({ namespace: name, name }),
  serviceAccounts: z.array(name),
  tokenPath: z.string().max(512).exactOptional(),
});

const podFactsSchema = z.strictObject({
  namespace: name,
  name,
  serviceAccount: name,
  /** Projected service account tokens: where a container finds each, and for whom it is. */
  tokens: z.array(z.strictObject({ path: z.string().max(1024), audience: z.string().max(253) })),
});

const versionFactsSchema = z.strictObject({
  /** Releases that were reached or are under way, newest first; the last one that was reached is the last of them. */
  releases: z.array(z.string().max(80)).min(1),
});

const credentialFactsSchema = z.strictObject({
  mode: z.string().max(80),
  upgradeableTo: z.string().max(80).exactOptional(),
});

const issuerFactsSchema = z.strictObject({ issuer: z.string().max(2048) });

/** Every file of a directory that a cluster is verified by: what it is called, and what of it is kept. */
export const FACTS = {
  clusterversion: versionFactsSchema,
  authentication: issuerFactsSchema,
  cloudcredential: credentialFactsSchema,
  credentialsrequests: requestFactsSchema,
  secrets: secretFactsSchema,
  pods: podFactsSchema,
} as const;

export type FactsName = keyof typeof FACTS;

export const FACTS_NAMES = Object.keys(FACTS) as readonly FactsName[];

export type Facts<Name extends FactsName> = DeepReadonly<z.infer<(typeof FACTS)[Name]>>;

/** What was read of one kind of object, or why it is not known. */
export type Reading<Name extends FactsName> =
  | { readonly unknown: string }
  | {
      readonly items: readonly Facts<Name>[];
      /** Why there may be more than these; then nothing is said to be missing, nor to be all. */
      readonly incomplete?: string;
    };

/** A cluster as far as it was read. */
export type ClusterSnapshot = { readonly [Name in FactsName]: Reading<Name> };
