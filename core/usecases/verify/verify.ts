import { createPublicKey } from 'node:crypto';
import pMap from 'p-map';
import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { IssuerReader } from '../../aws/issuer-reader.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { Roles } from '../../aws/roles.ts';
import type { WebIdentity } from '../../aws/web-identity.ts';
import { type CheckResult, failed, notProved } from '../../domain/checks.ts';
import type { Part } from '../../domain/cluster-run.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { authenticationManifest, type InstallFile } from '../../domain/manifests.ts';
import { keyId } from '../../domain/oidc.ts';
import { partsMadeBy } from '../../domain/parts.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RegistryEntry } from '../../domain/registry.ts';
import { keysAfter } from '../../domain/signing-keys.ts';
import { identityProvider } from '../../resources/identity-provider/resource.ts';
import { fileChecks } from '../../resources/install-files/checks.ts';
import { fileKey, secretsOfRole } from '../../resources/install-files/desired.ts';
import { sealOf } from '../../resources/install-files/seal.ts';
import { role } from '../../resources/role/resource.ts';
import { signingKey } from '../../resources/signing-key/resource.ts';
import { provedSpecs, type Specs } from '../../resources/specs.ts';
import * as layout from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';
import { verifyIssuer } from './issuer.ts';
import { whyNoIssuer, whyNoSecret } from './manifest-reading.ts';
import { type Details, resultsOf } from './results.ts';
import type { SigningKeys } from './signing-keys.ts';
import { checkTokens, type TokenVerifier } from './tokens.ts';

export interface VerifyCollaborators {
  readonly store: ObjectStore;
  readonly providers: IdentityProviders;
  readonly roles: Roles;
  readonly readIssuer: IssuerReader;
  readonly webIdentity: WebIdentity;
  /** False on an emulator: it has no TLS and accepts every token, so neither is a proof. */
  readonly enforcing: boolean;
  readonly tokenVerifier: TokenVerifier;
}

const CONCURRENCY = 40;

/** They go through the execution's state, of which Step Functions takes 256 KiB; each has some 130 characters. */
const MAX_SEALED = 500;

/** Facts that the registry keeps as they were when everything was proved. */
export type VerifiedFacts = Pick<RegistryEntry, 'providerThumbprints' | 'seals'>;

export interface Verification {
  /** A result for every check of every subject. */
  readonly results: readonly CheckResult[];
  readonly facts: VerifiedFacts;
}

/**
 * Reads back everything that the run made, as STS, IAM and the cluster will see it, and tries a token of every service
 * account. A role or a file that the plan of this very run found as it should be was read for that a moment ago, and is not
 * read again (ADR 32).
 * Changes nothing; throws only what AWS throws.
 */
export async function verify(
  { desired, plan }: { readonly desired: DesiredState; readonly plan: Plan },
  stored: SigningKeys,
  collaborators: VerifyCollaborators,
): Promise<Verification> {
  const specs = provedSpecs(desired, keysAfter(plan.signingKey, stored.publicKey));
  const keys = ownKeys(stored, specs.signingKey.desired);
  const {
    cluster,
    issuer: { url },
  } = desired;
  const { providers } = collaborators;
  const made = partsMadeBy(desired);
  const changed = changedBy(plan, desired);
  const seals: Record<string, string> = {};
  const of = async <Checked>(part: Part, check: () => Promise<readonly Checked[]>) =>
    made.has(part) ? check() : [];
  const [issuer, authentication, provider, roles, tokens] = await Promise.all([
    of('issuer', () => verifyIssuer(specs.issuer, collaborators)),
    of('issuer', () =>
      checkManifest(
        'authentication-manifest',
        { file: authenticationManifest(url), whyNot: (text) => whyNoIssuer(text, url) },
        cluster.name,
        { changed, seals, ...collaborators },
      ),
    ),
    checkProvider(specs.identityProvider, providers),
    of('roles', () =>
      pMap(
        desired.roles,
        (each) =>
          checkRole(specs.role(each), {
            withheld: plan.withheld?.[each.name],
            changed,
            seals,
            ...collaborators,
          }),
        { concurrency: CONCURRENCY },
      ),
    ),
    of('roles', () => checkTokens(desired, keys, collaborators)),
  ]);
  return {
    results: [
      ...(made.has('key') ? checkKeyPair(specs.signingKey, keys) : []),
      ...issuer,
      ...authentication,
      ...(made.has('issuer') ? provider.results : []),
      ...roles.flat(),
      ...tokens,
    ],
    facts: { providerThumbprints: provider.thumbprints, seals },
  };
}

/** What a run changes, so that it has to be read back: names of roles, and paths of files as changes have them. */
interface Changed {
  readonly roles: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
}

function changedBy({ roles, files }: Plan, desired: DesiredState): Changed {
  return {
    roles: new Set(roles.map(({ index }) => desired.roles[index]?.name ?? '')),
    files: new Set(files.changes.map(({ resource }) => resource)),
  };
}

/** The halves that are the cluster's: a pair that it signed with before is kept, and is its key no more. */
function ownKeys(
  { publicKey, privateKey }: SigningKeys,
  { retired = [] }: Specs['signingKey']['desired'],
): SigningKeys {
  const isRetired = privateKey !== undefined && retired.includes(keyId(createPublicKey(privateKey)));
  return defined({ publicKey, privateKey: isRetired ? undefined : privateKey });
}

function checkKeyPair(
  spec: Specs['signingKey'],
  { publicKey, privateKey }: SigningKeys,
): readonly CheckResult[] {
  if (!spec.desired.isKept)
    return [
      notProved('key-pair', spec.desired.kid ?? 'signing key', 'whoever keeps the issuer keeps its keys'),
    ];
  const kid = publicKey && keyId(publicKey);
  const actual = {
    // Whether a private key that is not here ever was, is not asked.
    ...(kid === undefined ? {} : { publicFile: { kid, hadPair: false } }),
    ...(privateKey === undefined ? {} : { pair: { kid: keyId(createPublicKey(privateKey)) } }),
  };
  const found = signingKey.checks(spec, actual);
  if (found.length === 0 && privateKey === undefined)
    return [notProved('key-pair', kid ?? layout.PUBLIC_KEY_FILE, 'the private key is not kept here')];
  return resultsOf('signingKey', {
    names: ['key-pair'],
    subject: kid ?? layout.PUBLIC_KEY_FILE,
    found,
    details: KEY_DETAILS,
  });
}

async function checkProvider(
  spec: Specs['identityProvider'],
  providers: IdentityProviders,
): Promise<{ readonly results: readonly CheckResult[]; readonly thumbprints: readonly string[] }> {
  const { arn } = spec.desired;
  const provider = await providers.get(arn);
  const found = identityProvider.checks(spec, provider);
  return {
    results: resultsOf('identityProvider', {
      names: ['provider'],
      subject: arn,
      found,
      details: PROVIDER_DETAILS,
    }),
    thumbprints: provider?.thumbprints ?? [],
  };
}

async function checkRole(
  spec: ReturnType<Specs['role']>,
  access: FileAccess & {
    readonly roles: Roles;
    readonly withheld: string | undefined;
  },
): Promise<readonly CheckResult[]> {
  const { name, secretRef, arn, cloudTokenPath } = spec.desired;
  const { withheld } = access;
  const whyNot = (text: string) => whyNoSecret(text, secretRef, arn, cloudTokenPath);
  const [found, secrets] = await Promise.all([
    access.changed.roles.has(name) ? readBack(spec, access) : [],
    Promise.all(
      secretsOfRole(spec.desired).map((file) =>
        checkManifest('secret', { file, whyNot }, spec.cluster, access),
      ),
    ),
  ]);
  return [
    ...resultsOf('role', {
      names: ['role-trust', 'role-permissions', 'role-boundary', 'role-tags'],
      subject: name,
      found,
      details: ROLE_DETAILS,
    }).map((result) =>
      // STS gives credentials whatever a boundary leaves of them.
      withheld !== undefined && result.check === 'role-permissions' && result.outcome === 'proved'
        ? notProved(result.check, name, withheld)
        : result,
    ),
    ...secrets.flat(),
  ];
}

async function readBack(spec: ReturnType<Specs['role']>, { roles }: Pick<VerifyCollaborators, 'roles'>) {
  return role.checks(spec, await roles.get(spec.desired.name, 'present'));
}

interface FileAccess {
  readonly store: ObjectStore;
  readonly changed: Changed;
  /** Where those that were read back, and are as they should be, are noted. */
  readonly seals: Record<string, string>;
}

/** One manifest: that it is the file it shall be, and that Kubernetes makes of it what it is for. */
async function checkManifest(
  check: keyof typeof MANIFEST_DETAILS,
  { file, whyNot }: { readonly file: InstallFile; readonly whyNot: (text: string) => string | undefined },
  cluster: string,
  { changed, seals, store }: FileAccess,
): Promise<readonly CheckResult[]> {
  const { path, content } = file;
  const stored = changed.files.has(path) ? await store.get(fileKey(cluster, path)) : undefined;
  const text = changed.files.has(path) ? stored && Buffer.from(stored.bytes).toString('utf8') : content;
  const detail = () => MANIFEST_DETAILS[check];
  const details: Details<'installFiles'> = { 'manifest-missing': detail, 'manifest-other': detail };
  const wrong = text === undefined ? undefined : whyNot(text);
  if (wrong !== undefined) return [failed(check, path, wrong)];
  const found = fileChecks([file], { manifests: text === undefined ? {} : { [path]: text } });
  const isSealed = stored !== undefined && found.length === 0 && Object.keys(seals).length < MAX_SEALED;
  if (isSealed) seals[path] = sealOf(stored.etag, file);
  return resultsOf('installFiles', { names: [check], subject: path, found, details });
}

const KEY_DETAILS: Details<'signingKey'> = {
  'public-missing': () => 'the public key is missing',
  'public-other': () => 'the public key is another one than was planned',
  'private-other': () => 'the private key is another one',
};

const PROVIDER_DETAILS: Details<'identityProvider'> = {
  missing: () => 'it does not exist',
  host: ({ actual }) => `its issuer is ${actual}`,
  'audience-missing': ({ check }, all) =>
    `it lacks the audience ${all.flatMap((each) => (each.check === check ? each.subject : [])).join(', ')}`,
};

const ROLE_DETAILS: Details<'role'> = {
  missing: () => 'the role does not exist',
  trust: () => 'the trust policy is another one',
  permissions: () => 'the inline policy is another one',
  'boundary-missing': () => 'the boundary is missing',
  'boundary-other': ({ actual }) => `the boundary is ${actual}`,
  tags: () => 'a tag of the cluster is missing',
};

const MANIFEST_DETAILS = {
  'authentication-manifest': 'it is missing or names another issuer',
  secret: 'the manifest is missing or another one',
} as const;
