import type { DesiredRole } from './desired-state.ts';
import { MAX_INLINE_POLICY_CHARACTERS, MAX_TRUST_POLICY_CHARACTERS, policySize } from './policy-document.ts';
import { fieldAt, formatLocation, type Problem } from './problem.ts';
import { checkReportedNames } from './reported-names.ts';

/** A run maps over its roles in one state, whose history must stay below 25,000 events. */
export const MAX_CREDENTIALS_REQUESTS = 1_000;

/**
 * What IAM would refuse, or worse accept wrongly, about a set of roles: policies over its limits, two
 * requests for one Secret, names that become equal when cut (ccoctl then lets the later policy replace the
 * earlier one, while the trust stays with the first component).
 *
 * @param count How many there are, where not all were looked at.
 */
export function checkRoles(roles: readonly DesiredRole[], count = roles.length): Problem[] {
  return [
    ...checkCount(count),
    ...checkReportedNames(roles),
    ...roles.flatMap(checkSizes),
    ...checkNames(roles),
  ];
}

function checkCount(count: number): Problem[] {
  if (count === 0) {
    return [
      {
        code: 'NoCredentialsRequests',
        message: 'The bundle holds no CredentialsRequest for this AWS cluster.',
        remedy:
          'The report lists what was skipped and why; extract the requests with oc adm release extract --credentials-requests.',
      },
    ];
  }
  if (count > MAX_CREDENTIALS_REQUESTS) {
    return [
      {
        code: 'TooManyRequests',
        message: `The bundle holds ${count} CredentialsRequests.`,
        remedy: `One run handles ${MAX_CREDENTIALS_REQUESTS}; split the bundle.`,
      },
    ];
  }
  return [];
}

/** A policy of a role that is over what IAM takes. */
export interface PolicySizeViolation {
  readonly code: 'PolicyTooLarge' | 'TrustPolicyTooLarge';
  /** Where its request asks for it. */
  readonly field: string;
  /** Which one, in words. */
  readonly policy: string;
  readonly size: number;
  readonly limit: number;
}

/** The policies of a role that are over IAM's limits. */
export function policySizeViolations(
  role: Pick<DesiredRole, 'policy' | 'trust' | 'subjects'>,
): readonly PolicySizeViolation[] {
  const both: readonly PolicySizeViolation[] = [
    {
      code: 'PolicyTooLarge',
      field: 'spec.providerSpec.statementEntries',
      policy: 'policy',
      size: policySize(role.policy),
      limit: MAX_INLINE_POLICY_CHARACTERS,
    },
    {
      code: 'TrustPolicyTooLarge',
      field: 'spec.serviceAccountNames',
      policy: `trust policy for ${role.subjects.length} service accounts`,
      size: policySize(role.trust),
      limit: MAX_TRUST_POLICY_CHARACTERS,
    },
  ];
  return both.filter(({ size, limit }) => size > limit);
}

function checkSizes(role: DesiredRole): Problem[] {
  return policySizeViolations(role).map(({ code, field, policy, size, limit }) => ({
    code,
    ...fieldAt(role.source, field),
    message: `The ${policy} has ${size} characters.`,
    remedy: `IAM allows ${limit}; split the request${code === 'PolicyTooLarge' ? ' or join actions' : ''}.`,
  }));
}

function checkNames(roles: readonly DesiredRole[]): Problem[] {
  const problems: Problem[] = [];
  const byName = new Map<string, DesiredRole>();
  for (const role of roles) {
    const key = role.name.toLowerCase();
    const first = byName.get(key);
    if (first === undefined) byName.set(key, role);
    else problems.push(nameCollision(role, first));
  }
  return problems;
}

function nameCollision(role: DesiredRole, first: DesiredRole): Problem {
  const { namespace, name } = role.secretRef;
  const other = formatLocation(first.source);
  if (namespace === first.secretRef.namespace && name === first.secretRef.name) {
    return {
      code: 'SecretRefDuplicate',
      ...fieldAt(role.source, 'spec.secretRef'),
      message: `${namespace}/${name} is the Secret of ${other} too.`,
      remedy: 'Keep one of the two requests.',
    };
  }
  // Both Secrets would have one manifest too when namespace and name differ only in where the hyphen stands.
  const sameWhole = `${namespace}-${name}` === `${first.secretRef.namespace}-${first.secretRef.name}`;
  return {
    code: 'RoleNameCollision',
    ...fieldAt(role.source, 'spec.secretRef'),
    message: `Its role name "${role.name}"${sameWhole ? '' : ', cut at 64 characters,'} is that of ${first.secretRef.namespace}/${first.secretRef.name} (${other}) too.`,
    remedy: sameWhole ? 'Rename one of the two Secrets.' : 'Use a shorter cluster name.',
  };
}
