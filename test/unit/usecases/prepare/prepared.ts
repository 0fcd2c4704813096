import { keyId, publicJwk } from '../../../../core/domain/oidc.ts';
import { applyProvider } from '../../../../core/resources/identity-provider/apply.ts';
import { applyInstallFiles, readKeyFiles } from '../../../../core/resources/install-files/apply.ts';
import { desiredManifests } from '../../../../core/resources/install-files/desired.ts';
import { applyIssuer } from '../../../../core/resources/issuer/apply.ts';
import { applyRole } from '../../../../core/resources/role/apply.ts';
import { applySigningKey } from '../../../../core/resources/signing-key/apply.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import {
  readSigningKeys,
  type VerifyCollaborators,
  verify,
} from '../../../../core/usecases/verify/verify.ts';
import { demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { fakeRoles } from '../../../support/fakes/roles.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';

export const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';
const KEYS = smallKeyPair();
export const KID = keyId(KEYS.publicKey);
export const JWK = publicJwk(KEYS.publicKey);

/** An account in memory, and the desired state of the demo cluster. */
export function account() {
  const desired = demoCluster({ permissionsBoundaryArn: BOUNDARY });
  return {
    desired,
    store: fakeStore(),
    issuerBucket: fakeBucket(),
    providers: fakeProviders(),
    roles: fakeRoles(),
  };
}

export type Account = ReturnType<typeof account>;

/** An account in which the demo cluster is prepared, step by step as the state machine does. */
export async function preparedAccount(): Promise<Account> {
  const made = account();
  const { desired, store, issuerBucket, providers, roles } = made;
  const plan = await planChanges(desired, made);
  const cluster = { clusterName: desired.cluster.name, run: RUN };
  await applySigningKey(cluster, store, async () => KEYS);
  await applyIssuer(
    {
      ...cluster,
      issuer: desired.issuer,
      tags: desired.tags,
      publicKey: KEYS.publicKey,
      ...plan.issuer,
      before: undefined,
    },
    issuerBucket,
  );
  await applyProvider(
    {
      run: RUN,
      arn: desired.providerArn,
      url: desired.issuer.url,
      tags: desired.tags,
      ...plan.provider,
      before: undefined,
    },
    providers,
    async () => 'AB',
  );
  for (const { index, changes } of plan.roles) {
    const wanted = desired.roles[index];
    if (wanted === undefined) throw new Error(`There is no role ${index}.`);
    await applyRole({ run: RUN, desired: wanted, tags: desired.tags, changes, before: undefined }, roles);
  }
  const manifests = desiredManifests(desired);
  const keys = await readKeyFiles(cluster.clusterName, store);
  await applyInstallFiles({ ...cluster, manifests, changes: plan.files.changes, keys }, store);
  return made;
}

/** What `verification` finds of every check. */
export async function verified(...args: Parameters<typeof verification>) {
  return (await verification(...args)).results;
}

/** Verifies an account on AWS, where STS behaves as the trust policies say; parts can be replaced. */
export async function verification(
  { desired, store, issuerBucket, providers, roles }: Account,
  replaced: Partial<VerifyCollaborators> = {},
) {
  const trusted = new Set(desired.roles.flatMap(({ subjects }) => subjects));
  const collaborators: VerifyCollaborators = {
    store,
    providers,
    roles,
    readIssuer: async (key) => {
      const document = await issuerBucket.document(key);
      return document === undefined ? { status: 404, body: '' } : { status: 200, body: document.body };
    },
    webIdentity: { assume: async (_role, token) => (trusted.has(claims(token).sub) ? 'accepted' : 'denied') },
    enforcing: true,
    ...replaced,
  };
  return verify(desired, await readSigningKeys(desired.cluster.name, store), collaborators);
}

export function claims(token: string): { readonly sub: string; readonly [claim: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

export const PUBLIC_FILE = layout.installFile.of({ cluster: 'demo', path: layout.PUBLIC_KEY_FILE });
