import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';
import { belongsToFeatureSet, FEATURE_SET_ANNOTATION, type FeatureSet } from './feature-set.ts';
import type { SecretRef } from './manifests.ts';
import type { StatementEntry } from './policy-document.ts';
import { type Location, locationSchema, type Problem, type RejectionName } from './problem.ts';

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
  readonly problems: readonly Problem[];
}

const DELETE_ANNOTATION = 'release.openshift.io/delete';
const API_GROUP = 'cloudcredential.openshift.io/';
const AWS_PROVIDER_SPEC = 'AWSProviderSpec';

type Mapping = Readonly<Record<string, unknown>>;

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
  const problems: Problem[] = [];

  for (const { file, document, value } of documents.flatMap(expandList)) {
    const at = (field?: string): Location => ({ file, document, ...(field === undefined ? {} : { field }) });
    const reason = reasonToSkip(value, featureSet);
    if (reason !== undefined) {
      skipped.push({ ...at(), reason });
      continue;
    }
    const reader = new FieldReader(value as Mapping, at);
    const request = readRequest(reader);
    problems.push(...reader.problems);
    if (request !== undefined) requests.push(request);
  }
  return { requests, skipped, problems };
}

/** `oc get credentialsrequests -o yaml` wraps its answer in a List; its items count as documents. */
function expandList(source: SourceDocument): SourceDocument[] {
  const { value } = source;
  if (!isMapping(value) || value['kind'] !== 'List' || !Array.isArray(value['items'])) return [source];
  return value['items'].map((item: unknown) => ({ ...source, value: item }));
}

/** Why a document is none of this cluster's CredentialsRequests for AWS; undefined when it is one. */
function reasonToSkip(value: unknown, featureSet: FeatureSet): string | undefined {
  if (value === null || value === undefined) return 'empty document';
  if (!isMapping(value)) return 'not a Kubernetes object';
  const kind = value['kind'];
  if (kind === undefined) return 'no kind';
  if (kind !== 'CredentialsRequest') return `kind ${typeof kind === 'string' ? kind : show(kind)}`;

  const annotations = mapping(mapping(value['metadata'])['annotations']);
  if (annotations[DELETE_ANNOTATION] === 'true') return `marked for deletion (${DELETE_ANNOTATION})`;
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

/** Reads fields of one document by dotted path and collects what is wrong with them. */
class FieldReader {
  readonly problems: Problem[] = [];
  readonly at: (field?: string) => Location;
  readonly #document: Mapping;

  constructor(document: Mapping, at: (field?: string) => Location) {
    this.#document = document;
    this.at = at;
  }

  refuse(code: RejectionName, field: string, message: string, { remedy }: { remedy: string }): void {
    this.problems.push({ code, ...this.at(field), message, remedy });
  }

  text(field: string, code: RejectionName): string | undefined {
    const value = this.#get(field);
    if (typeof value === 'string' && value !== '') return value;
    this.refuse(
      code,
      field,
      value === undefined || value === null ? 'The field is missing.' : 'The field must be text.',
      {
        remedy: 'Take the manifest as the release has it (oc adm release extract --credentials-requests).',
      },
    );
    return undefined;
  }

  /** A name that goes into role names, file names and subjects, so nothing but a DNS subdomain will do. */
  dnsName(field: string, code: RejectionName, maxLength: number): string | undefined {
    const value = this.text(field, code);
    if (value === undefined || isDnsName(value, maxLength)) return value;
    this.refuse('CredentialsRequestInvalid', field, `"${value}" is not a Kubernetes name.`, {
      remedy: `Use at most ${maxLength} lower-case letters, digits, - and . (RFC 1123).`,
    });
    return undefined;
  }

  serviceAccountNames(field: string): string[] {
    const value = this.#get(field);
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
      this.refuse(
        'ServiceAccountNamesMissing',
        field,
        'No service account is named, so no pod could assume the role.',
        {
          remedy:
            'Add the service accounts of the component; releases before 4.8 lack them and cannot use STS.',
        },
      );
      return [];
    }
    if (!Array.isArray(value)) {
      this.refuse('CredentialsRequestInvalid', field, 'The field must be a list.', {
        remedy: 'List the names.',
      });
      return [];
    }
    const names: string[] = [];
    for (const [index, name] of value.entries()) {
      if (typeof name === 'string' && isDnsName(name, 253)) names.push(name);
      else {
        this.refuse(
          'CredentialsRequestInvalid',
          `${field}[${index}]`,
          'The entry is not the name of a service account.',
          {
            remedy: 'Use the plain name; patterns are not possible in a subject.',
          },
        );
      }
    }
    return names;
  }

  statements(field: string): StatementEntry[] {
    const value = this.#get(field);
    if (!Array.isArray(value) || value.length === 0) {
      const message =
        Array.isArray(value) || value === undefined ? 'No statement is given.' : 'The field must be a list.';
      this.refuse('CredentialsRequestInvalid', field, message, {
        remedy: 'Give at least one entry with effect, action and resource.',
      });
      return [];
    }
    return value.flatMap((entry: unknown, index) => this.#statement(entry, `${field}[${index}]`) ?? []);
  }

  #statement(entry: unknown, field: string): StatementEntry | undefined {
    if (!isMapping(entry)) {
      this.refuse('CredentialsRequestInvalid', field, 'The statement must be a mapping.', {
        remedy: 'Give effect, action and resource.',
      });
      return undefined;
    }
    const before = this.problems.length;
    this.#knownKeysOnly(entry, field);
    const { effect, action, resource, policyCondition } = entry;
    if (effect !== 'Allow' && effect !== 'Deny') {
      this.refuse('StatementEffectInvalid', `${field}.effect`, `The effect is ${show(effect)}.`, {
        remedy: 'Write Allow or Deny, in this case.',
      });
    }
    if (!Array.isArray(action) || action.length === 0) {
      this.refuse('StatementActionMissing', `${field}.action`, 'The statement has no list of actions.', {
        remedy: 'List at least one action, such as ec2:DescribeInstances.',
      });
    } else if (!action.every((item) => typeof item === 'string' && item !== '')) {
      this.refuse('CredentialsRequestInvalid', `${field}.action`, 'An action is not text.', {
        remedy: 'Write every action as service:Name.',
      });
    }
    if (typeof resource !== 'string' || resource === '') {
      this.refuse('StatementResourceMissing', `${field}.resource`, 'The statement has no resource.', {
        remedy: 'Give one ARN or pattern as text.',
      });
    }
    if (policyCondition !== undefined && policyCondition !== null && !isCondition(policyCondition)) {
      this.refuse(
        'CredentialsRequestInvalid',
        `${field}.policyCondition`,
        'The condition is not of the form operator, key, value.',
        {
          remedy: 'Write for example StringEquals: {aws:RequestedRegion: us-east-1}.',
        },
      );
    }
    if (this.problems.length > before) return undefined;
    return {
      effect: effect as StatementEntry['effect'],
      action: action as string[],
      resource: resource as string,
      ...(isCondition(policyCondition) ? { policyCondition } : {}),
    };
  }

  /** ccoctl ignores keys it does not know; a statement that means more than it says must not pass. */
  #knownKeysOnly(entry: Mapping, field: string): void {
    for (const key of Object.keys(entry)) {
      if (['effect', 'action', 'resource', 'policyCondition'].includes(key)) continue;
      this.refuse('PolicyRefused', `${field}.${key}`, `"${key}" is no part of a statement entry.`, {
        remedy: 'Only effect, action, resource and policyCondition are possible; write out what is allowed.',
      });
    }
  }

  #get(field: string): unknown {
    return field.split('.').reduce<unknown>((value, key) => mapping(value)[key], this.#document);
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isDnsName(text: string, maxLength: number): boolean {
  return (
    text.length <= maxLength && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)
  );
}

function isCondition(value: unknown): value is NonNullable<StatementEntry['policyCondition']> {
  return (
    isMapping(value) &&
    Object.values(value).every((keys) => isMapping(keys) && Object.values(keys).every(isConditionValue))
  );
}

function isConditionValue(value: unknown): boolean {
  return [value].flat().every((item) => ['string', 'number', 'boolean'].includes(typeof item));
}

/** Shows a scalar of a manifest in a message, cut short. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : `of type ${typeof value}`;
}
