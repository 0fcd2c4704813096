import pMap from 'p-map';
import type { IdentityProviders } from '../aws/identity-providers.ts';
import type { IssuerBucket } from '../aws/issuer-buckets.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { Roles } from '../aws/roles.ts';
import type { DesiredState } from '../domain/desired-state.ts';
import { keyId, readPublicKey } from '../domain/oidc.ts';
import type { Plan, PlannedRole } from '../domain/plan.ts';
import { diffProvider } from '../resources/identity-provider/diff.ts';
import { observeProvider } from '../resources/identity-provider/observe.ts';
import { desiredManifests } from '../resources/install-files/desired.ts';
import { diffInstallFiles } from '../resources/install-files/diff.ts';
import { observeInstallFiles } from '../resources/install-files/observe.ts';
import { diffIssuer } from '../resources/issuer/diff.ts';
import { observeIssuer } from '../resources/issuer/observe.ts';
import { diffRole } from '../resources/role/diff.ts';
import { observeRole } from '../resources/role/observe.ts';
import { diffSigningKey } from '../resources/signing-key/diff.ts';
import { observeSigningKey } from '../resources/signing-key/observe.ts';
import { ResourceConflict } from '../runtime/errors.ts';

export interface PlanCollaborators {
  readonly store: ObjectStore;
  readonly issuerBucket: IssuerBucket;
  readonly providers: IdentityProviders;
  readonly roles: Roles;
}

/** GetRole is throttled at about fifteen a second on a busy account; the SDK waits when IAM says so. */
const READS_AT_ONCE = 40;

/**
 * Observes everything that a cluster needs and compares it with what is there. Reads only.
 * Throws ResourceConflict naming every resource that is somebody else's, all at once, and SigningKeyConflict
 * or SigningKeyLost when the signing key does not fit.
 */
export async function planChanges(
  desired: DesiredState,
  { store, issuerBucket, providers, roles }: PlanCollaborators,
): Promise<Plan> {
  const { cluster, issuer, tags } = desired;
  const manifests = desiredManifests(desired);
  const conflicts = new Conflicts();
  const [key, bucket, provider, files, plannedRoles] = await Promise.all([
    conflicts.collect(observeSigningKey(cluster.name, store)),
    conflicts.collect(observeIssuer(issuer, cluster.name, issuerBucket)),
    conflicts.collect(observeProvider(desired.providerArn, cluster.name, providers)),
    observeInstallFiles(cluster.name, manifests, store),
    pMap(
      desired.roles,
      async (role, index): Promise<PlannedRole> => {
        const before = await conflicts.collect(observeRole(role, cluster.name, roles));
        return { index, changes: diffRole(role, tags, before), ...(before === undefined ? {} : { before }) };
      },
      { concurrency: READS_AT_ONCE },
    ),
  ]);
  conflicts.throwIfAny();

  const keyChanges = diffSigningKey(desired.publicKeyPem, key ?? {});
  const kid = key?.pair?.kid ?? key?.publicFile?.kid;
  // A key of the bundle is known before it is stored, and may be published already.
  const signingKid = kid ?? (desired.publicKeyPem && keyId(readPublicKey(desired.publicKeyPem)));
  return {
    version: 1,
    run: desired.run,
    signingKey: { changes: keyChanges, ...(kid === undefined ? {} : { kid }) },
    issuer: {
      changes: diffIssuer(
        { clusterName: cluster.name, issuer, tags, ...(signingKid === undefined ? {} : { kid: signingKid }) },
        bucket,
      ),
      ...(bucket === undefined ? {} : { before: bucket }),
    },
    provider: {
      changes: diffProvider(desired.providerArn, tags, provider),
      ...(provider === undefined ? {} : { before: provider }),
    },
    roles: plannedRoles.filter(({ changes }) => changes.length > 0),
    files: { changes: diffInstallFiles(manifests, signingKid, files) },
  };
}

/** Collects conflicts, so that an operator sees all of them and not the first. */
class Conflicts {
  readonly #found: ResourceConflict[] = [];

  async collect<Observed>(observing: Promise<Observed>): Promise<Observed | undefined> {
    try {
      return await observing;
    } catch (error) {
      if (!(error instanceof ResourceConflict)) throw error;
      this.#found.push(error);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.#found.length > 0)
      throw new ResourceConflict(this.#found.map(({ message }) => message).join('\n'));
  }
}
