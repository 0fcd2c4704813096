import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { defined } from '../util/defined.ts';
import { releaseOf, runOf } from './cluster-change.ts';
import { PARTS } from './cluster-run.ts';
import type { DesiredIssuer, DesiredState } from './desired-state.ts';
import { publishedKeySchema } from './published-key.ts';
import { compareReleases, parseRelease } from './release.ts';
import { requestSourceSchema } from './request-source.ts';

const registryEntrySchema = z.object({
  version: z.literal(2),
  name: z.string(),
  region: z.string(),
  release: z.string().exactOptional(),
  featureSet: z.string(),
  issuer: z.discriminatedUnion('type', [
    z.object({ type: z.literal('public-bucket'), url: z.string(), bucket: z.string() }),
    z.object({ type: z.literal('existing'), url: z.string() }),
  ]),
  providerArn: z.string(),
  /** Certificate thumbprints of the provider; S3 issuers do without, but a change of them is drift. */
  providerThumbprints: z.array(z.string()),
  /** Id of the key that the cluster signs with; absent where an existing issuer does not tell. */
  keyId: z.string().exactOptional(),
  /** Every key that was in the JWKS when a run ended, and what is known of it. */
  keys: z.array(publishedKeySchema),
  /** The parts that were asked for so far; absent of a cluster that is whole. */
  parts: z.array(z.enum(PARTS)).exactOptional(),
  /** Whether changes of the cluster, and its deletion, are to be approved; absent where they are not. */
  approval: z.literal('required').exactOptional(),
  /** Releases that were prepared for in addition, by `upgrade`, since `release`. */
  upgrades: z.array(z.string()),
  /** When the last of them was prepared for, ISO 8601. */
  upgradedAt: z.string().exactOptional(),
  roles: z.array(
    z.object({
      name: z.string(),
      arn: z.string(),
      secret: z.string(),
      serviceAccounts: z.array(z.string()),
      requestedBy: z.array(requestSourceSchema),
      /** The release that first asked for it, when an `upgrade` brought it. */
      since: z.string().exactOptional(),
    }),
  ),
  /** SHA-256 of the desired state and of what the archive was made from. */
  hashes: z.object({ desired: z.string(), archive: z.string() }),
  /** Of the archive as a run wrote it: its metadata can be put onto other bytes, an ETag cannot. */
  archiveEtag: z.string().exactOptional(),
  /** Of the manifests as runs read them back, by path: so that what is still the same object is not read again. */
  seals: z.record(z.string(), z.string()).exactOptional(),
  /** Whether no run has made files of the cluster yet: it was registered as it was found. */
  adopted: z.literal(true).exactOptional(),
  lastRun: z.object({
    id: z.string(),
    endedAt: z.string(),
    report: z.string(),
    /** SHA-256 of its desired state, which the next run and audits go by. */
    desired: z.string().exactOptional(),
  }),
});

/** What the output bucket knows of a prepared cluster: where everything is, and which run made it so. */
export type RegistryEntry = DeepReadonly<z.infer<typeof registryEntrySchema>>;

/** Before there were upgrades and audits, an entry was written without what they need. */
export const storedEntrySchema = registryEntrySchema.extend({
  providerThumbprints: registryEntrySchema.shape.providerThumbprints.exactOptional(),
  keys: registryEntrySchema.shape.keys.exactOptional(),
  upgrades: registryEntrySchema.shape.upgrades.exactOptional(),
});

/** An entry as it may be found. */
export type StoredEntry = DeepReadonly<z.infer<typeof storedEntrySchema>>;

/** Whether an entry says all that an audit compares a cluster with. */
export function isAuditable(entry: StoredEntry): entry is StoredEntry & RegistryEntry {
  const { keys, providerThumbprints, upgrades } = entry;
  return keys !== undefined && providerThumbprints !== undefined && upgrades !== undefined;
}

/**
 * The entry of a cluster after a run.
 *
 * @param former The entry before the run, if there was one: it knows which upgrade brought a role.
 */
export function registryEntry(
  desired: DesiredState,
  facts: Pick<
    RegistryEntry,
    'keyId' | 'hashes' | 'archiveEtag' | 'seals' | 'adopted' | 'lastRun' | 'providerThumbprints' | 'keys'
  >,
  former?: StoredEntry,
): RegistryEntry {
  const { cluster, issuer, providerArn, roles } = desired;
  const broughtBy = new Map(former?.roles.map(({ name, since }) => [name, since]));
  return {
    version: 2,
    name: cluster.name,
    region: cluster.region,
    ...defined({ release: cluster.release }),
    featureSet: cluster.featureSet,
    issuer: issuerOf(issuer),
    providerArn,
    ...defined({ parts: desired.parts }),
    ...(desired.approval === 'required' ? { approval: desired.approval } : {}),
    upgrades: upgradesAfter(desired, former?.upgrades ?? []),
    ...defined({ upgradedAt: upgradedAtAfter(desired, facts.lastRun.endedAt, former) }),
    roles: roles.map(({ name, arn, secretRef, subjects, requestedBy, since = broughtBy.get(name) }) => ({
      name,
      arn,
      secret: `${secretRef.namespace}/${secretRef.name}`,
      serviceAccounts: subjects,
      requestedBy,
      ...defined({ since }),
    })),
    ...facts,
  };
}

function issuerOf(issuer: DesiredIssuer): RegistryEntry['issuer'] {
  const { url } = issuer;
  return issuer.type === 'existing'
    ? { type: 'existing', url }
    : { type: issuer.type, url, bucket: issuer.bucket };
}

/**
 * The releases that a cluster is prepared for in addition. An upgrade adds its own; a run that leaves the roles with
 * just what the bundle of its release asks for leaves none; one for an add-on does not touch them.
 */
function upgradesAfter(desired: DesiredState, before: readonly string[]): readonly string[] {
  if (runOf(desired).movesRelease) return [];
  const release = releaseOf(desired);
  if (release === undefined) return before;
  const others = before.filter((other) => compare(other, release) !== 0);
  return [...others, release].sort(compare);
}

/** When the cluster was prepared for the last of them; what was used later is in use by the release it went to. */
function upgradedAtAfter(
  desired: DesiredState,
  endedAt: string,
  former: StoredEntry | undefined,
): string | undefined {
  const { movesRelease, addsRelease } = runOf(desired);
  if (movesRelease) return undefined;
  return addsRelease ? endedAt : former?.upgradedAt;
}

function compare(left: string, right: string): number {
  const [a, b] = [parseRelease(left), parseRelease(right)];
  return a === undefined || b === undefined ? 0 : compareReleases(a, b);
}

/** Releases that a cluster was prepared for in addition before a run, and neither is nor runs after it. */
export function upgradesLost(before: StoredEntry | undefined, after: RegistryEntry): readonly string[] {
  const isReached = (release: string) => after.release !== undefined && compare(release, after.release) <= 0;
  return (before?.upgrades ?? []).filter(
    (release) => !after.upgrades.some((other) => compare(other, release) === 0) && !isReached(release),
  );
}
