import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';

/** Everything that is looked at in a cluster, in the order of the report. */
export const CLUSTER_CHECKS = {
  mode: 'The cloud credential operator is in mode Manual',
  'root-secret': 'There is no Secret with root credentials: kube-system/aws-creds',
  issuer: 'The cluster signs for the issuer that was prepared, byte for byte',
  version: 'The cluster runs the release that it was prepared for',
  'upgradeable-to': 'An upgrade is opened only where the latest audit says so',
  secret: 'The Secret names the role and the token of its component, and no access key',
  request: 'The CredentialsRequest of the cluster is one that was prepared',
  prepared: 'The cluster has a CredentialsRequest for what was prepared',
  token: 'Pods have a token where their Secret says, for an audience of the identity provider',
} as const;

export type ClusterCheckName = keyof typeof CLUSTER_CHECKS;

const result = z.object({
  check: z.enum(Object.keys(CLUSTER_CHECKS) as [ClusterCheckName, ...ClusterCheckName[]]),
  subject: z.string().describe('What it is about: the cluster, a Secret, a request, a service account.'),
  outcome: z
    .enum(['verified', 'finding', 'unknown', 'note'])
    .describe(
      'finding: it is not so. unknown: it could not be told. note: nothing is wrong, and it is worth knowing.',
    ),
  detail: z.string().optional(),
  remedy: z.string().optional().describe('What to do about a finding, or to get to know.'),
});

export const clusterCheckReportSchema = z
  .object({
    version: z.literal(1),
    cluster: z.string(),
    at: z.string().describe('When it was verified; ISO 8601.'),
    outcome: z
      .enum(['verified', 'findings', 'unknown'])
      .describe('findings: there is at least one. unknown: there is none, and not all could be told.'),
    preparedBy: z.string().describe('The run whose results the cluster was compared with.'),
    results: z.array(result),
  })
  .describe('What sts-prep verify-cluster found in a cluster. Holds nothing that is secret.');

export type ClusterCheckResult = DeepReadonly<z.infer<typeof result>>;
export type ClusterCheckReport = DeepReadonly<z.infer<typeof clusterCheckReportSchema>>;

/** What all results come to: one that is not so outweighs one that is not known, and nothing is fine by default. */
export function outcomeOf(results: readonly ClusterCheckResult[]): ClusterCheckReport['outcome'] {
  const has = (wanted: ClusterCheckResult['outcome']) => results.some(({ outcome }) => outcome === wanted);
  if (has('finding')) return 'findings';
  return has('unknown') || !has('verified') ? 'unknown' : 'verified';
}
