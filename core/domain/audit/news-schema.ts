import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';

/** What is new in a release, as part of an audit's report: see `release-news.ts` for how it is found. */

const permission = z.object({
  effect: z.string().describe('Allow or Deny.'),
  action: z.string(),
  resource: z.string(),
  condition: z.string().optional().describe('The policyCondition as JSON.'),
});

const gates = z.object({
  featureSet: z.string().optional().describe('The annotation release.openshift.io/feature-set.'),
  featureGate: z.string().optional().describe('The annotation release.openshift.io/feature-gate.'),
  capability: z.string().optional().describe('The annotation capability.openshift.io/name.'),
  majorVersion: z.string().optional().describe('The annotation release.openshift.io/major-version.'),
});

const requestNews = z.object({
  change: z
    .enum(['new', 'changed', 'gone', 'taken-away'])
    .describe(
      'new: the earlier release does not have it. gone: the release no longer has it. taken-away: the release has a tombstone for it, which deletes it from the cluster.',
    ),
  name: z.string().describe('metadata.name of the CredentialsRequest.'),
  secret: z
    .string()
    .describe('Namespace and name of its Secret, e.g. openshift-machine-api/aws-cloud-credentials.'),
  gates: gates.describe('Which clusters have it; every cluster when nothing is said.'),
  gatesBefore: gates.optional().describe('What that was in the earlier release, where it is another.'),
  permissions: z
    .object({ new: z.array(permission), gone: z.array(permission) })
    .describe('By their texts: an action whose resource changed is in both lists.'),
  serviceAccounts: z.object({ new: z.array(z.string()), gone: z.array(z.string()) }),
});

export const releaseNewsSchema = z.object({
  against: z
    .string()
    .optional()
    .describe(
      'The release before it that is on hand and can be used; absent when nothing could be compared.',
    ),
  notes: z.array(z.string()).describe('Why nothing was compared, or which releases were passed over.'),
  requests: z.array(requestNews).describe('CredentialsRequests for AWS of every feature set that differ.'),
});

export type Permission = DeepReadonly<z.infer<typeof permission>>;
export type Gates = DeepReadonly<z.infer<typeof gates>>;
export type RequestNews = DeepReadonly<z.infer<typeof requestNews>>;
export type ReleaseNews = DeepReadonly<z.infer<typeof releaseNewsSchema>>;
