import type { KeyObject } from 'node:crypto';
import { addOnOf, operationOf, releaseOf, runOf } from '../../domain/cluster-change.ts';
import { type ClusterRun, PARTS } from '../../domain/cluster-run.ts';
import type { DesiredState } from '../../domain/desired-state.ts';
import { isWhole, partsMadeBy, whatIsToCome } from '../../domain/parts.ts';
import { allChanges, type Plan } from '../../domain/plan.ts';
import type { PublishedKey } from '../../domain/published-key.ts';
import { type RegistryEntry, registryEntry, upgradesLost } from '../../domain/registry.ts';
import type { CheckSummary, Report } from '../../domain/report.ts';
import { signingKeyChanged, strangerWarning } from '../../domain/signing-key-texts.ts';
import { keysAfter } from '../../domain/signing-keys.ts';
import {
  desiredDigest,
  desiredManifests,
  fileKey,
  hasKeys,
  lastingFiles,
  newSecrets,
  partOfFile,
  secretsOfAddOn,
} from '../../resources/install-files/desired.ts';
import { digestOf } from '../../storage/document.ts';
import type { Decision } from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { defined } from '../../util/defined.ts';
import { reportedDecision } from '../approval/decision.ts';

/** A run that brought about what it should, and what is known of it. */
export interface PreparedRun {
  readonly run: Run;
  /** ISO 8601, like the end. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly desired: DesiredState;
  readonly plan: Plan;
  /** What let the run go on, where somebody had to approve its plan. */
  readonly decision: Decision | undefined;
  /** The public key that is stored; of an existing issuer there is none. */
  readonly publicKey: KeyObject | undefined;
  readonly verification: {
    readonly checks: readonly CheckSummary[];
  } & Pick<RegistryEntry, 'providerThumbprints' | 'seals'>;
  /** The registry's entry before the run. */
  readonly former: Parameters<typeof registryEntry>[2];
  /** ETag of the archive as it is now. */
  readonly archiveEtag: string | undefined;
  readonly outputBucket: string;
}

/** What the registry says of the cluster from now on, and the report of the run. */
export function describePrepared(prepared: PreparedRun): {
  readonly entry: RegistryEntry;
  readonly report: Report;
} {
  const { run, startedAt, endedAt, desired, plan, decision, publicKey, former, archiveEtag, outputBucket } =
    prepared;
  const { checks, providerThumbprints, seals } = prepared.verification;
  const { kid, keys = [] } = keysAfter(plan.signingKey, publicKey);
  const registersOnly = runOf(desired).registersOnly === true;
  const entry = registryEntry(
    desired,
    {
      ...defined({ keyId: kid }),
      providerThumbprints,
      keys,
      hashes: {
        desired: digestOf(JSON.stringify(desired.roles)),
        archive: desiredDigest({ ...desired, ...defined({ kid }) }) ?? '',
      },
      ...defined({ archiveEtag: isArchived(plan) ? archiveEtag : (former?.archiveEtag ?? archiveEtag) }),
      ...defined({ seals: sealsAfter(desired, { ...former?.seals, ...seals }) }),
      ...(lacksFiles(desired, former) ? { adopted: true } : {}),
      lastRun: {
        id: run.id,
        endedAt,
        report: layout.runReport.of(placeOf(run)),
        ...defined({ desired: run.records?.desired }),
      },
    },
    former,
  );
  const report: Report = {
    version: 1,
    run: run.id,
    operation: operationOf(desired),
    release: releaseOf(desired),
    addOn: addOnOf(desired),
    outcome: registersOnly ? 'adopted' : 'prepared',
    ...defined({ approval: decision && reportedDecision(decision) }),
    startedAt,
    endedAt,
    bundle: desired.bundle,
    cluster: {
      name: desired.cluster.name,
      region: desired.cluster.region,
      release: desired.cluster.release,
      featureSet: desired.cluster.featureSet,
    },
    issuer: desired.issuer.url,
    providerArn: desired.providerArn,
    keyId: kid,
    roles: entry.roles.map((role) => ({
      ...role,
      serviceAccounts: [...role.serviceAccounts],
      requestedBy: [...role.requestedBy],
    })),
    changes: [...allChanges(plan)],
    ...defined({ differences: plan.differences && [...plan.differences] }),
    skipped: [...desired.skipped],
    warnings: [
      ...desired.warnings,
      ...(plan.warnings ?? []),
      ...keyWarnings(keys, former?.keyId, kid),
      ...unfinishedWarnings(desired),
      ...(plan.removals?.kept ?? []),
      ...upgradesLost(former, entry).map(
        (release) =>
          `The cluster was prepared for ${release} in addition, and is no longer; upload its upgrade again.`,
      ),
    ],
    verification: [...checks],
    files: RESULTS[runOf(desired).results](desired, plan).map((key) => `s3://${outputBucket}/${key}`),
  };
  return { entry, report };
}

/** Whether no run has made all files of the cluster: an adoption makes none, and a single step those of its part. */
function lacksFiles(desired: DesiredState, former: PreparedRun['former']): boolean {
  if (runOf(desired).registersOnly === true) return former === undefined || former.adopted === true;
  return former?.adopted === true && PARTS.some((part) => !partsMadeBy(desired).has(part));
}

/** Of the files that the cluster has from now on. One that was written since it was sealed has another ETag, and so none. */
function sealsAfter(desired: DesiredState, seals: Readonly<Record<string, string>>) {
  const paths = lastingFiles(desired).map(({ path }) => path);
  const kept = paths.flatMap((path) => (seals[path] === undefined ? [] : [[path, seals[path]]]));
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Record<string, string>);
}

/** Whether the run wrote the archive; one that it left alone is still the one on record, or somebody changed it since. */
function isArchived({ files }: Plan): boolean {
  return files.changes.some(({ resource }) => resource === layout.ARCHIVE_FILE);
}

/** That a cluster is made in part so far. */
function unfinishedWarnings(desired: DesiredState): readonly string[] {
  const unfinished = whatIsToCome(desired.cluster.name, desired);
  return unfinished === undefined ? [] : [`${unfinished.message} ${unfinished.remedy}`];
}

/** What an operator has to know of the keys, for as long as it is so. */
function keyWarnings(
  keys: readonly PublishedKey[],
  before: string | undefined,
  now: string | undefined,
): readonly string[] {
  const isChanged = before !== undefined && now !== undefined && before !== now;
  return [
    ...(isChanged ? [signingKeyChanged(before, now)] : []),
    ...keys.filter(({ state }) => state === 'stranger').map(strangerWarning),
  ];
}

/** Keys of what there is to use now: the installer's files, or the Secrets for the cluster that is there. */
const RESULTS: Readonly<Record<ClusterRun['results'], (desired: DesiredState, plan: Plan) => string[]>> = {
  'install-files': (desired) => [
    layout.archive.of({ cluster: desired.cluster.name }),
    ...desiredManifests(desired).map(({ path }) => fileKey(desired.cluster.name, path)),
  ],
  manifests: (desired) => desiredManifests(desired).map(({ path }) => fileKey(desired.cluster.name, path)),
  'files-of-the-step': (desired, plan) => {
    const cluster = desired.cluster.name;
    const made = partsMadeBy(desired);
    const hasPair = plan.signingKey.hasPair ?? plan.signingKey.kid === undefined;
    return [
      ...(isWhole(desired) ? [layout.archive.of({ cluster })] : []),
      ...(made.has('key') && hasKeys(desired)
        ? [layout.publicKey.of({ cluster }), ...(hasPair ? [layout.privateKey.of({ cluster })] : [])]
        : []),
      ...desiredManifests(desired)
        .filter(({ path }) => PARTS.some((part) => made.has(part) && part === partOfFile(path, desired)))
        .map(({ path }) => fileKey(cluster, path)),
    ];
  },
  'secrets-of-the-release': (desired, plan) =>
    newSecrets(desired, plan.files.changes).map(({ path }) => fileKey(desired.cluster.name, path)),
  'secrets-of-the-add-on': (desired) =>
    secretsOfAddOn(addOnOf(desired) ?? '', desired).map(({ path }) => fileKey(desired.cluster.name, path)),
  nothing: () => [],
};
