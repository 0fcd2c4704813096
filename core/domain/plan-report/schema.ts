import * as z from 'zod';
import type { DeepReadonly } from '../../util/deep-readonly.ts';

/**
 * What a run would change: `plan-report.json` of a run below `plan/`. The published JSON Schema
 * (docs/schemas/plan-report.schema.json) is generated from this very schema.
 */

const verdict = z
  .enum(['create', 'change', 'keep', 'remove'])
  .describe('keep: it is as it shall be, and nothing of it is written.');

const difference = z.object({
  added: z.array(z.string()).describe('What it would have then, and has not now.'),
  removed: z.array(z.string()).describe('What it has now, and would not have then.'),
  kept: z.int().describe('How many it has now and then.'),
});

/** Parts of a resource that change, in words. */
const changes = z.array(z.string()).describe('The parts that change.');

const component = z.object({
  role: z.string().describe('Name of the IAM role.'),
  arn: z.string(),
  secret: z.object({ namespace: z.string(), name: z.string() }).optional(),
  source: z.string().optional().describe('Where in the bundle, or in an earlier one, it was asked for.'),
  verdict,
  changes,
  serviceAccounts: difference.describe('Whom the role trusts.'),
  permissions: difference.describe('Action by action, with its resource and conditions.'),
  boundary: z
    .object({ from: z.string().optional(), to: z.string().optional() })
    .optional()
    .describe('The permissions boundary, where it changes.'),
});

export const planReportSchema = z
  .object({
    version: z.literal(1),
    run: z.string().describe('Name of the execution.'),
    operation: z.string().describe('The operation that is planned.'),
    release: z.string().optional(),
    addOn: z.string().optional(),
    plannedAt: z.string().describe('ISO 8601. What somebody changes later is not in the plan.'),
    bundle: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }),
    cluster: z.object({
      name: z.string(),
      region: z.string(),
      release: z.string().optional(),
      featureSet: z.string(),
    }),
    isEmpty: z.boolean().describe('Whether the run would change nothing.'),
    counts: z
      .object({ create: z.int(), change: z.int(), keep: z.int(), remove: z.int() })
      .describe('Of roles.'),
    signingKey: z.object({ verdict, changes }),
    issuer: z.object({ url: z.string(), resource: z.string(), verdict, changes }),
    provider: z.object({ arn: z.string(), verdict, changes }),
    components: z.array(component),
    files: z.object({
      create: z.array(z.string()),
      update: z.array(z.string()),
      remove: z.array(z.string()),
    }),
    staying: z.array(z.string()).describe('What stays although nothing asks for it, and why.'),
    skipped: z.array(z.string()).describe('Documents of the bundle that do not count, and why.'),
    warnings: z.array(z.string()),
  })
  .describe('What a run would change, as it was planned; nothing of it was done.');

export type PlanReport = DeepReadonly<z.infer<typeof planReportSchema>>;
export type Component = PlanReport['components'][number];
export type Verdict = Component['verdict'];
export type Difference = Component['permissions'];
