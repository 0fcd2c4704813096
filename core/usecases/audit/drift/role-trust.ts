import type { DesiredRole, DesiredState } from '../../../domain/desired-state.ts';
import { AUDIENCES } from '../../../domain/names.ts';
import type { RoleSnapshot } from '../../../domain/observed.ts';
import { widerTrust } from '../../../domain/policy/wider-trust.ts';
import { denies, samePolicy } from '../../../domain/policy-document.ts';
import { restrictedRole } from '../../../domain/restrictions.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import { trustCommand } from '../../../resources/role/remedies.ts';
import { trustOf } from '../trusted.ts';
import { shown, some, type Texts } from './findings.ts';

type TrustText = ReturnType<Texts<'role'>['trust']>;

const LOOK = 'If nobody you know changed it, look who assumed the role. To put it right:';

/** A trust policy that is another one may still trust whom it should. */
export function trustText(
  { actual, expected }: Discrepancy,
  role: DesiredRole,
  cluster: Pick<DesiredState, 'providerArn' | 'issuer'>,
  state: RoleSnapshot | undefined,
): TrustText {
  const evidence = shown({ check: 'trust', actual, expected });
  const { subjects } = role;
  const { providerArn, issuer } = cluster;
  const { refused, unclear } = trustOf(state?.trust, providerArn, issuer.host, subjects, AUDIENCES[0]);
  const { foreign, added } = widerTrust(state?.trust, { providerArn, host: issuer.host, subjects });
  const besides = [...foreign, ...added];
  const wider = besides.length === 0 ? '' : ` It trusts besides: ${some(besides)}.`;
  const { trust } = restrictedRole(role, cluster, state?.trust);
  const repair = trustCommand(role.name, trust);
  if (refused.length > 0) {
    return {
      kind: 'TrustNarrowed',
      message: `The role no longer trusts ${refused.map(({ subject, reason }) => `${subject} (${reason})`).join(', ')}.${wider}`,
      ...evidence,
      // No run takes away whom somebody added, and an upgrade no Deny.
      ...(wider === '' && !denies(state?.trust) ? {} : { remedy: `${LOOK} ${repair}` }),
    };
  }
  if (foreign.length > 0) {
    return {
      kind: 'TrustWidened',
      message: `The trust policy admits, beside the service accounts of its component: ${some(besides)}. Whoever that is has all that the role may do.`,
      ...evidence,
      remedy: `${LOOK} ${repair}`,
    };
  }
  if (unclear.length > 0) {
    return {
      kind: 'TrustUnclear',
      message: `Whether the role trusts ${unclear.map(({ subject, reason }) => `${subject} cannot be told, because ${reason}`).join('; ')}.${wider}`,
      ...evidence,
      remedy: `Look at the trust policy. If somebody restricted it on purpose, the next run takes that over. If nobody wants it: ${trustCommand(role.name, role.trust)}`,
    };
  }
  if (samePolicy(trust, state?.trust)) {
    return {
      kind: 'TrustRestricted',
      message: 'The trust policy admits the service accounts of its component, and restricts them further.',
      ...evidence,
      remedy: `Nothing has to be done: the next run takes it over. If nobody wants it: ${trustCommand(role.name, role.trust)}`,
    };
  }
  return {
    kind: 'TrustChanged',
    message: `The trust policy admits the service accounts of its component, and ${added.length === 0 ? 'is not what was prepared' : `besides ${some(added)}`}.`,
    ...evidence,
    remedy: `${LOOK} ${repair}`,
  };
}
