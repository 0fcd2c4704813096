import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { BucketPresence } from '../../aws/issuer-buckets.ts';
import type { IssuerReader } from '../../aws/issuer-reader.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { ClusterRoles } from '../../domain/audit/cluster-roles.ts';
import { ResourceConflict } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { IssuerState, ProviderState } from '../../domain/observed.ts';
import type { InstallFilesState } from '../../resources/install-files/observe.ts';
import { installFiles } from '../../resources/install-files/resource.ts';
import { type ExistingState, observeExisting } from '../../resources/issuer/existing.ts';
import { readIssuerState } from '../../resources/issuer/observe.ts';
import { readPublished } from '../../resources/issuer/read-published.ts';
import type { IssuerAccess } from '../../resources/issuer/resource.ts';
import type { SigningKeyState } from '../../resources/signing-key/observe.ts';
import { signingKey } from '../../resources/signing-key/resource.ts';
import { recordedSpecs, type Specs } from '../../resources/specs.ts';
import { defined } from '../../util/defined.ts';
import type { ClusterRecord } from './cluster-record.ts';

/** All that an audit looks at of one cluster. It is read once, however many releases it is compared with. */
export interface ObservedCluster {
  readonly issuer: {
    readonly presence: BucketPresence;
    /** Absent unless the bucket is there and ours; of an issuer that somebody else keeps, its documents. */
    readonly state?: IssuerState | ExistingState;
    /** What STS would meet at the issuer's URL; absent when both documents answer. */
    readonly unreachable?: string;
  };
  readonly provider?: ProviderState;
  readonly roles: ClusterRoles;
  readonly signingKey: SigningKeyState;
  /** Why the stored key is none of ours. */
  readonly signingKeyConflict?: string;
  readonly files: InstallFilesState;
}

export interface ObserveCollaborators extends IssuerAccess {
  readonly store: ObjectStore;
  readonly providers: IdentityProviders;
}

/** Looks at one cluster; changes nothing. Throws only what AWS throws. */
export async function observeCluster(
  { desired, entry }: ClusterRecord,
  roles: ClusterRoles,
  { store, issuerBucket, providers, readIssuer }: ObserveCollaborators,
): Promise<ObservedCluster> {
  const specs = recordedSpecs(desired, entry);
  const [issuer, provider, signingKey, files] = await Promise.all([
    observeIssuerAsItIs(specs.issuer, { issuerBucket, readIssuer }),
    providers.get(desired.providerArn),
    observeKey(specs.signingKey, store),
    installFiles.observe(specs.installFiles, { store }),
  ]);
  return { issuer, roles, ...signingKey, files, ...defined({ provider }) };
}

/** The same reads as before a run, but what stands in a run's way is here a finding. */
async function observeIssuerAsItIs(
  spec: Specs['issuer'],
  { issuerBucket: bucket, readIssuer }: IssuerAccess,
): Promise<ObservedCluster['issuer']> {
  if (bucket === undefined) return { presence: 'ours', state: await observeExisting(spec, { readIssuer }) };
  const [presence, unreachable] = await Promise.all([bucket.presence(), reach(readIssuer)]);
  const answer = defined({ unreachable });
  if (presence !== 'ours') return { presence, ...answer };
  return { presence, ...answer, state: await readIssuerState(bucket) };
}

async function reach(readIssuer: IssuerReader): Promise<string | undefined> {
  const answers = await Promise.all([DISCOVERY_KEY, JWKS_KEY].map((key) => readPublished(key, readIssuer)));
  const failed = answers.flatMap((answer) => ('unreachable' in answer ? answer.unreachable : []));
  return failed.length === 0 ? undefined : failed.join('; ');
}

async function observeKey(
  spec: Specs['signingKey'],
  store: ObjectStore,
): Promise<Pick<ObservedCluster, 'signingKey' | 'signingKeyConflict'>> {
  try {
    return { signingKey: await signingKey.observe(spec, { store }) };
  } catch (error) {
    // Somebody put another object or another kind of key there.
    if (!(error instanceof ResourceConflict || error instanceof TypeError)) throw error;
    return { signingKey: {}, signingKeyConflict: error.message };
  }
}
