import type { Change } from '../../domain/change.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { mergePolicies, mergeTrusts } from '../../domain/merge.ts';
import { AUDIENCES, DISCOVERY_KEY } from '../../domain/names.ts';
import type { RoleState } from '../../domain/observed.ts';
import { furtherOf } from '../../domain/oidc.ts';
import { comparePermissions, type Gap } from '../../domain/policy/coverage.ts';
import { describeGaps, missingStatements } from '../../domain/policy/gaps.ts';
import { trusts } from '../../domain/policy/trust.ts';
import { isAskedSomewhere, widerPermissions } from '../../domain/policy/wider-permissions.ts';
import { widerTrust } from '../../domain/policy/wider-trust.ts';
import { type PolicyDocument, samePolicy, statementsBeyond } from '../../domain/policy-document.ts';
import { shortened } from '../../util/visible.ts';
import type { LeftRole } from './left-as-is.ts';

/*
 * What a run takes back of what somebody did to a role by hand. It makes the role what requests ask for, and that may be what
 * is wanted: a drift is repaired so. But who narrowed a role, or let somebody else use it, had a reason, and learns of it here.
 */

interface Changing {
  /** As the run makes it. */
  readonly role: DesiredRole;
  readonly before: RoleState;
  /** As the cluster's last run made it; absent where the registry does not know it. */
  readonly recorded: DesiredRole | undefined;
}

/** So much of a policy is told; the plan has the rest. */
const MAX_TOLD = 600;

/**
 * What a run takes back, one sentence each. What the last run made itself is nobody's by hand. Pure.
 *
 * @param recorded The roles as the cluster's last run made them.
 */
export function takenBack(
  cluster: Pick<DesiredState, 'providerArn' | 'issuer'>,
  roles: readonly LeftRole[],
  recorded: readonly DesiredRole[] = [],
): string[] {
  const byName = new Map(recorded.map((role) => [role.name, role]));
  return roles.flatMap(({ role, before }) => {
    if (before === undefined) return [];
    const changing = { role, before, recorded: byName.get(role.name) };
    return [...ofPolicy(changing), ...ofTrust(changing, cluster), ...ofBoundary(changing)].map(
      (what) => `IAM role ${role.name}: ${what}`,
    );
  });
}

/**
 * What a run takes from a discovery document that it writes anew: nothing that STS reads, but others may read it too. Pure.
 *
 * @param body As it is stored; undefined where it is not there.
 */
export function takenFromDiscovery(
  { providerArn, issuer: { url } }: Pick<DesiredState, 'providerArn' | 'issuer'>,
  changes: readonly Change[],
  body: string | undefined,
): string[] {
  if (body === undefined || !changes.some(({ part }) => part === DISCOVERY_KEY)) return [];
  const further = furtherOf(body, url);
  return further.length === 0
    ? []
    : [
        `The run writes ${DISCOVERY_KEY} of issuer ${url} anew, and takes from it what STS does not read: ${told(further.join(', '))}. If others need that, name the issuer as one that you keep, which no run writes: issuer: {type: existing, providerArn: "${providerArn}"} in cluster.yaml, below prepare/.`,
      ];
}

function ofPolicy({ role, before, recorded }: Changing): string[] {
  const { policy: live } = before;
  if (live === undefined && recorded === undefined) return [];
  if (samePolicy(live, role.policy)) return [];
  const gaps = narrowed(role, live, recorded);
  const known = recorded === undefined ? role.policy : mergePolicies(role.policy, recorded.policy);
  const { wide, further } = live === undefined ? { wide: [], further: [] } : widerPermissions(known, live);
  const [denied] = gaps.length > 0 ? [] : goneDenies(live, known, role.policy);
  return [
    ...(gaps.length === 0
      ? []
      : [
          `its policy was narrowed by hand, and the run gives back ${told(describeGaps(gaps))}. ${KEEP_NARROW}`,
        ]),
    ...(denied === undefined
      ? []
      : [
          `its policy has a Deny that no request asks for, and the run takes it out: ${told(denied)}. ${KEEP_NARROW}`,
        ]),
    ...(wide.length + further.length === 0
      ? []
      : [
          `the run takes from it what its policy allows now and no request asks for: ${told([...wide, ...further].join('; '))}. ${KEEP_BESIDES}`,
        ]),
  ];
}

const KEEP_BESIDES =
  'If that is to stay, upload the bundle below adopt/ first: what an adoption finds besides is kept.';

const KEEP_NARROW =
  'If that is to stay narrow, put it into a permissions boundary or an inline policy of another name: no run takes those away.';

/** What the role was made with, does not have, and is given by the run. */
function narrowed(
  { policy }: DesiredRole,
  live: PolicyDocument | undefined,
  recorded: DesiredRole | undefined,
): readonly Gap[] {
  const made = recorded?.policy ?? policy;
  const { missing, unknown } = comparePermissions(made, { policies: live === undefined ? [] : [live] });
  return [...missing, ...unknown].filter(
    (gap) =>
      // Of a role of which it is not known what it had: what is granted now, and on less.
      (recorded !== undefined || (live !== undefined && isAskedSomewhere(gap.action, live))) &&
      comparePermissions(
        { ...policy, Statement: missingStatements([gap]) as PolicyDocument['Statement'] },
        { policies: [policy] },
      ).verdict === 'covered',
  );
}

/** The Deny statements of a live policy that are neither known nor stay, as JSON. */
function goneDenies(
  live: PolicyDocument | undefined,
  ...known: readonly PolicyDocument[]
): readonly string[] {
  return statementsBeyond(live, known)
    .filter(({ Effect }) => Effect === 'Deny')
    .map((statement) => JSON.stringify(statement));
}

function ofTrust(
  { role, before, recorded }: Changing,
  { providerArn, issuer: { host } }: Pick<DesiredState, 'providerArn' | 'issuer'>,
): string[] {
  const { trust: live } = before;
  if (live === undefined || samePolicy(live, role.trust)) return [];
  const known = recorded === undefined ? role.trust : mergeTrusts(role.trust, recorded.trust);
  const subjects = [...role.subjects, ...(recorded?.subjects ?? [])];
  const besides = (trust: PolicyDocument) => {
    const { foreign, added } = widerTrust(trust, { providerArn, host, subjects });
    return [...foreign, ...added];
  };
  const stay = new Set(besides(known));
  const shutOut = besides(live).filter((each) => !stay.has(each));
  const [audience] = AUDIENCES;
  const answer = (trust: PolicyDocument, subject: string) =>
    trusts(trust, { providerArn, host, subject, audience });
  const letIn = (recorded?.subjects ?? []).flatMap((subject) => {
    const now = answer(live, subject);
    return now.answer === 'no' && answer(role.trust, subject).answer !== 'no'
      ? [`${subject} (${now.reason})`]
      : [];
  });
  const [denied] = letIn.length > 0 ? [] : goneDenies(live, known, role.trust);
  return [
    ...(shutOut.length === 0
      ? []
      : [
          `the run shuts out whom its trust policy admits now, besides the service accounts of its component: ${told(shutOut.join('; '))}. ${KEEP_BESIDES}`,
        ]),
    ...(letIn.length === 0
      ? []
      : [
          `its trust policy no longer admits ${told(letIn.join(', '))}, and the run lets that in again. If somebody shut it out on purpose, put a Deny into an inline policy of another name: no run takes that away.`,
        ]),
    ...(denied === undefined
      ? []
      : [
          `its trust policy has a Deny that shuts out its component, and the run takes it out: ${told(denied)}.`,
        ]),
  ];
}

function ofBoundary({ role, before, recorded }: Changing): string[] {
  const [now, next] = [before.permissionsBoundaryArn, role.permissionsBoundaryArn];
  if (now === undefined || next === undefined || now === next) return [];
  if (now === recorded?.permissionsBoundaryArn) return [];
  return [
    `somebody gave it the permissions boundary ${now}, and the run puts ${next} in its place, as cluster.yaml says. If the other one is to stay, name it there as permissionsBoundaryArn.`,
  ];
}

function told(text: string): string {
  return shortened(text, MAX_TOLD);
}
