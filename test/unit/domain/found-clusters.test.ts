import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foundClusters, type ListedAccount, whatLacks } from '../../../core/domain/found-clusters.ts';
import { foundClustersMarkdown } from '../../../core/domain/found-clusters-markdown.ts';
import { ownerTags, RUN_TAG } from '../../../core/domain/names.ts';
import { trustPolicy } from '../../../core/domain/policy-document.ts';

const ARN = 'arn:aws:iam::123456789012:oidc-provider/';
const NOTHING: ListedAccount = { roles: [], providers: [], buckets: [], registered: [] };
const host = (name: string) => `${name}-oidc.s3.us-east-2.amazonaws.com`;
const provider = (of: string, tags = {}) => ({ arn: ARN + of, host: of, tags });
const role = (name: string, of: string, tags: Record<string, string> = {}) => ({
  name,
  tags,
  trust: trustPolicy(ARN + of, of, ['system:serviceaccount:a:b']),
});
const pageOf = (account: ListedAccount) =>
  foundClustersMarkdown({ version: 1, audit: 'audit-1', at: 'now', clusters: foundClusters(account) });

describe('a cluster is found', () => {
  const cases: [what: string, account: Partial<ListedAccount>, expected: object][] = [
    ['by the tag of a role', { roles: [role('r', 'h', ownerTags('a'))] }, { name: 'a', roles: ['r'] }],
    [
      'by the tag of an identity provider, whatever its issuer',
      { providers: [provider('d1.cloudfront.net', ownerTags('a'))] },
      { name: 'a', providers: [`${ARN}d1.cloudfront.net`] },
    ],
    [
      'by the host of an identity provider without tags',
      { providers: [provider(host('a'))] },
      { name: 'a', region: 'us-east-2', providers: [ARN + host('a')] },
    ],
    [
      'by the name of a bucket, whether or not its tags can be read',
      { buckets: [{ name: 'a-oidc', region: 'eu-west-1' }] },
      { name: 'a', region: 'eu-west-1', bucket: 'a-oidc' },
    ],
    ['by the registry alone', { registered: ['a'] }, { name: 'a', registered: true }],
  ];
  it.each(cases)('%s', (_, account, expected) => {
    expect(foundClusters({ ...NOTHING, ...account })).toMatchObject([expected]);
  });

  it('once, with all that names it', () => {
    const tags = { ...ownerTags('a'), [RUN_TAG]: 'run-1' };
    const account = {
      roles: [role('a-1', host('a'), tags), role('hand-made', host('a')), role('eks', 'oidc.eks.example')],
      providers: [provider(host('a'), ownerTags('a')), provider('oidc.eks.example')],
      buckets: [{ name: 'a-oidc', tags: ownerTags('a') }, { name: 'logs' }],
      registered: ['a'],
    };
    expect(foundClusters(account)).toEqual([
      {
        name: 'a',
        registered: true,
        madeHere: true,
        region: 'us-east-2',
        bucket: 'a-oidc',
        providers: [ARN + host('a')],
        roles: ['a-1'],
        untagged: ['hand-made'],
      },
    ]);
  });

  it('with the identity provider that its roles trust, though nothing else names it', () => {
    const account = {
      ...NOTHING,
      roles: [role('a-1', 'id.example.com', ownerTags('a'))],
      providers: [provider('id.example.com', { owner: 'somebody' })],
    };
    expect(foundClusters(account)).toMatchObject([{ name: 'a', providers: [`${ARN}id.example.com`] }]);
    expect(pageOf(account)).toContain(`issuer: { type: existing, providerArn: "${ARN}id.example.com" }`);
  });
});

describe('the page', () => {
  it('says what to upload for a cluster that is not registered', () => {
    const text = pageOf({
      ...NOTHING,
      roles: [role('a-1', host('a'), ownerTags('a')), role('hand-made', host('a'))],
      providers: [provider(host('a'))],
    });
    expect(text).toContain('`adopt/a.tgz`');
    expect(text).toContain('name: a\n  region: us-east-2');
    expect(text).not.toContain('issuer:');
    expect(text).toContain('`hand-made`');
  });

  it('says of what is not whole what is missing, and no more', () => {
    const text = pageOf({ ...NOTHING, buckets: [{ name: 'a-oidc' }] });
    expect(text).toContain('an identity provider and a role with its tag is missing');
    expect(text).not.toContain('adopt/a.tgz');
  });

  it('says so when nothing names a cluster', () => {
    expect(pageOf(NOTHING)).toContain('names a cluster');
  });

  it('has no command with a name that somebody wrote into a tag to have it run', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (name) => {
        const account = {
          ...NOTHING,
          roles: [role('r', 'h.example', ownerTags(name)), role('u', 'h.example')],
          providers: [provider('h.example')],
        };
        const isName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name);
        const [found] = foundClusters(account).filter((each) => each.name === name);
        expect(found && whatLacks(found).length === 0).toBe(isName);
        expect(pageOf(account).includes('aws iam tag-role')).toBe(isName);
      }),
    );
  });
});
