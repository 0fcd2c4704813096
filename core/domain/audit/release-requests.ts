import { defined } from '../../util/defined.ts';
import type { SourceDocument } from '../credentials-request.ts';
import { FEATURE_SET_ANNOTATION } from '../feature-set.ts';
import { mapping } from '../field-reader.ts';
import type { Gates, Permission } from './news-schema.ts';

const FEATURE_GATE_ANNOTATION = 'release.openshift.io/feature-gate';
const DELETE_ANNOTATION = 'release.openshift.io/delete';

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
    const { name, annotations } = mapping(metadata);
    const { namespace, name: secretName } = mapping(secretRef);
    const noted = mapping(annotations);
    return [
      {
        name: text(name) ?? '',
        secret: `${text(namespace) ?? ''}/${text(secretName) ?? ''}`,
        gates: defined({
          featureSet: text(noted[FEATURE_SET_ANNOTATION]),
          featureGate: text(noted[FEATURE_GATE_ANNOTATION]),
        }),
        serviceAccounts: list(serviceAccountNames).filter((each) => typeof each === 'string'),
        permissions: list(statementEntries).flatMap(permissionsOf),
        isTombstone: noted[DELETE_ANNOTATION] === 'true',
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
