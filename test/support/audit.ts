import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AuditReport, ClusterAudit, Finding, ReleaseAudit } from '../../core/domain/audit/report.ts';
import type { TestAccount } from './account.ts';
import { AUDIT_ASL, type Intercept, type Outcome, runMachine } from './in-process.ts';

export interface AuditOutcome extends Outcome {
  readonly audit: string;
  /** Throws when the audit wrote none. */
  readonly report: AuditReport;
  /** What it found of a cluster; throws when that is not in the report. */
  cluster(name: string): ClusterAudit;
  release(cluster: string, release: string): ReleaseAudit;
}

let audits = 0;

function nextAudit(): string {
  audits += 1;
  return `audit-${audits}`;
}

/**
 * Runs the audit machine on an account, in this process.
 *
 * @param audit Its name, which no other audit of the account has: one of the same name is an attempt of the same audit.
 */
export async function auditAccount(
  account: Pick<TestAccount, 'read'>,
  input: object = { trigger: 'schedule' },
  intercept?: Intercept,
  audit = nextAudit(),
): Promise<AuditOutcome> {
  await new SNSClient({}).send(new CreateTopicCommand({ Name: 'operators' }));
  const outcome = await runMachine(
    AUDIT_ASL,
    audit,
    input,
    `arn:aws:states:us-east-1:000000000000:execution:audit:${audit}`,
    intercept,
  );
  const text = await account.read(`audits/runs/${audit}/report.json`);
  if (text === undefined) throw new Error(`${outcome.status} ${outcome.error}: ${outcome.cause}`);
  const report = JSON.parse(text) as AuditReport;
  const cluster = (name: string) => {
    const found = report.clusters.find((each) => each.cluster === name);
    if (found === undefined) throw new RangeError(`${name} is not in the report.`);
    return found;
  };
  return {
    ...outcome,
    audit,
    report,
    cluster,
    release: (name, release) => {
      const found = cluster(name).releases.find((each) => each.release === release);
      if (found === undefined) throw new RangeError(`${release} is not in the report of ${name}.`);
      return found;
    },
  };
}

/** Kinds and resources of findings, in order, for tests that compare them all. */
export function kindsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ kind }) => kind).sort();
}
