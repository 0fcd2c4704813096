import pMap from 'p-map';
import type { Change } from '../../domain/change.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { NothingToAdopt } from '../../domain/errors.ts';
import { adoptedRole } from '../../domain/found-besides.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { ProviderState, RoleState } from '../../domain/observed.ts';
import { discoveryOf, parseJwks, publicKeyPem } from '../../domain/oidc.ts';
import type { PlannedChanges } from '../../domain/plan.ts';
import { restrictedRole } from '../../domain/restrictions.ts';
import { soleKey } from '../../domain/signing-keys.ts';
import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { EXISTING_ISSUER } from '../../resources/issuer/remedies.ts';
import { issuer } from '../../resources/issuer/resource.ts';
import { role } from '../../resources/role/resource.ts';
import { signingKey } from '../../resources/signing-key/resource.ts';
import { specsOf } from '../../resources/specs.ts';
import type { RegisteredCluster } from '../../storage/registered-cluster.ts';
import { defined } from '../../util/defined.ts';
import { appliedToKnown } from './applied-to-known.ts';
import { readFurther } from './further-policies.ts';
import { type FurtherPolicies, leftAsIs, readBoundaries } from './left-as-is.ts';
import { refuseOtherIssuer } from './other-issuer.ts';
import type { PlanCollaborators } from './plan-changes.ts';
import { planKeys } from './plan-keys.ts';
import { READ_CONCURRENCY } from './plan-removals.ts';
import { checkDeployment, Obstacles } from './preflight.ts';

type IssuerSeen = Awaited<ReturnType<typeof issuer.observe>>;

interface SeenRole {
  readonly asked: DesiredRole;
  /** Absent when the role is not there, as what others put on it. */
  readonly before?: RoleState;
  readonly further?: FurtherPolicies;
}

/**
 * Looks at a cluster that something else made, and plans to know it: no change, and as differences what a prepare of the
 * same bundle would change. Roles are recorded with what they have beyond the requests, which no later run takes away. Reads
 * only.
 * Throws what `appliedToKnown` throws; all at once what stands against it: NothingToAdopt when the provider, a document or
 * every role is missing, ResourceConflict when something is another cluster's, OtherDeployment, RightsMissing;
 * ExistingIssuerUnusable when the issuer is another one than its URL says; and SigningKeyConflict when it cannot be told
 * which key the cluster signs with.
 */
export async function planAdoption(
  reading: DesiredState,
  known: RegisteredCluster | undefined,
  collaborators: PlanCollaborators,
): Promise<PlannedChanges> {
  const { desired } = appliedToKnown(reading, known);
  const specs = specsOf(desired);
  const obstacles = new Obstacles();
  const [stored, seen, provider, roles] = await Promise.all([
    known === undefined ? {} : obstacles.collect(signingKey.observe(specs.signingKey, collaborators)),
    obstacles.collect(issuer.observe(specs.issuer, collaborators)),
    obstacles.collect(identityProvider.observe(specs.identityProvider, collaborators)),
    pMap(desired.roles, (asked) => obstacles.collect(look(asked, desired, collaborators)), {
      concurrency: READ_CONCURRENCY,
    }),
  ]);
  const there = roles.filter((each) => each !== undefined);
  await obstacles.collectAll([
    refuseOtherIssuer(
      there
        .flatMap(
          ({ asked, before }) => before && { name: asked.name, trust: before.trust, becomes: before.trust },
        )
        .filter(isThere),
      desired.providerArn,
      collaborators.providers,
    ),
    checkDeployment(desired, provider, collaborators.store),
  ]);
  // What is somebody else's is no missing thing.
  obstacles.throwIfAny();
  const differences = await obstacles.collect(issuerDifferences(desired, seen));
  await obstacles.collectAll([
    refuseMissing(whatLacks(desired, provider, seen)),
    refuseMissing(rolesLacking(desired, there)),
  ]);
  obstacles.throwIfAny();

  const jwks = seen?.jwks?.body;
  // What an adoption is to be told of the keys is the only one that is published.
  const observed = { signingKey: stored ?? {}, jwks, exists: true, hasResults: false };
  const told = withSoleKey(desired, known, jwks);
  const { hasPair = false, ...keys } = planKeys(told, known?.entry, observed, collaborators);
  const left = there.map((each) => ({
    role: record(each, desired),
    ...defined({ before: each.before, further: each.further }),
  }));
  const adopted = { ...desired, roles: left.map((each) => each.role) };
  return {
    desired: {
      ...adopted,
      ...(hasPair ? {} : defined({ publicKeyPem: keys.publicKeyPem })),
    },
    plan: {
      version: 1,
      run: desired.run,
      signingKey: { changes: [], ...keys, ...(keys.kid === undefined ? {} : { hasPair }) },
      issuer: { changes: [] },
      provider: { changes: [], ...defined({ before: provider }) },
      roles: [],
      files: { changes: [] },
      differences: [
        ...(differences ?? []),
        ...identityProvider.diff(specs.identityProvider, provider),
        ...there.flatMap(({ asked, before }) => role.diff(specs.role(asked), before)),
      ],
      ...leftAsIs(adopted, {
        roles: left,
        boundaries: await readBoundaries(left, collaborators.limits),
        provider,
        bucketPolicy: seen !== undefined && 'policy' in seen ? seen.policy : undefined,
      }),
    },
  };
}

async function look(
  asked: DesiredRole,
  state: DesiredState,
  collaborators: PlanCollaborators,
): Promise<SeenRole> {
  const { cluster, tags } = state;
  const before = await role.observe({ cluster: cluster.name, tags, desired: asked }, collaborators);
  // A role of an adopted cluster has what was found besides, which is apart from what its request asks for.
  const requested = { ...asked, ...asked.requested };
  return before === undefined
    ? { asked: requested }
    : {
        asked: restrictedRole(requested, state, before.trust),
        before,
        further: await readFurther(asked.name, collaborators),
      };
}

function record({ asked, before }: SeenRole, { providerArn }: DesiredState): DesiredRole {
  const { requested: _, foundBesides: __, ...role } = asked;
  return before === undefined ? role : adoptedRole(role, before, providerArn);
}

/** What a prepare would change of the issuer. Throws what it would refuse. */
async function issuerDifferences(desired: DesiredState, seen: IssuerSeen): Promise<readonly Change[]> {
  const jwks = parseJwks(seen?.jwks?.body ?? '');
  const [first] = jwks?.keys ?? [];
  // Which key signs is decided after this, and is one of these.
  const spec = specsOf(desired, defined({ kid: first?.kid })).issuer;
  return seen === undefined ? [] : issuer.diff({ ...spec, desired: { ...spec.desired, isLive: true } }, seen);
}

/** A cluster whose issuer publishes one key signs with it, or its tokens would be refused. */
function withSoleKey(
  desired: DesiredState,
  known: RegisteredCluster | undefined,
  jwks: string | undefined,
): DesiredState {
  if (desired.publicKeyPem !== undefined || known?.entry.keyId !== undefined) return desired;
  const { url, ...place } = desired.issuer;
  const sole = soleKey({ url, bucket: 'bucket' in place ? place.bucket : undefined }, parseJwks(jwks ?? ''));
  return { ...desired, ...defined({ publicKeyPem: sole && publicKeyPem(sole) }) };
}

/** What a cluster cannot be without, and this one is, one sentence each. */
function whatLacks(
  { cluster, issuer: wanted, providerArn }: DesiredState,
  provider: ProviderState | undefined,
  seen: IssuerSeen,
): readonly string[] {
  const { url } = wanted;
  const noProvider =
    provider === undefined
      ? [
          `The account has no IAM OIDC provider ${providerArn}, which that of cluster ${cluster.name} would be. Correct name and region in the bundle. ${EXISTING_ISSUER} aws iam list-open-id-connect-providers has them all.`,
        ]
      : [];
  if (wanted.type === 'existing') {
    const { unreachable } = { unreachable: undefined, ...seen };
    return unreachable === undefined
      ? noProvider
      : [
          ...noProvider,
          `The issuer ${url} cannot be read: ${unreachable}. STS has to read it too; see to it that it is public, and upload the bundle again.`,
        ];
  }
  if (seen === undefined)
    return [
      ...noProvider,
      `There is no bucket ${wanted.bucket}, which would have the documents of the issuer ${url}. ${EXISTING_ISSUER}`,
    ];
  const lacking = [
    seen.discovery !== undefined && discoveryOf(seen.discovery.body).issuer === url
      ? []
      : [`${DISCOVERY_KEY} that names the issuer ${url}`],
    seen.jwks === undefined ? [JWKS_KEY] : [],
  ].flat();
  return lacking.length === 0
    ? noProvider
    : [
        ...noProvider,
        `Bucket ${wanted.bucket} has no ${lacking.join(' and no ')}, so that STS accepts no token of the cluster. ${EXISTING_ISSUER} To have the cluster repaired instead, upload the bundle below prepare/.`,
      ];
}

function rolesLacking({ cluster, roles }: DesiredState, seen: readonly SeenRole[]): readonly string[] {
  if (seen.some(({ before }) => before !== undefined)) return [];
  return [
    `None of the IAM roles that the requests ask for is there: ${roles.map(({ name }) => name).join(', ')}. Their names begin with that of the cluster: correct it, if ${cluster.name} is not it. If no role was made yet, upload the bundle below prepare/.`,
  ];
}

async function refuseMissing(reasons: readonly string[]): Promise<void> {
  if (reasons.length > 0) throw new NothingToAdopt(reasons.join('\n'));
}

function isThere<Item>(item: Item | undefined): item is Item {
  return item !== undefined;
}
