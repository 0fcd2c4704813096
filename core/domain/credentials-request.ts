import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { defined } from '../util/defined.ts';
import { quoted, shortened } from '../util/visible.ts';
import { FieldReader, isMapping, type Mapping, mapping, show } from './field-reader.ts';
import { annotationOf, DELETE_ANNOTATION } from './inclusion/annotations.ts';
import { type Belonging, belonging, type InclusionTarget } from './inclusion/belonging.ts';
import type { SecretRef } from './manifests.ts';
import type { StatementEntry } from './policy-document.ts';
import { fieldAt, formatLocation, type Location, locationSchema, type Problem } from './problem.ts';
import { rewrittenTexts } from './rewritten-texts.ts';
import { expandList, type SourceDocument } from './source-document.ts';

/** A CredentialsRequest for AWS, checked field by field. */
export interface CredentialsRequest {
  readonly source: Location;
  readonly name: string;
  readonly secretRef: SecretRef;
  readonly serviceAccountNames: readonly string[];
  readonly statements: readonly StatementEntry[];
  /** Where the component's pods find their token, if not where OpenShift's own have it. */
  readonly cloudTokenPath?: string;
}

export const skippedDocumentSchema = locationSchema.extend({ reason: z.string() });

/** A document that is not for this cluster, and why. */
export type SkippedDocument = DeepReadonly<z.infer<typeof skippedDocumentSchema>>;

/** A request of which it is not known whether it is for the cluster. */
export interface UnclearRequest {
  readonly at: Location;
  readonly because: Extract<Belonging, { verdict: 'unknown' }>['because'];
  readonly reason: string;
  /** Absent when it has problems. */
  readonly request?: CredentialsRequest;
  readonly problems: readonly Problem[];
}

export interface SelectedRequests {
  readonly requests: readonly CredentialsRequest[];
  readonly unclear: readonly UnclearRequest[];
  readonly skipped: readonly SkippedDocument[];
  /** Those of them that are for the cluster but for a capability that it was prepared without. */
  readonly withoutCapability: readonly { readonly capability: string; readonly document: SkippedDocument }[];
  /** Secrets whose requests the release takes away: those of its tombstones. */
  readonly tombstones: readonly SecretRef[];
  /** What is probably not as it was meant, a sentence each. */
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/** After so many, no further request is read: they would not be told, and the bundle is refused in any case. */
const MAX_PROBLEMS = 2_000;

const API_GROUP = 'cloudcredential.openshift.io/';
const AWS_PROVIDER_SPEC = 'AWSProviderSpec';

/**
 * Chooses the CredentialsRequests that a cluster needs from the documents of its bundle and checks them.
 *
 * Which manifests of a release count for a cluster is the cluster-version operator's rule (inclusion/belonging.ts).
 * What ccoctl aborts on is skipped with a reason: documents of other clouds, other kinds and empty documents.
 * Documents keep their order. All problems of all documents are returned together.
 */
export function selectRequests(
  documents: readonly SourceDocument[],
  target: InclusionTarget,
): SelectedRequests {
  const requests: CredentialsRequest[] = [];
  const unclear: UnclearRequest[] = [];
  const skipped: SkippedDocument[] = [];
  const withoutCapability: { capability: string; document: SkippedDocument }[] = [];
  const tombstones: SecretRef[] = [];
  const warnings: string[] = [];
  const problems: Problem[] = [];

  for (const { value, rewritten, ...place } of documents.flatMap(expandList)) {
    if (problems.length >= MAX_PROBLEMS) break;
    const at = (field?: string): Location => fieldAt(place, field);
    const skip = (reason: string): SkippedDocument => {
      const without = { ...at(), reason };
      skipped.push(without);
      return without;
    };
    const other = reasonToSkip(value);
    if (other !== undefined) {
      skip(other);
      const meant = seemsMeant(value);
      if (meant !== undefined) warnings.push(`${formatLocation(at())}: ${meant}`);
      continue;
    }
    const belongs = belonging(value, target);
    if (isTombstone(value)) {
      skip(`marked for deletion (${DELETE_ANNOTATION})`);
      // Requests of several clouds share the names of Secrets, so those of other clusters do not count.
      const [secret] = secretRefOf(value);
      if (belongs.verdict === 'in' && secret !== undefined) tombstones.push(secret);
      continue;
    }
    if (belongs.verdict === 'out') {
      const left = skip(belongs.reason);
      if (belongs.capability !== undefined)
        withoutCapability.push({ capability: belongs.capability, document: left });
      continue;
    }
    const reader = new FieldReader(value as Mapping, at);
    for (const { field, ...text } of rewrittenTexts(defined({ rewritten })))
      reader.refuse('CredentialsRequestInvalid', field, text.message, text);
    const request = readRequest(reader);
    if (belongs.verdict === 'unknown') {
      const { because, reason } = belongs;
      unclear.push({ at: at(), because, reason, problems: reader.problems, ...defined({ request }) });
      continue;
    }
    for (const problem of reader.problems) problems.push(problem);
    if (request !== undefined) {
      requests.push(request);
      if (namesRole(value))
        warnings.push(
          `${formatLocation(at())}: names a role of its own (stsIAMRoleARN), which is not used: the role that is prepared for it has the name that its Secret gives.`,
        );
    }
  }
  return { requests, unclear, skipped, withoutCapability, tombstones, warnings, problems };
}

/** Why a document is no CredentialsRequest; undefined when it is one. */
function reasonToSkip(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'empty document';
  if (!isMapping(value)) return 'not a Kubernetes object';
  const kind = value['kind'];
  if (kind === undefined) return 'no kind';
  return kind === 'CredentialsRequest'
    ? undefined
    : `kind ${typeof kind === 'string' ? shortened(kind, 80) : show(kind)}`;
}

/** Why a document of another kind was probably meant to be a request; undefined when nothing speaks for it. */
function seemsMeant(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const requests = requestsIn(value);
    return requests === 0
      ? undefined
      : `is a plain list of ${requests} CredentialsRequests, which do not count. Write each as a document of its own, or put them below items of a document of kind List.`;
  }
  if (!isMapping(value)) return undefined;
  const { kind, objects, items, data } = value;
  const shown = typeof kind === 'string' ? `the kind ${quoted(shortened(kind, 80))}` : 'no kind';
  if (mapping(mapping(value['spec'])['providerSpec'])['kind'] === AWS_PROVIDER_SPEC)
    return `has an ${AWS_PROVIDER_SPEC} and ${shown}, so it does not count. If it is a request, correct the kind to CredentialsRequest.`;
  const inTemplate = requestsIn(objects);
  if (inTemplate > 0)
    return `has ${shown} and holds ${inTemplate} CredentialsRequests, which do not count. Fill it in first: oc process -f <file> -o yaml > requests.yaml`;
  const inItems = requestsIn(items);
  if (inItems > 0)
    return `has ${shown} and holds ${inItems} CredentialsRequests below items, which do not count. If it is a list, correct the kind to List.`;
  const inData = Object.values(mapping(data)).some(
    (text) => typeof text === 'string' && /^kind: *["']?CredentialsRequest\b/m.test(text),
  );
  return inData
    ? `has ${shown} and a CredentialsRequest as text below data, which does not count. If it does, put it into a file of its own.`
    : undefined;
}

function requestsIn(list: unknown): number {
  return [list].flat().filter((each) => isMapping(each) && each['kind'] === 'CredentialsRequest').length;
}

/** Whether a request names the role that it wants, as operators do that take one from their user. */
function namesRole(value: unknown): boolean {
  const provider = mapping(mapping(mapping(value)['spec'])['providerSpec']);
  return typeof provider['stsIAMRoleARN'] === 'string' && provider['stsIAMRoleARN'] !== '';
}

/** A request that the release takes away from clusters that have it. */
export function isTombstone(value: unknown): boolean {
  return annotationOf(value, DELETE_ANNOTATION) === 'true';
}

/** The Secret that a document asks for, as far as it says one. */
export function secretRefOf(value: unknown): SecretRef[] {
  const spec = isMapping(value) ? mapping(value['spec']) : {};
  const { namespace, name } = mapping(spec['secretRef']);
  return typeof namespace === 'string' && typeof name === 'string' ? [{ namespace, name }] : [];
}

function readRequest(reader: FieldReader): CredentialsRequest | undefined {
  const apiVersion = reader.text('apiVersion', 'CredentialsRequestInvalid');
  if (apiVersion !== undefined && !apiVersion.startsWith(API_GROUP)) {
    reader.refuse(
      'CredentialsRequestInvalid',
      'apiVersion',
      `${quoted(apiVersion)} is not of the API group.`,
      {
        remedy: `Use ${API_GROUP}v1.`,
      },
    );
  }
  const name = reader.text('metadata.name', 'CredentialsRequestInvalid');
  const secretName = reader.manifestName('spec.secretRef.name', 'secret');
  const secretNamespace = reader.manifestName('spec.secretRef.namespace', 'namespace');
  const serviceAccountNames = reader.serviceAccountNames('spec.serviceAccountNames');
  const provider = reader.text('spec.providerSpec.kind', 'CredentialsRequestInvalid');
  if (provider !== undefined && provider !== AWS_PROVIDER_SPEC) {
    reader.refuse(
      'CredentialsRequestInvalid',
      'spec.providerSpec.kind',
      `${quoted(provider)} is not a provider.`,
      {
        remedy: `Use ${AWS_PROVIDER_SPEC}.`,
      },
    );
  }
  const statements = reader.statements('spec.providerSpec.statementEntries');
  const cloudTokenPath = reader.tokenPath('spec.cloudTokenPath');
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
    ...defined({ cloudTokenPath }),
  };
}
