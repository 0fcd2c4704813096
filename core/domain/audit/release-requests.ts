import { defined } from '../../util/defined.ts';
import { isTombstone } from '../credentials-request.ts';
import { mapping } from '../field-reader.ts';
import {
  annotationOf,
  CAPABILITY_ANNOTATION,
  FEATURE_GATE_ANNOTATION,
  FEATURE_SET_ANNOTATION,
  MAJOR_VERSION_ANNOTATION,
} from '../inclusion/annotations.ts';
import type { SourceDocument } from '../source-document.ts';
import type { Gates, Permission } from './news-schema.ts';

/** What a release asks for in one CredentialsRequest for AWS, whichever clusters have it. */
export interface ReleaseRequest {
  readonly name: string;
  /** `namespace/name` of its Secret. */
  readonly secret: string;
  readonly gates: Gates;
  readonly serviceAccounts: readonly string[];
  readonly permissions: readonly Permission[];
  /** A tombstone: the release deletes the request from clusters that have it. */
  readonly isTombstone: boolean;
}

/**
 * Reads the CredentialsRequests for AWS of a release, of every feature set. It takes what is there: whether a request
 * may be used is said elsewhere, and one of a feature set that no cluster has must not keep the news from anybody.
 */
export function releaseRequests(documents: readonly SourceDocument[]): ReleaseRequest[] {
  return documents.flatMap(({ value }) => {
    const { metadata, spec } = mapping(value);
    const { secretRef, serviceAccountNames, providerSpec } = mapping(spec);
    const { kind, statementEntries } = mapping(providerSpec);
    if (kind !== 'AWSProviderSpec') return [];
    const { name } = mapping(metadata);
    const { namespace, name: secretName } = mapping(secretRef);
    return [
      {
        name: text(name) ?? '',
        secret: `${text(namespace) ?? ''}/${text(secretName) ?? ''}`,
        gates: defined({
          featureSet: annotationOf(value, FEATURE_SET_ANNOTATION),
          featureGate: annotationOf(value, FEATURE_GATE_ANNOTATION),
          capability: annotationOf(value, CAPABILITY_ANNOTATION),
          majorVersion: annotationOf(value, MAJOR_VERSION_ANNOTATION),
        }),
        serviceAccounts: list(serviceAccountNames).filter((each) => typeof each === 'string'),
        permissions: list(statementEntries).flatMap(permissionsOf),
        isTombstone: isTombstone(value),
      },
    ];
  });
}

/** One permission for each action of a statement. */
function permissionsOf(entry: unknown): Permission[] {
  const { effect, action, resource, policyCondition } = mapping(entry);
  return list(action)
    .filter((each) => typeof each === 'string')
    .map((each) => ({
      effect: text(effect) ?? '',
      action: each,
      resource: text(resource) ?? '',
      ...defined({ condition: policyCondition ? JSON.stringify(policyCondition) : undefined }),
    }));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
