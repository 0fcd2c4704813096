import { jwkThumbprint, keyId, publicJwk } from '../../../../core/domain/oidc.ts';
import type { Plan } from '../../../../core/domain/plan.ts';
import { identityProvider } from '../../../../core/resources/identity-provider/resource.ts';
import { readKeyFiles } from '../../../../core/resources/install-files/apply.ts';
import { installFiles } from '../../../../core/resources/install-files/resource.ts';
import { issuer } from '../../../../core/resources/issuer/resource.ts';
import { role } from '../../../../core/resources/role/resource.ts';
import { signingKey } from '../../../../core/resources/signing-key/resource.ts';
import { stepsOf } from '../../../../core/resources/steps.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { plannedRole } from '../../../../core/storage/run-files.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { readSigningKeys } from '../../../../core/usecases/verify/signing-keys.ts';
import { type VerifyCollaborators, verify } from '../../../../core/usecases/verify/verify.ts';
import { demoCluster, demoEntry, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { fakeBucket, publicReader } from '../../../support/fakes/issuer-bucket.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import { UNLIMITED } from '../../../support/fakes/unlimited.ts';

export const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';
const KEYS = smallKeyPair();
export const KID = keyId(KEYS.publicKey);
export const JWK = publicJwk(KEYS.publicKey);

/** An account in memory, and the desired state of the demo cluster. */
export function account() {
  const desired = demoCluster({ permissionsBoundaryArn: BOUNDARY });
  const issuerBucket = fakeBucket();
  return {
    desired,
    // ReadBundle left it.
    store: fakeStore({ [layout.runIndexEntry.of({ run: RUN })]: JSON.stringify(desired.cluster) }),
    issuerBucket,
    readIssuer: publicReader(issuerBucket),
    providers: fakeProviders(),
    roles: fakeRoles(),
    ...UNLIMITED,
    ownSigningKeys: false,
  };
}

export type Account = ReturnType<typeof account>;

/** An account in which a run is at work by a plan. */
export interface PlannedAccount extends Account {
  readonly plan: Plan;
}

/** What the registry says of the demo cluster. */
export const ENTRY = {
  ...demoEntry(),
  keyId: KID,
  keys: [{ kid: KID, thumbprint: jwkThumbprint(JWK), state: 'signing' as const }],
};

/** An account in which the demo cluster is prepared, step by step as the state machine does. */
export async function preparedAccount(): Promise<PlannedAccount> {
  const made = account();
  const { desired, store, issuerBucket, readIssuer, providers, roles } = made;
  const { plan } = await planChanges(desired, undefined, made);
  const steps = stepsOf(RUN, { desired, plan });
  await signingKey.apply(steps.signingKey, { store, generate: async () => KEYS });
  await issuer.apply(steps.issuer, { issuerBucket, readIssuer, readPublicKey: async () => KEYS.publicKey });
  await identityProvider.apply(steps.identityProvider, { providers, fetchThumbprint: async () => 'AB' });
  for (const { index } of plan.roles) {
    const { wanted, planned } = plannedRole(desired, plan, index);
    await role.apply(steps.role(wanted, planned), { roles });
  }
  const keys = await readKeyFiles(desired.cluster.name, store);
  await installFiles.apply(steps.installFiles, { store, keys });
  return { ...made, plan };
}

/** What `verification` finds of every check. */
export async function verified(...args: Parameters<typeof verification>) {
  return (await verification(...args)).results;
}

/** Verifies an account on AWS, where STS behaves as the trust policies say; parts can be replaced. */
export async function verification(
  { desired, plan, store, readIssuer, providers, roles }: PlannedAccount,
  replaced: Partial<VerifyCollaborators> = {},
) {
  const trusted = new Set(desired.roles.flatMap(({ subjects }) => subjects));
  const collaborators: VerifyCollaborators = {
    store,
    providers,
    roles,
    readIssuer,
    webIdentity: { assume: async (_role, token) => (trusted.has(claims(token).sub) ? 'accepted' : 'denied') },
    enforcing: true,
    tokenVerifier: 'aws' as const,
    ...replaced,
  };
  return verify({ desired, plan }, await readSigningKeys(desired.cluster.name, store), collaborators);
}

export function claims(token: string): { readonly sub: string; readonly [claim: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

export const PUBLIC_FILE = layout.installFile.of({ cluster: 'demo', path: layout.PUBLIC_KEY_FILE });
