import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';
import { releaseNewsSchema } from './news-schema.ts';

/**
 * The report of an audit: `audits/runs/<audit>/report.json`, beside `report.md` and `report.html`. The published
 * JSON Schema (docs/schemas/audit-report.schema.json) is generated from this very schema.
 */
const finding = z.object({
  id: z.string().describe('The same in every audit for as long as the finding lasts.'),
  kind: z.string().describe('Name of the kind of finding; docs/audit.md lists them.'),
  severity: z
    .enum(['critical', 'warning', 'info'])
    .describe('critical: something fails, or will in the release. info: nothing has to be done.'),
  resource: z.string().describe('What the finding is about, e.g. the name of a role.'),
  message: z.string().describe('What is the matter, in one sentence.'),
  live: z.string().optional().describe('Evidence: what was found.'),
  wanted: z.string().optional().describe('Evidence: what should be there.'),
  actions: z.array(z.string()).optional().describe('The IAM actions it is about.'),
  remedy: z.string().describe('What the operator can do about it.'),
  isNew: z.boolean().describe('Whether the previous audit of the cluster did not have it.'),
});

const releaseAudit = z.object({
  release: z.string().describe('The release that was looked at, e.g. 4.14.0.'),
  source: z.string().describe('Address of the bundle its CredentialsRequests came from.'),
  status: z
    .enum(['ready', 'not-ready', 'unknown'])
    .describe('Whether the credentials of the cluster suffice for the release.'),
  reasons: z.array(z.string()).describe('Why it is not ready or not known; empty when it is ready.'),
  notes: z
    .array(z.string())
    .optional()
    .describe('What else is worth knowing; changes nothing about the status.'),
  findings: z.array(finding),
  unchanged: z.int().describe('How many components have all that the release asks for.'),
  gate: z
    .array(z.string())
    .optional()
    .describe('Commands that open the upgrade, in order. Present when, and only when, the status is ready.'),
});

const retraction = z.object({
  releases: z.array(z.string()).describe('Releases an earlier audit had opened the upgrade to.'),
  reason: z.string(),
  commands: z.array(z.string()),
});

export const clusterAuditSchema = z.object({
  version: z.literal(1),
  audit: z.string().describe('The audit that found this.'),
  at: z.string().describe('When the cluster was looked at; ISO 8601.'),
  startedAt: z
    .string()
    .optional()
    .describe('When the audit that found this began; ISO 8601. What began later counts.'),
  doubt: z
    .string()
    .optional()
    .describe('Why what was found may be of a moment only; then nothing is opened or taken back on it.'),
  cluster: z.string(),
  region: z.string().optional(),
  release: z.string().optional().describe('The release the cluster was prepared for, as far as known.'),
  issuer: z.string().optional(),
  status: z
    .enum(['clean', 'drifted', 'unknown'])
    .describe(
      'Whether the cluster is what it was last prepared to be; findings of severity info do not count.',
    ),
  reason: z.string().optional().describe('Why nothing is known of the cluster.'),
  verified: z
    .object({
      outcome: z.enum(['verified', 'findings', 'unknown']),
      at: z
        .string()
        .optional()
        .describe('When the cluster was looked at; ISO 8601. Absent where that cannot be read.'),
      findings: z.int(),
      unknown: z.int().describe('Results that could not be told.'),
      reason: z.string().optional().describe('Why it says nothing of the cluster as it is prepared now.'),
    })
    .optional()
    .describe(
      'What sts-prep verify-cluster found in the running cluster, as it was handed over; absent where it was not. Somebody says so: no audit can see it, and it opens nothing. While it finds another release or another issuer than on record, no way opens.',
    ),
  drift: z.array(finding),
  releases: z.array(releaseAudit),
  roles: z
    .array(
      z.object({
        name: z.string(),
        secret: z.string(),
        createdAt: z.string().optional().describe('ISO 8601.'),
        lastUsed: z.string().optional().describe('ISO 8601; absent when not used in 400 days, or never.'),
        region: z.string().optional().describe('Where it was used last.'),
      }),
    )
    .describe('When each role was last used, as IAM says.'),
  opened: z
    .array(z.string())
    .describe('Releases for which an audit gave the commands that open the upgrade, and which still count.'),
  retract: retraction
    .optional()
    .describe('What an earlier audit opened no longer holds: these commands take it back.'),
});

const release = z.object({
  release: z.string(),
  source: z.string(),
  cluster: z.string().optional().describe('Absent when the release is for the whole fleet.'),
  requests: z.int().describe('CredentialsRequests for AWS that were read.'),
  problems: z.array(z.string()).describe('Why the bundle cannot be used; empty when it can.'),
  news: releaseNewsSchema
    .optional()
    .describe(
      'What is new in it, for releases of the whole fleet; absent in reports from before there was this.',
    ),
  ignored: z.array(z.string()).optional().describe('Files of the bundle that an audit does not read.'),
});

/** Part of the execution's state between PublishAudit and AnnounceAudit. */
export const countsSchema = z.object({
  clusters: z.int(),
  clean: z.int(),
  drifted: z.int(),
  unknown: z.int(),
  ready: z.int().describe('Pairs of cluster and release that are ready.'),
  notReady: z.int(),
  unknownReleases: z.int(),
  critical: z.int().describe('Findings by severity, drift and releases together.'),
  warning: z.int(),
  info: z.int(),
  new: z.int(),
});

export const auditReportSchema = z
  .object({
    version: z.literal(1),
    audit: z.string().describe('Name of the execution.'),
    trigger: z.string().describe('What started it: schedule, upload, or whoever did by hand.'),
    startedAt: z.string().describe('ISO 8601.'),
    endedAt: z.string().describe('ISO 8601.'),
    previousAudit: z.string().optional(),
    releases: z.array(release),
    clusters: z.array(clusterAuditSchema),
    counts: countsSchema,
  })
  .describe('Report of one audit of the fleet by sts-prep.');

export type Finding = DeepReadonly<z.infer<typeof finding>>;
export type HandedOver = NonNullable<ClusterAudit['verified']>;
export type Severity = Finding['severity'];
export type ReleaseAudit = DeepReadonly<z.infer<typeof releaseAudit>>;
export type ClusterAudit = DeepReadonly<z.infer<typeof clusterAuditSchema>>;
export type AuditReport = DeepReadonly<z.infer<typeof auditReportSchema>>;
export type AuditCounts = DeepReadonly<z.infer<typeof countsSchema>>;
export type AvailableRelease = DeepReadonly<z.infer<typeof release>>;
