import * as z from 'zod';
import { EnvironmentInvalid } from '../domain/errors.ts';

/** `emulator` where AWS's refusals, TLS and DNS cannot be had, so that a report never claims they were proved. */
const platform = z.enum(['aws', 'emulator']);

const account = {
  PLATFORM: platform,
  PARTITION: z.string().min(1),
  ACCOUNT_ID: z.string().regex(/^\d{12}$/),
};
const output = { OUTPUT_BUCKET: z.string().min(1) };
const task = z.object({ ...account, ...output });
const guard = {
  /** Comma-separated actions the operator allows beyond the guard's own list. */
  POLICY_GUARD_ADDITIONS: z.string(),
};

const approval = {
  /** The operations whose plans somebody has to approve, comma-separated. */
  APPROVAL_FOR: z.string(),
};

/** What is told of the guard is told with the command that changes it. */
const toldGuard = {
  ...guard,
  /** What the stack was deployed with besides: a JSON list of `name=value`. */
  OTHER_OPTIONS: z.string().regex(/^\[.*\]$/),
};

/**
 * The environment of every function, by function name. The CDK construct takes the same schema, so that a
 * variable that is forgotten there does not compile, and the handler refuses to start without it.
 */
export const ENVIRONMENTS = {
  'start-run': z.object({
    STATE_MACHINE_ARN: z.string().min(1),
    PLAN_STATE_MACHINE_ARN: z.string().min(1),
    DELETE_STATE_MACHINE_ARN: z.string().min(1),
    AUDIT_STATE_MACHINE_ARN: z.string().min(1),
  }),
  'read-bundle': task.extend({
    INTAKE_BUCKET: z.string().min(1),
    ...toldGuard,
    /** ARN of the boundary that every role must have; empty when none is demanded. */
    REQUIRED_BOUNDARY_ARN: z.string(),
  }),
  /** Either starts the undo of a run that ended without it. */
  lock: task.extend({ UNDO_STATE_MACHINE_ARN: z.string().min(1) }),
  'start-undo': task.extend({ UNDO_STATE_MACHINE_ARN: z.string().min(1) }),
  unlock: task,
  'plan-changes': task.extend({
    ...guard,
    ...approval,
    /** Whether a bundle may bring the signing key of a new cluster. */
    OWN_SIGNING_KEYS: z.enum(['true', 'false']),
  }),
  'ask-for-approval': task.extend({ TOPIC_ARN: z.string().min(1) }),
  'decide-run': task,
  'create-key-pair': task,
  'publish-oidc-documents': task,
  'register-provider': task,
  'create-role': task.extend(guard),
  'render-secrets': task,
  verify: task.extend({
    /** Who verifies the tokens that are tried: AWS, a verifier beside an emulator, or nobody. */
    TOKEN_VERIFIER: z.enum(['aws', 'local', 'none']),
  }),
  'prune-resources': task,
  'publish-report': task,
  'register-cluster': task,
  'publish-plan': task,
  'undo-secrets': task,
  'undo-roles': task.extend(guard),
  'undo-provider': task,
  'undo-documents': task,
  'undo-key-pair': task,
  'report-failure': task,
  'read-deletion': task.extend({ INTAKE_BUCKET: z.string().min(1) }),
  'plan-deletion': task.extend(approval),
  'delete-roles': task,
  'delete-provider': task,
  'delete-issuer': task,
  'delete-files': task,
  'report-deletion': task,
  'read-releases': task.extend({ INTAKE_BUCKET: z.string().min(1) }),
  'list-clusters': task,
  'discover-clusters': task,
  'audit-cluster': task.extend({
    INTAKE_BUCKET: z.string().min(1),
    ...toldGuard,
    /** Whether IAM's own policy simulator is asked too: it knows service control policies. */
    SIMULATE_POLICIES: z.enum(['true', 'false']),
  }),
  'publish-audit': task,
  'announce-audit': task.extend({ TOPIC_ARN: z.string().min(1) }),
} as const;

export type FunctionName = keyof typeof ENVIRONMENTS;
export type Environment<Name extends FunctionName> = z.infer<(typeof ENVIRONMENTS)[Name]>;

/** What every task knows about where it runs. */
export type TaskEnvironment = z.infer<typeof task>;

/** Reads a function's environment. Throws EnvironmentInvalid naming every variable that is missing or malformed. */
export function readEnvironment<Name extends FunctionName>(
  name: Name,
  variables: NodeJS.ProcessEnv = process.env,
): Environment<Name> {
  const parsed = ENVIRONMENTS[name].safeParse(variables);
  if (parsed.success) return parsed.data as Environment<Name>;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new EnvironmentInvalid(`The environment of ${name} is not complete: ${wrong}`);
}
