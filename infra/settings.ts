import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { APPROVABLE } from '../core/domain/approval.ts';
import { ADDITION_FORM, MAX_ADDITIONS_LENGTH, parseAddition } from '../core/domain/guard-additions.ts';

const ENDPOINT_VARIABLE = /^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/;
const BOUNDARY = /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;
const RATE = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/;
/** Minutes, hours, day of month, month, day of week, year. */
const CRON = /^cron\([\dA-Z*?,/#-]+( [\dA-Z*?,/#-]+){5}\)$/;
const IN_DAYS = { minute: 1 / (24 * 60), hour: 1 / 24, day: 1 } as const;
const RETENTIONS: readonly number[] = Object.values(RetentionDays).filter((days) => typeof days === 'number');

/** `-c name=value` gives text, cdk.json gives typed values; both are welcome. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** Texts, separated by commas. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== ''),
);

const actions = list
  .pipe(z.array(z.string().refine((action) => parseAddition(action) !== undefined, ADDITION_FORM)))
  .refine(
    (given) => given.join(',').length <= MAX_ADDITIONS_LENGTH,
    `must have ${MAX_ADDITIONS_LENGTH} characters at most; patterns like sqs:* are shorter`,
  );

const operations = list.pipe(z.array(z.enum(APPROVABLE, `must be of ${APPROVABLE.join(', ')}`)));

const endpoints = z
  .unknown()
  .transform(parseJson)
  .pipe(
    z.record(
      z.string().regex(ENDPOINT_VARIABLE, 'must be a variable like AWS_ENDPOINT_URL_IAM'),
      z.url('must be a URL'),
    ),
  );

const schema = z
  .strictObject({
    environment: z
      .enum(['aws', 'emulator'])
      .default('aws')
      .describe('Where the stack goes. On an emulator it leaves out what cannot be had there.'),
    policyGuardAdditions: actions
      .default([])
      .describe('Actions that the policy guard shall let pass besides its own list, separated by commas.'),
    requiredPermissionsBoundaryArn: z
      .union([z.literal(''), z.string().regex(BOUNDARY, 'must be the ARN of an IAM policy')])
      .default('')
      .describe('Permissions boundary that every role must have; see permissions.md.'),
    ownSigningKeys: flag
      .default(false)
      .describe(
        'Whether a bundle may bring the signing key of a new cluster (`publicKeyFile`). Then whoever writes to `prepare/` can sign tokens for every role of a cluster that he has made, as the private key is his; see permissions.md.',
      ),
    approvalFor: operations
      .default([])
      .describe(
        'Operations whose plans somebody has to approve, whatever the cluster, separated by commas: `upgrade,prune,delete`. The run waits for `sts-prep approve`; see guide.md.',
      ),
    alarmEmail: z.email().optional().describe('Where alarms are sent to. AWS asks the addressee to confirm.'),
    auditSchedule: z
      .string()
      .refine(
        (text) => text === 'off' || RATE.test(text) || CRON.test(text),
        'must be rate(1 day), rate(12 hours), cron(0 6 * * ? *) or the like, or off',
      )
      .default('rate(1 day)')
      .describe(
        'When the fleet is audited, as a schedule of EventBridge in UTC: `rate(12 hours)`, `cron(0 6 ? * MON-FRI *)`; or `off`.',
      ),
    auditOverdueDays: z.coerce
      .number()
      .refine(
        (days) => Number.isInteger(days) && days >= 1 && days <= 7,
        'must be a whole number of days from 1 to 7',
      )
      .default(2)
      .describe(
        'Days without an audit that succeeded, after which the operators are told; more than a cron expression leaves out. CloudWatch looks back seven at most.',
      ),
    simulatePolicies: flag
      .default(true)
      .describe(
        'Whether audits ask IAM’s policy simulator too, which knows service control policies. An emulator has none.',
      ),
    logRetentionDays: z.coerce
      .number()
      .refine((days) => RETENTIONS.includes(days), `must be one of ${RETENTIONS.join(', ')}`)
      .default(RetentionDays.ONE_YEAR)
      .describe('How long logs of functions, executions and bucket access are kept.'),
    serviceEndpoints: endpoints
      .default({})
      .describe('AWS_ENDPOINT_URL_* variables for every function, as a JSON object; for an emulator only.'),
    tokenVerifier: z
      .enum(['none', 'local'])
      .default('none')
      .describe(
        'Who verifies the tokens that Verify tries on an emulator, whose own STS takes any: `local` where serviceEndpoints name one that does. Reports say so. On AWS it is STS itself.',
      ),
    retainData: flag
      .optional()
      .describe(
        'Whether buckets, key and logs outlive the stack. Without, empty the buckets before you destroy it.',
      ),
  })
  .refine(
    ({ environment, serviceEndpoints }) =>
      environment === 'emulator' || Object.keys(serviceEndpoints).length === 0,
    {
      path: ['serviceEndpoints'],
      message: 'is for environment=emulator only: on AWS it would send the functions’ requests elsewhere',
    },
  )
  .refine(({ environment, tokenVerifier }) => environment === 'emulator' || tokenVerifier === 'none', {
    path: ['tokenVerifier'],
    message: 'is for environment=emulator only: on AWS it is STS that verifies tokens',
  })
  .refine(({ auditSchedule, auditOverdueDays }) => daysBetweenAudits(auditSchedule) <= auditOverdueDays, {
    path: ['auditOverdueDays'],
    message: 'must not be less than the days from one scheduled audit to the next, or every audit is overdue',
  })
  .transform((given) => ({
    ...given,
    simulatePolicies: given.simulatePolicies && given.environment === 'aws',
    retainData: given.retainData ?? given.environment === 'aws',
  }));

/** What an operator may choose, as CDK context: `cdk deploy -c alarmEmail=ops@example.com`. */
export type Settings = z.output<typeof schema>;

/** Reads the settings from CDK context. Throws one error that names every setting that is unknown or malformed. */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(context).filter(isSetting)));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(describe).join('\n  ');
  throw new Error(`The settings (CDK context) are not right:\n  ${wrong}`);
}

/**
 * What was chosen besides the additions to the policy guard, as `name=value` for another deployment of the same. Endpoints
 * are those of an emulator, which `npm run deploy` does not deploy to.
 */
export function otherOptions(settings: Settings): string[] {
  const defaults: Settings = schema.parse({ environment: settings.environment });
  return Object.entries(settings).flatMap(([name, value]) => {
    const isTold = name === 'policyGuardAdditions' || name === 'serviceEndpoints';
    // A list is given as it is read: separated by commas.
    return isTold || String(value) === String(Reflect.get(defaults, name)) ? [] : [`${name}=${value}`];
  });
}

/** What there is to choose, for the reference: `initially` is undefined where nothing is. */
export function settingsReference(): readonly {
  readonly name: string;
  readonly meaning: string;
  readonly initially: unknown;
}[] {
  const initial: Readonly<Record<string, unknown>> = schema.parse({});
  return Object.entries(schema.in.shape).map(([name, { description = '' }]) => ({
    name,
    meaning: description,
    initially: initial[name],
  }));
}

/** CDK keeps feature flags, look-ups and its own options in the same context; their names are never plain words. */
function isSetting([name]: [string, unknown]): boolean {
  return /^[A-Za-z]+$/.test(name);
}

/** Zero for what cannot be told by reading the expression. */
function daysBetweenAudits(schedule: string): number {
  const [, count, unit] = RATE.exec(schedule) ?? [];
  return unit === undefined ? 0 : Number(count) * IN_DAYS[unit as keyof typeof IN_DAYS];
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `${issue.keys.join(', ')}: no such setting; there are ${Object.keys(schema.in.shape).join(', ')}`;
  }
  const message =
    issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join('; ') : issue.message;
  return `${issue.path.join('.')}: ${message}`;
}

function parseJson(value: unknown, context: z.RefinementCtx): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON object of AWS_ENDPOINT_URL_* variables' });
    return z.NEVER;
  }
}
