import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectRequests } from '../../../core/domain/credentials-request.ts';
import type { FeatureSet } from '../../../core/domain/feature-set.ts';
import type { SourceDocument } from '../../../core/domain/source-document.ts';
import { ofFeatureSet } from '../../support/inclusion.ts';
import { manifest, providerSpec, select } from './request-manifests.ts';

/** Reasons of what was skipped; a request is a `+`. */
function verdict(value: unknown, featureSet?: FeatureSet): string[] {
  const { requests, skipped, problems } = select(value, featureSet);
  expect(problems).toEqual([]);
  return [...requests.map(() => '+'), ...skipped.map(({ reason }) => reason)];
}

describe('which documents count', () => {
  const featureSet = (value: string) =>
    manifest({ annotations: { 'release.openshift.io/feature-set': value } });
  it.each<[string, unknown, FeatureSet | undefined, string]>([
    ['a request', manifest(), undefined, '+'],
    [
      'a tombstone',
      manifest({ annotations: { 'release.openshift.io/delete': 'true' } }),
      undefined,
      'marked for deletion (release.openshift.io/delete)',
    ],
    [
      'a tombstone that is none',
      manifest({ annotations: { 'release.openshift.io/delete': 'false' } }),
      undefined,
      '+',
    ],
    [
      'another feature set',
      featureSet('TechPreviewNoUpgrade'),
      'Default',
      "feature set TechPreviewNoUpgrade, the cluster's is Default",
    ],
    ['the feature set', featureSet('TechPreviewNoUpgrade'), 'TechPreviewNoUpgrade', '+'],
    [
      'a list with the feature set',
      featureSet('CustomNoUpgrade,TechPreviewNoUpgrade'),
      'TechPreviewNoUpgrade',
      '+',
    ],
    [
      'a list without it',
      featureSet('CustomNoUpgrade,DevPreviewNoUpgrade'),
      'TechPreviewNoUpgrade',
      "feature set CustomNoUpgrade,DevPreviewNoUpgrade, the cluster's is TechPreviewNoUpgrade",
    ],
    [
      'a capability',
      manifest({ annotations: { 'capability.openshift.io/name': 'ImageRegistry' } }),
      undefined,
      '+',
    ],
    [
      'another cloud',
      manifest({ spec: { providerSpec: { kind: 'AzureProviderSpec' } } }),
      undefined,
      'for another cloud (AzureProviderSpec)',
    ],
    ['another kind', { kind: 'ConfigMap' }, undefined, 'kind ConfigMap'],
    ['no kind', { apiVersion: 'v1' }, undefined, 'no kind'],
    ['a kind that is a mapping', { kind: { toString: 'x' } }, undefined, 'kind of type object'],
    ['an empty document', null, undefined, 'empty document'],
    ['nothing', undefined, undefined, 'empty document'],
    ['text', 'hello', undefined, 'not a Kubernetes object'],
    ['a sequence', [manifest()], undefined, 'not a Kubernetes object'],
  ])('%s', (_, value, clusterFeatureSet, expected) => {
    expect(verdict(value, clusterFeatureSet)).toEqual([expected]);
  });

  it('the items of a List count as documents of their file', () => {
    const list = { kind: 'List', items: [manifest(), null, { kind: 'Secret' }] };
    expect(verdict(list)).toEqual(['+', 'empty document', 'kind Secret']);
  });

  it('a List without items is another kind', () => {
    expect(verdict({ kind: 'List' })).toEqual(['kind List']);
  });

  it('the order of documents is kept', () => {
    const names = ['b', 'a', 'c'];
    const documents = names.map((name, index) => ({
      file: 'all.yaml',
      document: index + 1,
      value: manifest({ metadata: { name } }),
    }));
    expect(selectRequests(documents, ofFeatureSet()).requests.map(({ name }) => name)).toEqual(names);
  });
});

describe('a request', () => {
  it('keeps Secret, service accounts and statements as they are written', () => {
    const condition = {
      StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-east-2'] },
      Bool: { x: true },
    };
    const [request] = select(
      manifest({ spec: { providerSpec: providerSpec({ policyCondition: condition }) } }),
    ).requests;
    expect(request).toEqual({
      source: { file: 'a.yaml', document: 1 },
      name: 'registry',
      secretRef: { namespace: 'openshift-image-registry', name: 'installer-cloud-credentials' },
      serviceAccountNames: ['operator', 'registry'],
      statements: [{ effect: 'Allow', action: ['s3:GetObject'], resource: '*', policyCondition: condition }],
    });
  });

  it('has no condition when that is null', () => {
    const [request] = select(
      manifest({ spec: { providerSpec: providerSpec({ policyCondition: null }) } }),
    ).requests;
    expect(request?.statements[0]).not.toHaveProperty('policyCondition');
  });
});

describe('whatever a bundle holds', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    // Near the right shape: any field of a request may be anything.
    fc
      .record(
        {
          apiVersion: fc.oneof(fc.constant('cloudcredential.openshift.io/v1'), fc.jsonValue()),
          kind: fc.oneof(fc.constantFrom('CredentialsRequest', 'List'), fc.jsonValue()),
          items: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
          metadata: fc.oneof(fc.constant({ name: 'a' }), fc.jsonValue()),
          spec: fc.oneof(
            fc.record(
              {
                secretRef: fc.oneof(fc.constant({ namespace: 'a', name: 'b' }), fc.jsonValue()),
                serviceAccountNames: fc.oneof(fc.constant(['a']), fc.jsonValue()),
                providerSpec: fc.oneof(fc.constant(providerSpec()), fc.jsonValue()),
              },
              { requiredKeys: [] },
            ),
            fc.jsonValue(),
          ),
        },
        { requiredKeys: ['kind'] },
      )
      .map((value) => value as unknown),
  );

  const documentsOf = (value: unknown): number => {
    const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
    return kind === 'List' && Array.isArray(items) ? items.length : 1;
  };

  it('every document is a request, skipped or a problem, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 4 }), (values) => {
        for (const value of values) {
          const { requests, skipped, problems } = select(value);
          const accounted = requests.length + skipped.length;
          const count = documentsOf(value);
          expect(accounted).toBeLessThanOrEqual(count);
          expect(problems.length > 0).toBe(accounted < count);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a request that passes has names that are safe in paths, role names and subjects', () => {
    const name = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.-]{1,70}$/));
    fc.assert(
      fc.property(name, name, name, (namespace, secret, account) => {
        const source: SourceDocument = {
          file: 'a.yaml',
          document: 1,
          value: manifest({
            spec: { secretRef: { namespace, name: secret }, serviceAccountNames: [account] },
          }),
        };
        for (const { secretRef, serviceAccountNames } of selectRequests([source], ofFeatureSet()).requests) {
          for (const text of [secretRef.namespace, secretRef.name, ...serviceAccountNames])
            expect(text).toMatch(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/);
          expect(`${secretRef.namespace}/${secretRef.name}`).not.toContain('..');
        }
      }),
    );
  });
});

describe('a tombstone', () => {
  const DELETE = 'release.openshift.io/delete';
  const SECRET = { namespace: 'openshift-image-registry', name: 'installer-cloud-credentials' };
  const featureSet = 'release.openshift.io/feature-set';

  it.each<[string, unknown, boolean]>([
    ['of this cloud', manifest({ annotations: { [DELETE]: 'true' } }), true],
    [
      'that has no provider',
      manifest({ annotations: { [DELETE]: 'true' }, spec: { providerSpec: undefined } }),
      true,
    ],
    [
      'of another cloud, whose Secret may have the same name',
      manifest({ annotations: { [DELETE]: 'true' }, spec: { providerSpec: { kind: 'GCPProviderSpec' } } }),
      false,
    ],
    [
      'of another feature set',
      manifest({ annotations: { [DELETE]: 'true', [featureSet]: 'TechPreviewNoUpgrade' } }),
      false,
    ],
    [
      'that names no Secret',
      manifest({ annotations: { [DELETE]: 'true' }, spec: { secretRef: undefined } }),
      false,
    ],
    ['of another kind', { ...manifest({ annotations: { [DELETE]: 'true' } }), kind: 'Deployment' }, false],
    ['that is none', manifest({ annotations: { [DELETE]: 'false' } }), false],
  ])('%s names a Secret: %#', (_, value, isNamed) => {
    expect(select(value).tombstones).toEqual(isNamed ? [SECRET] : []);
  });
});

describe('what was probably meant to be a request', () => {
  it.each([
    ['a request of no kind', { ...manifest(), kind: undefined }, 'has an AWSProviderSpec and no kind'],
    [
      'a list of another kind',
      { kind: 'list', items: [manifest(), 1] },
      'the kind "list" and holds 1 CredentialsRequests below items',
    ],
    ['a list of no kind', { items: [manifest()] }, 'no kind and holds 1 CredentialsRequests below items'],
    [
      'a Template',
      { kind: 'Template', objects: [manifest()] },
      'the kind "Template" and holds 1 CredentialsRequests',
    ],
    [
      'text in a ConfigMap',
      { kind: 'ConfigMap', data: { 'a.yaml': 'x: 1\nkind: CredentialsRequest\n' } },
      'as text below data',
    ],
  ])('is warned about: %s', (_, value, words) => {
    const { requests, warnings } = select(value);
    expect(requests).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`a.yaml, document 1: has `)]);
    expect(warnings[0]).toContain(words);
  });

  it.each([
    { kind: 'SecretList', items: [{ kind: 'Secret' }] },
    { kind: 'ConfigMap', data: { a: '# about kind: CredentialsRequest' } },
    { kind: 'ConfigMap', data: 'kind: CredentialsRequest' },
  ])('is none of %j', (value) => {
    expect(select(value).warnings).toEqual([]);
  });
});
