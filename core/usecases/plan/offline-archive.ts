import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, secretManifest } from '../../domain/manifests.ts';
import { AUDIENCES, ownerTags } from '../../domain/names.ts';
import { offlineFiles, SCRIPTS } from '../../domain/offline/files.ts';
import type { OfflineCluster, OfflineIssuer } from '../../domain/offline/input.ts';
import { discoveryDocument, formatJwks, parseJwks, publicJwk, readPublicKey } from '../../domain/oidc.ts';
import type { Plan, PlannedChanges } from '../../domain/plan.ts';
import { publishedJwks } from '../../domain/signing-keys.ts';
import { PUBLIC_ACCESS_BLOCK } from '../../resources/issuer/access-block.ts';
import { packTgz } from '../../util/pack-tgz.ts';

const PROGRAM = 0o755;

/** Why what a plan describes cannot be handed over, where it cannot. */
export const NO_KEY =
  'There is no folder for others to make this by themselves: the cluster has no signing key yet, whose public half its issuer publishes. Upload the bundle below create-key-pair/ first, then plan again.';

/**
 * What a plan describes as a folder for others to make it without this pipeline, packed; undefined while the cluster has no
 * signing key. It holds no secret: of the key the public half alone.
 */
export async function offlineArchive(run: string, planned: PlannedChanges): Promise<Uint8Array | undefined> {
  const cluster = offlineCluster(run, planned);
  if (cluster === undefined) return undefined;
  return packTgz(
    offlineFiles(cluster).map(({ path, content }) => ({
      path: `${cluster.name}/${path}`,
      content: Buffer.from(content),
      ...(SCRIPTS.includes(path) ? { mode: PROGRAM } : {}),
    })),
  );
}

/** A plan as what somebody else has to know of it. Undefined while there is no key to publish. */
function offlineCluster(run: string, { desired, plan }: PlannedChanges): OfflineCluster | undefined {
  const { cluster, issuer, providerArn, tags } = desired;
  // As ccoctl numbers them: by the bytes of the files' names.
  const roles = desired.roles.toSorted((a, b) => Buffer.compare(placeOf(a), placeOf(b)));
  const isExisting = issuer.type === 'existing';
  const documents = isExisting ? undefined : issuerOf(desired, plan);
  if (!isExisting && documents === undefined) return undefined;
  return {
    name: cluster.name,
    region: cluster.region,
    accountId: providerArn.split(':')[4] ?? '',
    run,
    issuerUrl: issuer.url,
    issuer: documents,
    providerArn,
    audiences: AUDIENCES,
    tags,
    documentTags: ownerTags(cluster.name),
    roles,
    manifests: [
      authenticationManifest(issuer.url),
      ...roles.map(({ secretRef, arn, cloudTokenPath }) => secretManifest(secretRef, arn, cloudTokenPath)),
    ],
  };
}

function placeOf({ source: { file = '', document = 0 } }: DesiredRole): Buffer {
  return Buffer.from(`${file}\0${String(document).padStart(6, '0')}`);
}

function issuerOf({ issuer, publicKeyPem }: DesiredState, plan: Plan): OfflineIssuer | undefined {
  const pem = plan.signingKey.publicKeyPem ?? publicKeyPem;
  if (pem === undefined || issuer.type === 'existing') return undefined;
  const before = plan.issuer.before?.jwks?.body;
  const jwks = publishedJwks(
    before === undefined ? undefined : parseJwks(before),
    publicJwk(readPublicKey(pem)),
    plan.signingKey.keys,
  );
  const { bucket, region, policy, url } = issuer;
  return {
    bucket,
    region,
    policy,
    publicAccessBlock: PUBLIC_ACCESS_BLOCK,
    discovery: discoveryDocument(url),
    jwks: formatJwks(jwks),
  };
}
