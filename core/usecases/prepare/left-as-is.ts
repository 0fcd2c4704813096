import type { AccountLimits } from '../../aws/account-limits.ts';
import { type DesiredRole, type DesiredState, requestedOf } from '../../domain/desired-state.ts';
import { BoundaryNotFound } from '../../domain/errors.ts';
import { ownersOf } from '../../domain/names.ts';
import type { ProviderState, RoleState } from '../../domain/observed.ts';
import type { Plan } from '../../domain/plan.ts';
import { comparePermissions, type LivePermissions } from '../../domain/policy/coverage.ts';
import { describeGaps } from '../../domain/policy/gaps.ts';
import { widerTrust } from '../../domain/policy/wider-trust.ts';
import { denies, type PolicyDocument } from '../../domain/policy-document.ts';
import { furtherAllowsOf } from '../../resources/issuer/policy.ts';

/*
 * What a run leaves as it is, and whoever reads its plan or its report should know: it is somebody else's, and bounds or
 * opens what the run makes.
 */

/** A role as a run leaves it. */
export interface LeftRole {
  readonly role: DesiredRole;
  /** Absent where it is to be made. */
  readonly before?: RoleState;
  /** What others put on it. */
  readonly further?: FurtherPolicies;
}

/** What a role has besides the policy that the pipeline gives it. */
export interface FurtherPolicies {
  /** By the name of an inline policy, or the ARN of an attached one. */
  readonly policies: ReadonlyMap<string, PolicyDocument>;
  /** Those that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Policies that bound roles, by ARN; undefined where one cannot be read, or is not there. */
export type Boundaries = ReadonlyMap<string, PolicyDocument | undefined>;

/**
 * The documents of all boundaries that the roles have once the run is through. Throws BoundaryNotFound when one that they are
 * to be given is not there: IAM would refuse to make them.
 */
export async function readBoundaries(roles: readonly LeftRole[], limits: AccountLimits): Promise<Boundaries> {
  const arns = [...new Set(roles.flatMap((each) => boundaryOf(each) ?? []))];
  const found = await Promise.all(arns.map(async (arn) => [arn, await limits.boundary(arn)] as const));
  // What a role has already is no matter of the run, and of the bundle's neither.
  const given = new Set(roles.flatMap((each) => givenTo(each) ?? []));
  const missing = found.flatMap(([arn, document]) => (document === 'missing' && given.has(arn) ? [arn] : []));
  if (missing.length > 0) {
    throw new BoundaryNotFound(
      missing
        .map(
          (arn) =>
            `The permissions boundary ${arn}, which ${rolesGiven(roles, arn)}, does not exist. Create that policy, or correct permissionsBoundaryArn in cluster.yaml, and upload the bundle again. The account's policies: aws iam list-policies --scope Local`,
        )
        .join('\n'),
    );
  }
  return new Map(found.map(([arn, document]) => [arn, document === 'missing' ? undefined : document]));
}

/** Why a role does not have all that its requests ask for; undefined where it has. */
function whyWithheld(each: LeftRole, boundaries: Boundaries): string | undefined {
  const arn = boundaryOf(each);
  const reasons = [
    withheldByPolicy(each.role, each.further),
    arn === undefined ? undefined : withheldByBoundary(each.role, arn, boundaries.get(arn)),
  ].filter((reason) => reason !== undefined);
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/** An upgrade keeps what it finds in the role's own policy, a Deny too, and no run touches the policies of others. */
function withheldByPolicy(
  role: DesiredRole,
  { policies, unreadable }: FurtherPolicies = NOTHING_FURTHER,
): string | undefined {
  const denying = [...policies].filter(([, document]) => denies(document));
  if (role.requested === undefined && denying.length + unreadable.length === 0) return undefined;
  const others = [...denying.map(([name]) => name), ...unreadable];
  return takenAway(
    others.length === 0
      ? 'what somebody put into its policy'
      : `what somebody put on it (${others.join(', ')})`,
    requestedOf(role).policy,
    {
      policies: [role.policy, ...policies.values()],
      ...(unreadable.length === 0 ? {} : { unreadable }),
    },
  );
}

const NOTHING_FURTHER: FurtherPolicies = { policies: new Map(), unreadable: [] };

function withheldByBoundary(
  role: DesiredRole,
  arn: string,
  boundary: PolicyDocument | undefined,
): string | undefined {
  if (boundary === undefined)
    return `its permissions boundary ${arn} could not be read, so what that takes away is not known`;
  const { policy } = requestedOf(role);
  return takenAway(`its permissions boundary ${arn}`, policy, { policies: [policy], boundary });
}

/** What something takes, or may take, from the permissions that are asked for; undefined where that is nothing. */
function takenAway(what: string, asked: PolicyDocument, live: LivePermissions): string | undefined {
  const { verdict, missing, unknown } = comparePermissions(asked, live);
  if (verdict === 'covered') return undefined;
  return verdict === 'missing'
    ? `${what} takes away ${describeGaps(missing)}`
    : `it cannot be told whether ${what} takes away ${describeGaps(unknown)}`;
}

/** What a plan says of all that, besides its changes. Pure. */
export function leftAsIs(
  { cluster, providerArn, issuer }: Pick<DesiredState, 'cluster' | 'providerArn' | 'issuer'>,
  left: {
    readonly roles: readonly LeftRole[];
    readonly boundaries: Boundaries;
    /** As it is stored; undefined where there is none yet, or somebody else keeps it. */
    readonly bucketPolicy: PolicyDocument | undefined;
    /** The identity provider that the roles trust. */
    readonly provider?: ProviderState | undefined;
    /** What the run takes back of what somebody did by hand, one sentence each. */
    readonly takenBack?: readonly string[];
  },
): Pick<Plan, 'withheld' | 'warnings'> {
  const withheld = left.roles.flatMap((each): [string, string][] => {
    const why = whyWithheld(each, left.boundaries);
    return why === undefined ? [] : [[each.role.name, why]];
  });
  const warnings = [
    ...(left.takenBack ?? []),
    ...withheld.map(([name, why]) => `IAM role ${name}: ${why}.`),
    ...left.roles.flatMap(({ role: { name, trust, subjects } }) => {
      const { foreign, added } = widerTrust(trust, { providerArn, host: issuer.host, subjects });
      const besides = [...foreign, ...added].join('; ');
      return besides === ''
        ? []
        : [`IAM role ${name} trusts, besides the service accounts of its component: ${besides}. It stays.`];
    }),
    ...ownersOf(left.provider?.tags ?? {})
      .filter((owner) => owner !== cluster.name)
      .map(
        (owner) =>
          `Cluster ${owner} has the identity provider ${providerArn} too: service accounts of the same names in it can assume the roles of cluster ${cluster.name}, and the other way round.`,
      ),
    ...(issuer.type === 'existing' || left.bucketPolicy === undefined
      ? []
      : furtherAllowsOf(left.bucketPolicy, issuer).map(
          ({ name, writes }) =>
            `By ${name} of the policy of bucket ${issuer.bucket} ${writes ? 'others may write the documents, or change the bucket: who writes keys.json can assume every role of the cluster' : 'others may do something besides reading, though not to the documents'}. It stays.`,
        )),
  ];
  return {
    ...(withheld.length === 0 ? {} : { withheld: Object.fromEntries(withheld) }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function boundaryOf({ role, before }: LeftRole): string | undefined {
  return role.permissionsBoundaryArn ?? before?.permissionsBoundaryArn;
}

/** The boundary that the run puts on a role. */
function givenTo({ role: { permissionsBoundaryArn: arn }, before }: LeftRole): string | undefined {
  return arn === before?.permissionsBoundaryArn ? undefined : arn;
}

function rolesGiven(roles: readonly LeftRole[], arn: string): string {
  const [first = '', ...more] = roles.flatMap((each) => (givenTo(each) === arn ? [each.role.name] : []));
  return more.length === 0
    ? `IAM role ${first} is to have`
    : `${more.length + 1} IAM roles are to have, ${first} first`;
}
