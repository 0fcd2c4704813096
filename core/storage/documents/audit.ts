import * as z from 'zod';
import { clusterRolesSchema } from '../../domain/audit/cluster-roles.ts';
import { readBundlesSchema } from '../../domain/audit/release-bundle.ts';
import { auditReportSchema, clusterAuditSchema } from '../../domain/audit/report.ts';
import { foundClustersSchema } from '../../domain/found-clusters.ts';
import { documentFormat, storedDocument } from '../document.ts';
import * as layout from '../layout.ts';

const clusterAuditFormat = documentFormat(clusterAuditSchema);
const auditReportFormat = documentFormat(auditReportSchema);

export const auditReleases = storedDocument(layout.auditReleases, documentFormat(readBundlesSchema));
/** Names; the audit's state machine reads them too, of a large fleet. */
export const auditClusters = storedDocument(layout.auditClusters, documentFormat(z.array(z.string())));
export const auditRoles = storedDocument(layout.auditRoles, documentFormat(clusterRolesSchema));
export const auditOfCluster = storedDocument(layout.auditOfCluster, clusterAuditFormat);
export const auditReport = storedDocument(layout.auditReport, auditReportFormat);
export const clustersFound = storedDocument(layout.clustersFound, documentFormat(foundClustersSchema));
export const latestAuditOfCluster = storedDocument(layout.latestAuditOfCluster, clusterAuditFormat);
/** @internal What an audit writes here is its own report's text; this is for the test that keeps a sample of every document. */
export const latestAuditReport = storedDocument(layout.latestAuditReport, auditReportFormat);
export const latestAudit = storedDocument(
  layout.latestAudit,
  documentFormat(z.object({ audit: z.string(), startedAt: z.string().optional() })),
);
