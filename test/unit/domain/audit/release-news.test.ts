import { describe, expect, it } from 'vitest';
import type { ReleaseNews, RequestNews } from '../../../../core/domain/audit/news-schema.ts';
import type { ReleaseBundle } from '../../../../core/domain/audit/release-bundle.ts';
import { releaseNews } from '../../../../core/domain/audit/release-news.ts';
import { type Changes, requestValue, statement } from '../../../support/bundles.ts';
import { differenceOf, sharedRelease } from '../../../support/releases.ts';

const SECRET = 'openshift-ingress-operator/cloud-credentials';
const FEATURE_SET = 'metadata.annotations.release\u00b7openshift\u00b7io/feature-set';

/** The request of a component. Dots in the name of an annotation are written as middle dots, because paths have dots. */
function request(changes: Changes = {}): unknown {
  return JSON.parse(JSON.stringify(requestValue(changes)).replaceAll('\u00b7', '.'));
}

const DNS: Changes = { 'metadata.name': 'dns', 'spec.secretRef.namespace': 'openshift-dns' };
const TOMBSTONE: Changes = { 'metadata.annotations.release\u00b7openshift\u00b7io/delete': 'true' };

function bundle(
  release: string,
  values: readonly unknown[],
  more: Partial<ReleaseBundle> = {},
): ReleaseBundle {
  const documents = values.map((value, index) => ({ file: `${index}.yaml`, document: 1, value }));
  return { release, source: `s3://intake/releases/${release}.tgz`, documents, problems: [], ...more };
}

/** What is new in 4.22.0 with these requests against 4.21.3 with those. */
function newsOf(before: readonly unknown[], after: readonly unknown[]): readonly RequestNews[] {
  const later = bundle('4.22.0', after);
  return releaseNews(later, [later, bundle('4.21.3', before)])?.requests ?? [];
}

const NONE = { new: [], gone: [] };
const UNCHANGED = {
  change: 'changed',
  name: 'ingress',
  secret: SECRET,
  gates: {},
  permissions: NONE,
  serviceAccounts: NONE,
} as const;
const allow = (action: string, resource = '*') => ({ effect: 'Allow', action, resource });

describe('what a release has that the one before it has not', () => {
  it.each<[string, { before: Changes; after: Changes; news: Partial<RequestNews> | undefined }]>([
    ['nothing', { before: {}, after: {}, news: undefined }],
    [
      'an action',
      {
        before: statement({ action: ['ec2:A'] }),
        after: statement({ action: ['ec2:A', 'ec2:B'] }),
        news: { permissions: { new: [allow('ec2:B')], gone: [] } },
      },
    ],
    [
      'an action less',
      {
        before: statement({ action: ['ec2:A', 'ec2:B'] }),
        after: statement({ action: ['ec2:B'] }),
        news: { permissions: { new: [], gone: [allow('ec2:A')] } },
      },
    ],
    [
      'an action for another resource',
      {
        before: statement({ action: ['s3:A'] }),
        after: statement({ action: ['s3:A'], resource: 'arn:aws:s3:::b' }),
        news: { permissions: { new: [allow('s3:A', 'arn:aws:s3:::b')], gone: [allow('s3:A')] } },
      },
    ],
    [
      'a condition',
      {
        before: statement({ action: ['s3:A'] }),
        after: statement({ action: ['s3:A'], policyCondition: { Bool: { a: true } } }),
        news: {
          permissions: {
            new: [{ ...allow('s3:A'), condition: '{"Bool":{"a":true}}' }],
            gone: [allow('s3:A')],
          },
        },
      },
    ],
    [
      'nothing, when actions are in another order, case or number',
      {
        before: statement({ action: ['ec2:A', 'ec2:B'] }),
        after: statement({ action: ['EC2:b', 'ec2:a', 'ec2:A'] }),
        news: undefined,
      },
    ],
    [
      'service accounts',
      {
        before: { 'spec.serviceAccountNames': ['old', 'both'] },
        after: { 'spec.serviceAccountNames': ['both', 'new'] },
        news: { serviceAccounts: { new: ['new'], gone: ['old'] } },
      },
    ],
    [
      'a feature set, to which it is now confined',
      {
        before: {},
        after: { [FEATURE_SET]: 'TechPreviewNoUpgrade' },
        news: { gates: { featureSet: 'TechPreviewNoUpgrade' }, gatesBefore: {} },
      },
    ],
    [
      'a feature gate in place of a feature set',
      {
        before: { [FEATURE_SET]: 'TechPreviewNoUpgrade' },
        after: { 'metadata.annotations.release\u00b7openshift\u00b7io/feature-gate': 'Gateways' },
        news: { gates: { featureGate: 'Gateways' }, gatesBefore: { featureSet: 'TechPreviewNoUpgrade' } },
      },
    ],
    [
      'a capability',
      {
        before: {},
        after: { 'metadata.annotations.capability\u00b7openshift\u00b7io/name': 'Ingress' },
        news: { gates: { capability: 'Ingress' }, gatesBefore: {} },
      },
    ],
    [
      'nothing, when only the name of the request is another',
      { before: {}, after: { 'metadata.name': 'b' }, news: undefined },
    ],
  ])('%s', (_, { before, after, news }) => {
    expect(newsOf([request(before)], [request(after)])).toEqual(
      news === undefined ? [] : [{ ...UNCHANGED, ...news }],
    );
  });

  it('is a request with all that it asks for, and whose clusters have it', () => {
    const dns = request({
      ...DNS,
      ...statement({ action: ['route53:A'] }),
      [FEATURE_SET]: 'TechPreviewNoUpgrade',
    });
    expect(newsOf([request()], [request(), dns])).toEqual([
      {
        change: 'new',
        name: 'dns',
        secret: 'openshift-dns/cloud-credentials',
        gates: { featureSet: 'TechPreviewNoUpgrade' },
        permissions: { new: [allow('route53:A')], gone: [] },
        serviceAccounts: { new: ['ingress-operator'], gone: [] },
      },
    ]);
  });

  it.each<[string, { before: Changes[]; after: Changes[]; changes: string[] }]>([
    ['a request that is gone', { before: [{}, DNS], after: [{}], changes: ['gone dns'] }],
    [
      'a request that a tombstone takes away',
      { before: [{}, DNS], after: [{}, { ...DNS, ...TOMBSTONE }], changes: ['taken-away dns'] },
    ],
    [
      'a tombstone of what is long gone',
      { before: [{}], after: [{}, { ...DNS, ...TOMBSTONE }], changes: ['taken-away dns'] },
    ],
    [
      'a tombstone that was there before',
      { before: [{ ...DNS, ...TOMBSTONE }], after: [{ ...DNS, ...TOMBSTONE }], changes: [] },
    ],
    ['a request that comes back', { before: [{ ...DNS, ...TOMBSTONE }], after: [DNS], changes: ['new dns'] }],
    [
      'a request with another Secret',
      { before: [{}], after: [{ 'spec.secretRef.name': 'b' }], changes: ['new ingress', 'gone ingress'] },
    ],
  ])('tells of %s', (_, { before, after, changes }) => {
    const news = newsOf(before.map(request), after.map(request));
    expect(news.map(({ change, name }) => `${change} ${name}`)).toEqual(changes);
  });

  it('is told for each feature set when a Secret has several requests', () => {
    const preview = { [FEATURE_SET]: 'TechPreviewNoUpgrade' };
    const of = (changes: Changes, action: string) =>
      request({ ...changes, ...statement({ action: [action] }) });
    const news = newsOf([of({}, 'a:A'), of(preview, 'a:P')], [of(preview, 'a:Q'), of({}, 'a:A')]);
    expect(news).toEqual([
      {
        ...UNCHANGED,
        gates: { featureSet: 'TechPreviewNoUpgrade' },
        permissions: { new: [allow('a:Q')], gone: [allow('a:P')] },
      },
    ]);
  });
});

describe('requests that are not as they should be', () => {
  it.each([
    ['of another cloud', request({ 'spec.providerSpec.kind': 'AzureProviderSpec' }), []],
    ['null', null, []],
    ['without a spec', { kind: 'CredentialsRequest' }, []],
    ['without statements', request({ 'spec.providerSpec.statementEntries': 'none' }), ['new ingress']],
    ['without service accounts', request({ 'spec.serviceAccountNames': undefined }), ['new ingress']],
    ['with an action that is no text', request(statement({ action: [1, { a: 1 }] })), ['new ingress']],
  ])('keep the news of the others from nobody: %s', (_, value, changes) => {
    const news = newsOf([request(DNS)], [value, request(DNS)]);
    expect(news.map(({ change, name }) => `${change} ${name}`)).toEqual(changes);
  });
});

describe('the release before', () => {
  const against = (release: string, others: readonly ReleaseBundle[]): ReleaseNews | undefined => {
    const later = bundle(release, [request()]);
    return releaseNews(later, [...others, later]);
  };
  const broken = { problems: ['It is broken.'] };

  it('is the latest that is older, by version', () => {
    const others = ['4.9.0', '4.21.3', '4.21.10', '4.23.0', '4.22.0-rc.1'].map((each) => bundle(each, []));
    expect(against('4.22.0', others)?.against).toBe('4.22.0-rc.1');
    expect(against('4.22.0-ec.1', others)?.against).toBe('4.21.10');
  });

  it('is said to be missing', () => {
    expect(against('4.22.0', [bundle('4.23.0', [])])).toEqual({
      notes: ['No earlier release is on hand that it could be compared with.'],
      requests: [],
    });
  });

  it('is passed over when its bundle cannot be used, which is said', () => {
    const news = against('4.22.0', [
      bundle('4.20.0', []),
      bundle('4.21.0', [], broken),
      bundle('4.19.0', [], broken),
    ]);
    expect(news?.against).toBe('4.20.0');
    expect(news?.notes).toEqual(['4.21.0 comes before it too, and its bundle cannot be used.']);
  });

  it('is none of a bundle that cannot be used itself', () => {
    const news = releaseNews(bundle('4.22.0', [], broken), [bundle('4.21.0', [])]);
    expect(news).toEqual({ notes: ['Its bundle cannot be used.'], requests: [] });
  });

  it('is none that only one cluster has, and one of a cluster has no news', () => {
    const own = bundle('4.21.0', [], { cluster: 'demo' });
    expect(against('4.22.0', [own])?.against).toBeUndefined();
    expect(releaseNews(own, [bundle('4.20.0', [])])).toBeUndefined();
  });
});

describe.each([
  ['4.13', '4.14'],
  ['4.12', '4.20'],
])('of the releases %s and %s', (before, after) => {
  const [earlier, later] = [sharedRelease(before), sharedRelease(after)];

  it.skipIf(earlier === undefined || later === undefined)(
    'nothing is left out that their texts differ in',
    () => {
      if (earlier === undefined || later === undefined) return;
      const news = newsOf([...earlier.values()], [...later.values()]);
      const { added, gone, actions, serviceAccounts } = differenceOf(earlier, later);
      const secrets = (change: string) =>
        news.filter((each) => each.change === change).map(({ secret }) => secret);
      expect(secrets('new').sort()).toEqual(added);
      expect(secrets('gone').sort()).toEqual(gone);
      const of = (secret: string) => news.find((each) => each.secret === secret);
      expect(Object.keys(actions).length).toBeGreaterThan(0);
      for (const [secret, names] of Object.entries(actions))
        expect(of(secret)?.permissions.new.map(({ action }) => action)).toEqual(
          expect.arrayContaining([...names]),
        );
      for (const [secret, names] of Object.entries(serviceAccounts))
        expect(of(secret)?.serviceAccounts.new).toEqual(names);
    },
  );
});
