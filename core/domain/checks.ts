import { defined } from '../util/defined.ts';
/** The result of one check of one subject. */
export interface CheckResult {
  readonly check: CheckName;
  readonly subject: string;
  readonly outcome: 'proved' | 'failed' | 'not-proved';
  /** Why it failed, or why it could not be proved. */
  readonly detail?: string;
  /** What proved it, where that does not go without saying. */
  readonly provedBy?: string;
}

/** Everything that is verified, in the order of the report. */
export const CHECKS = {
  'issuer-reachable': 'The issuer answers over TLS at its own URL',
  'discovery-document': 'The discovery document names the issuer, byte for byte',
  jwks: 'The JWKS holds the signing key, and no private key',
  'authentication-manifest': 'The Authentication manifest names the issuer, byte for byte',
  'key-pair': 'The private key belongs to the published public key',
  provider: 'The IAM OIDC provider has the issuer and both audiences',
  'role-trust': 'The role trusts the service accounts of its component, through this provider',
  'role-permissions': 'The policies of the role, within its permissions boundary, grant what was asked for',
  'role-boundary': 'The role has its permissions boundary',
  'role-tags': 'The role carries the tags of the cluster',
  secret: 'The Secret names the role and the token, and no access key',
  'token-accepted': 'STS gives credentials for a token of the service account',
  'token-refused': 'STS refuses a token of another service account',
} as const;

export type CheckName = keyof typeof CHECKS;

export function proved(check: CheckName, subject: string, provedBy?: string): CheckResult {
  return { check, subject, outcome: 'proved', ...defined({ provedBy }) };
}

export function failed(check: CheckName, subject: string, detail: string): CheckResult {
  return { check, subject, outcome: 'failed', detail };
}

export function notProved(check: CheckName, subject: string, detail: string): CheckResult {
  return { check, subject, outcome: 'not-proved', detail };
}

/** A check that holds or fails by a condition. */
export function checkThat(
  check: CheckName,
  subject: string,
  condition: boolean,
  detail: string,
  provedBy?: string,
): CheckResult {
  return condition ? proved(check, subject, provedBy) : failed(check, subject, detail);
}

/** Counts by check; small enough for the execution's state, whatever the number of roles. */
export function summarize(results: readonly CheckResult[]) {
  return (Object.keys(CHECKS) as CheckName[]).flatMap((check) => {
    const own = results.filter((result) => result.check === check);
    if (own.length === 0) return [];
    const open = own.filter(({ outcome }) => outcome === 'not-proved');
    const reason = open[0]?.detail;
    const provedBy = own.find((result) => result.provedBy !== undefined)?.provedBy;
    return {
      check,
      proved: own.length - open.length,
      notProved: open.length,
      ...defined({ reason, provedBy }),
    };
  });
}
