import * as z from 'zod';
import { UNAPPROVED_OUTCOMES } from './approval.ts';
import { changeSchema } from './change.ts';
import { requestSourceSchema } from './request-source.ts';
import { undoOutcomeSchema } from './undo-outcome.ts';

const location = { file: z.string().optional(), document: z.int().optional(), field: z.string().optional() };

const check = z.object({
  check: z.string().describe('What was checked.'),
  proved: z.int().describe('How many subjects passed.'),
  notProved: z.int().describe('How many could not be checked here.'),
  reason: z.string().optional().describe('Why they could not.'),
  provedBy: z.string().optional().describe('What proved it, where that does not go without saying.'),
});

/** Who approved a plan, or refused it. */
export const approvalSchema = z.object({
  verdict: z.enum(['approved', 'refused']),
  by: z.string().describe('ARN of whoever decided, as STS knows it.'),
  at: z.string().describe('ISO 8601.'),
  reason: z.string().optional(),
});

/**
 * The report of a run: `report.json` next to `report.md`. The published JSON Schema
 * (docs/schemas/report.schema.json) is generated from this very schema.
 */
export const reportSchema = z
  .object({
    version: z.literal(1),
    run: z.string().describe('Name of the execution.'),
    operation: z
      .string()
      .describe(
        'prepare, one of its single steps, adopt, upgrade, prune, add or remove; undo when a stopped run was undone.',
      ),
    release: z
      .string()
      .optional()
      .describe('Release that an upgrade or a prune is for; the cluster may run another one.'),
    addOn: z.string().optional().describe('Add-on that an add or a remove is about.'),
    outcome: z.enum([
      'prepared',
      'adopted',
      'rejected',
      'not-planned',
      'rolled-back',
      'rollback-incomplete',
      'cluster-busy',
      ...UNAPPROVED_OUTCOMES,
    ]),
    approval: approvalSchema
      .optional()
      .describe('Who approved the plan of the run, or refused it, where somebody had to.'),
    startedAt: z.string().optional().describe('ISO 8601.'),
    endedAt: z.string().describe('ISO 8601.'),
    bundle: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }),
    cluster: z
      .object({
        name: z.string(),
        region: z.string(),
        release: z.string().optional(),
        featureSet: z.string(),
      })
      .optional(),
    issuer: z.string().optional().describe('serviceAccountIssuer of the cluster.'),
    providerArn: z.string().optional(),
    keyId: z.string().optional().describe('kid of the signing key.'),
    roles: z
      .array(
        z.object({
          name: z.string(),
          arn: z.string(),
          secret: z.string(),
          serviceAccounts: z.array(z.string()),
          requestedBy: z
            .array(requestSourceSchema)
            .optional()
            .describe('Who asks for the role; nobody of one from before that was kept.'),
          since: z.string().optional().describe('Release whose upgrade brought the role.'),
        }),
      )
      .optional(),
    changes: z
      .array(changeSchema)
      .describe('What this run changed, or had begun to change; empty for a converged cluster.'),
    differences: z
      .array(changeSchema)
      .optional()
      .describe('What a prepare of the same bundle would change of a cluster that was adopted.'),
    skipped: z
      .array(z.object({ ...location, reason: z.string() }))
      .describe('Documents of the bundle that were not for this cluster.'),
    warnings: z.array(z.string()),
    problems: z
      .array(z.object({ code: z.string(), ...location, message: z.string(), remedy: z.string() }))
      .optional(),
    verification: z.array(check).optional(),
    error: z
      .object({ name: z.string(), cause: z.string() })
      .optional()
      .describe('The first error of a run that failed.'),
    undo: z
      .array(undoOutcomeSchema)
      .optional()
      .describe('What became of everything a failed run may have made.'),
    files: z
      .array(z.string())
      .optional()
      .describe(
        'Addresses of the results; of an upgrade, those of the Secrets that the cluster may lack; of an add, those of the Secrets of the add-on.',
      ),
  })
  .describe('Report of one run of sts-prep.');

export type Report = z.infer<typeof reportSchema>;
export type CheckSummary = z.infer<typeof check>;

/** `checkSchema` is part of the execution's state between Verify and PublishReport. */
export const checkSchema = check;
