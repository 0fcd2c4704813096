import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { defined } from '../util/defined.ts';
import { belongsToFeatureSet, FEATURE_SET_ANNOTATION, type FeatureSet } from './feature-set.ts';
import { FieldReader, isMapping, type Mapping, mapping, show } from './field-reader.ts';
import type { SecretRef } from './manifests.ts';
import type { StatementEntry } from './policy-document.ts';
import { type Location, locationSchema, type Problem } from './problem.ts';

export const sourceDocumentSchema = z.object({ file: z.string(), document: z.int(), value: z.unknown() });

/** One parsed YAML document and where it stands. */
export type SourceDocument = DeepReadonly<z.infer<typeof sourceDocumentSchema>>;

/** A CredentialsRequest for AWS, checked field by field. */
export interface CredentialsRequest {
  readonly source: Location;
  readonly name: string;
  readonly secretRef: SecretRef;
  readonly serviceAccountNames: readonly string[];
  readonly statements: readonly StatementEntry[];
}

export const skippedDocumentSchema = locationSchema.extend({ reason: z.string() });

/** A document that is not for this cluster, and why. */
export type SkippedDocument = DeepReadonly<z.infer<typeof skippedDocumentSchema>>;

export interface SelectedRequests {
  readonly requests: readonly CredentialsRequest[];
  readonly skipped: readonly SkippedDocument[];
  /** Secrets whose requests the release takes away: those of its tombstones. */
  readonly tombstones: readonly SecretRef[];
  readonly problems: readonly Problem[];
}

const DELETE_ANNOTATION = 'release.openshift.io/delete';
const API_GROUP = 'cloudcredential.openshift.io/';
const AWS_PROVIDER_SPEC = 'AWSProviderSpec';

/**
 * Chooses the CredentialsRequests that a cluster needs from the documents of its bundle and checks them.
 *
 * The choice is ccoctl's (pkg/cmd/provisioning/utils.go: tombstones and foreign feature sets are left out,
 * documents keep their order), but what ccoctl aborts on is skipped with a reason: documents of other
 * clouds, other kinds and empty documents. All problems of all documents are returned together.
 */
export function selectRequests(
  documents: readonly SourceDocument[],
  featureSet: FeatureSet,
): SelectedRequests {
  const requests: CredentialsRequest[] = [];
  const skipped: SkippedDocument[] = [];
  const tombstones: SecretRef[] = [];
  const problems: Problem[] = [];

  for (const { file, document, value } of documents.flatMap(expandList)) {
    const at = (field?: string): Location => ({ file, document, ...defined({ field }) });
    const reason = reasonToSkip(value, featureSet);
    if (reason !== undefined) {
      skipped.push({ ...at(), reason });
      tombstones.push(...buriedSecret(value, featureSet));
      continue;
    }
    const reader = new FieldReader(value as Mapping, at);
    const request = readRequest(reader);
    problems.push(...reader.problems);
    if (request !== undefined) requests.push(request);
  }
  return { requests, skipped, tombstones, problems };
}

/**
 * `oc get credentialsrequests -o yaml` wraps its answer in a List, and what people put together may hold Lists in
 * Lists; their items count as documents.
 */
export function expandList(source: SourceDocument): SourceDocument[] {
  const { value } = source;
  if (!isMapping(value) || value['kind'] !== 'List' || !Array.isArray(value['items'])) return [source];
  return value['items'].flatMap((item: unknown) => expandList({ ...source, value: item }));
}

/** Why a document is none of this cluster's CredentialsRequests for AWS; undefined when it is one. */
function reasonToSkip(value: unknown, featureSet: FeatureSet): string | undefined {
  if (value === null || value === undefined) return 'empty document';
  if (!isMapping(value)) return 'not a Kubernetes object';
  const kind = value['kind'];
  if (kind === undefined) return 'no kind';
  if (kind !== 'CredentialsRequest') return `kind ${typeof kind === 'string' ? kind : show(kind)}`;

  if (isTombstone(value)) return `marked for deletion (${DELETE_ANNOTATION})`;
  return reasonNotForCluster(value, featureSet);
}

/** A request that the release takes away from clusters that have it. */
function isTombstone(value: Mapping): boolean {
  return annotationsOf(value)[DELETE_ANNOTATION] === 'true';
}

function annotationsOf(value: Mapping): Mapping {
  return mapping(mapping(value['metadata'])['annotations']);
}

/** The Secret of a tombstone. Requests of several clouds share the names of Secrets, so those of others do not count. */
function buriedSecret(value: unknown, featureSet: FeatureSet): SecretRef[] {
  if (!isMapping(value) || value['kind'] !== 'CredentialsRequest' || !isTombstone(value)) return [];
  if (reasonNotForCluster(value, featureSet) !== undefined) return [];
  const { namespace, name } = mapping(mapping(value['spec'])['secretRef']);
  return typeof namespace === 'string' && typeof name === 'string' ? [{ namespace, name }] : [];
}

function reasonNotForCluster(value: Mapping, featureSet: FeatureSet): string | undefined {
  const annotations = annotationsOf(value);
  const annotation = annotations[FEATURE_SET_ANNOTATION];
  if (typeof annotation === 'string' && !belongsToFeatureSet(annotation, featureSet)) {
    return `feature set ${annotation}, the cluster's is ${featureSet}`;
  }
  const provider = mapping(mapping(value['spec'])['providerSpec'])['kind'];
  // A misspelt AWS spec must become an error, not another cloud's document.
  if (typeof provider === 'string' && !/^aws/i.test(provider)) return `for another cloud (${provider})`;
  return undefined;
}

function readRequest(reader: FieldReader): CredentialsRequest | undefined {
  const apiVersion = reader.text('apiVersion', 'CredentialsRequestInvalid');
  if (apiVersion !== undefined && !apiVersion.startsWith(API_GROUP)) {
    reader.refuse('CredentialsRequestInvalid', 'apiVersion', `"${apiVersion}" is not of the API group.`, {
      remedy: `Use ${API_GROUP}v1.`,
    });
  }
  const name = reader.text('metadata.name', 'CredentialsRequestInvalid');
  const secretName = reader.dnsName('spec.secretRef.name', 'SecretRefMissing', 253);
  const secretNamespace = reader.dnsName('spec.secretRef.namespace', 'SecretRefMissing', 63);
  const serviceAccountNames = reader.serviceAccountNames('spec.serviceAccountNames');
  const provider = reader.text('spec.providerSpec.kind', 'CredentialsRequestInvalid');
  if (provider !== undefined && provider !== AWS_PROVIDER_SPEC) {
    reader.refuse('CredentialsRequestInvalid', 'spec.providerSpec.kind', `"${provider}" is not a provider.`, {
      remedy: `Use ${AWS_PROVIDER_SPEC}.`,
    });
  }
  const statements = reader.statements('spec.providerSpec.statementEntries');
  if (
    reader.problems.length > 0 ||
    name === undefined ||
    secretName === undefined ||
    secretNamespace === undefined
  ) {
    return undefined;
  }
  return {
    source: reader.at(),
    name,
    secretRef: { namespace: secretNamespace, name: secretName },
    serviceAccountNames,
    statements,
  };
}
