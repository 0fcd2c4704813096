import { selectRequests } from '../../../core/domain/credentials-request.ts';
import type { FeatureSet } from '../../../core/domain/feature-set.ts';
import { ofFeatureSet } from '../../support/inclusion.ts';

export type Json = Record<string, unknown>;

/** A CredentialsRequest as it stands in a release, with parts replaced. */
export function manifest({
  spec = {},
  annotations,
  ...rest
}: { spec?: Json; annotations?: Json } & Json = {}): Json {
  return {
    apiVersion: 'cloudcredential.openshift.io/v1',
    kind: 'CredentialsRequest',
    metadata: { name: 'registry', namespace: 'cco', ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      secretRef: { namespace: 'openshift-image-registry', name: 'installer-cloud-credentials' },
      serviceAccountNames: ['operator', 'registry'],
      providerSpec: providerSpec(),
      ...spec,
    },
    ...rest,
  };
}

export function providerSpec(statement: Json = {}): Json {
  return {
    apiVersion: 'cloudcredential.openshift.io/v1',
    kind: 'AWSProviderSpec',
    statementEntries: [{ effect: 'Allow', action: ['s3:GetObject'], resource: '*', ...statement }],
  };
}

export function select(value: unknown, featureSet: FeatureSet = 'Default') {
  return selectRequests([{ file: 'a.yaml', document: 1, value }], ofFeatureSet(featureSet));
}
