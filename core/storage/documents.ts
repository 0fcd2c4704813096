import * as z from 'zod';
import { clusterRolesSchema } from '../domain/audit/cluster-roles.ts';
import { readBundlesSchema } from '../domain/audit/release-bundle.ts';
import { auditReportSchema, clusterAuditSchema } from '../domain/audit/report.ts';
import { clusterCheckReportSchema } from '../domain/cluster-check/report.ts';
import { deletionItemSchema, deletionPlanSchema, tombstoneSchema } from '../domain/deletion/plan.ts';
import { deletionReportSchema } from '../domain/deletion/report.ts';
import { desiredStateSchema } from '../domain/desired-state.ts';
import { foundClustersSchema } from '../domain/found-clusters.ts';
import { planSchema } from '../domain/plan.ts';
import { planReportSchema } from '../domain/plan-report/schema.ts';
import { storedEntrySchema } from '../domain/registry.ts';
import { reportSchema } from '../domain/report.ts';
import { undoOutcomeSchema } from '../domain/undo-outcome.ts';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { documentFormat, storedDocument } from './document.ts';
import { desiredState1, registryEntry1 } from './earlier-versions.ts';
import * as layout from './layout.ts';
import { runSchema } from './run.ts';

/**
 * Every document that the pipeline writes for itself or for other programs: where it is, and what makes it valid.
 * They outlive the release that wrote them. A change that an older document does not have, or that an older release
 * could not read, makes a new version: give the format the upgrade from the one before, and the tests a sample.
 */

const lockSchema = z.object({
  execution: z.string(),
  run: z.string(),
  /** Whether there is nothing to undo of the run, as of a deletion, which goes on where it stopped. */
  isDeletion: z.literal(true).exactOptional(),
});

/** Who holds a cluster's lock. */
export type LockContent = DeepReadonly<z.infer<typeof lockSchema>>;

const failureRecordSchema = z.object({
  task: z.string(),
  error: z.string(),
  message: z.string(),
  /** ISO 8601. */
  at: z.string(),
});

/** How a task failed, in its own words. Step Functions cuts causes, and a Map's state has no room for them. */
export type FailureRecord = DeepReadonly<z.infer<typeof failureRecordSchema>>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A run that waits until somebody approves its plan. */
const approvalRequestSchema = z.object({
  cluster: runSchema.shape.cluster,
  /** Lets the execution go on. It is in no other place. */
  token: z.string(),
  /** What is to be approved: the SHA-256 of the plan's document. */
  plan: sha256,
  /** ISO 8601. */
  askedAt: z.string(),
});

const decisionSchema = z.object({
  verdict: z.enum(['approved', 'refused']),
  /** ARN of whoever decided, as STS knows him. */
  by: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** SHA-256 of the plan's document. */
  plan: sha256,
  reason: z.string().exactOptional(),
});

/** What somebody decided about the plan of a run. */
export type Decision = DeepReadonly<z.infer<typeof decisionSchema>>;

const desiredStateFormat = documentFormat(desiredStateSchema, [desiredState1]);
const failureRecordFormat = documentFormat(failureRecordSchema);
const reportFormat = documentFormat(reportSchema);
const clusterAuditFormat = documentFormat(clusterAuditSchema);
const auditReportFormat = documentFormat(auditReportSchema);

/* A cluster */
export const registryEntry = storedDocument(
  layout.registryEntry,
  documentFormat(storedEntrySchema, [registryEntry1]),
  2,
);
export const tombstone = storedDocument(layout.tombstone, documentFormat(tombstoneSchema), 2);
export const lock = storedDocument(layout.lock, documentFormat(lockSchema));

/* A run */
export const desiredState = storedDocument(layout.desiredState, desiredStateFormat, 1);
/** The same as far as the bundle says it; PlanChanges makes the desired state of it, and nothing else reads it. */
export const bundleReading = storedDocument(layout.bundleReading, desiredStateFormat, 1);
export const plan = storedDocument(layout.plan, documentFormat(planSchema), 1);
/** There from the moment on when a run takes things away. */
export const removal = storedDocument(layout.removal, documentFormat(z.object({ at: z.string() })), 1);
export const undoRecord = storedDocument(layout.undoRecord, documentFormat(z.array(undoOutcomeSchema)), 1);
export const failureRecord = storedDocument(layout.failureRecord, failureRecordFormat, 1);
export const runReport = storedDocument(layout.runReport, reportFormat, 2);
export const planReport = storedDocument(layout.planReport, documentFormat(planReportSchema), 1);
export const approvalRequest = storedDocument(layout.approvalRequest, documentFormat(approvalRequestSchema));
export const decision = storedDocument(layout.decision, documentFormat(decisionSchema), 1);
export const failureReport = storedDocument(layout.failureReport, reportFormat, 2);
export const rejectedReport = storedDocument(layout.rejectedReport, reportFormat, 2);
export const runIndexEntry = storedDocument(layout.runIndexEntry, documentFormat(runSchema.shape.cluster));

/* A deletion */
export const deletionPlan = storedDocument(layout.deletionPlan, documentFormat(deletionPlanSchema), 1);
/** What became of one part of it. */
export const deletionRecord = storedDocument(
  layout.deletionRecord,
  documentFormat(z.array(deletionItemSchema)),
  1,
);
export const deletionReport = storedDocument(layout.deletionReport, documentFormat(deletionReportSchema), 2);

/* An audit */
export const auditReleases = storedDocument(layout.auditReleases, documentFormat(readBundlesSchema));
/** Names; the audit's state machine reads them too, of a large fleet. */
export const auditClusters = storedDocument(layout.auditClusters, documentFormat(z.array(z.string())));
export const auditRoles = storedDocument(layout.auditRoles, documentFormat(clusterRolesSchema));
export const auditOfCluster = storedDocument(layout.auditOfCluster, clusterAuditFormat);
export const auditFailureRecord = storedDocument(layout.auditFailureRecord, failureRecordFormat);
export const auditReport = storedDocument(layout.auditReport, auditReportFormat);
export const clustersFound = storedDocument(layout.clustersFound, documentFormat(foundClustersSchema));
export const latestAuditOfCluster = storedDocument(layout.latestAuditOfCluster, clusterAuditFormat);
/** @internal What an audit writes here is its own report's text; this is for the test that keeps a sample of every document. */
export const latestAuditReport = storedDocument(layout.latestAuditReport, auditReportFormat);
export const latestAudit = storedDocument(
  layout.latestAudit,
  documentFormat(z.object({ audit: z.string() })),
);

/* What comes from outside, in the intake bucket */
export const handedOver = storedDocument(layout.handedOver, documentFormat(clusterCheckReportSchema), 2);
