import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { account, GOLDEN, newAccount, partsOf, prepare } from '../../support/convergence/account.ts';
import {
  type CcoctlSteps,
  makeAsCcoctl,
  type ReferenceCase,
  sharedCases,
  type Tags,
} from '../../support/reference.ts';
import { aspectsOf, aspectsOfAccount } from '../../support/reference-aspects.ts';

describe('a cluster that ccoctl made', () => {
  const cases = [GOLDEN, ...sharedCases()].filter(({ region }) => !/^(cn|us-gov)-/.test(region));

  it.each(cases)('is adopted with its key, and IAM is not touched: $id', async (reference) => {
    const wanted = await newAccount(reference);
    await makeAsCcoctl(account, wanted);
    const { iamBefore, bucketBefore } = await made();

    const { changes, writes } = await prepare(wanted);
    expect(partsOf(changes)).toEqual([
      'create public signing key: all',
      `update issuer bucket ${wanted.name}-oidc: .well-known/openid-configuration`,
      `update issuer bucket ${wanted.name}-oidc: keys.json`,
      ...Object.keys(wanted.manifests)
        .sort()
        .map((file) => `create manifests/${file}: all`),
      'create install.tar.gz: all',
    ]);
    expect(writes.filter((call) => !call.includes('/install')).sort()).toEqual([
      `s3 PUT /${wanted.name}-oidc/.well-known/openid-configuration`,
      `s3 PUT /${wanted.name}-oidc/keys.json`,
    ]);
    const { roles, providers, buckets } = await account.snapshot();
    expect({ roles, providers }).toEqual(iamBefore);
    expect(buckets).toEqual(
      // Only the content type of the documents is not ccoctl's.
      JSON.parse(JSON.stringify(bucketBefore).replaceAll('application/octet-stream', 'application/json')),
    );
    expect(await prepare(wanted)).toEqual({ changes: [], writes: [] });
  });

  it('keeps its key in keys.json, first, when the pipeline makes a new pair', async () => {
    const wanted = await newAccount(GOLDEN);
    await makeAsCcoctl(account, wanted);
    const { iamBefore } = await made();
    await prepare(wanted, { withoutKey: true });

    const { roles, providers, buckets } = await account.snapshot();
    expect({ roles, providers }).toEqual(iamBefore);
    const { objects, tags } = buckets['golden-oidc'] as {
      objects: Record<string, { body: string; tags: Tags }>;
      tags: Tags;
    };
    const { keys } = JSON.parse(objects['keys.json']?.body ?? '') as { keys: { kid: string }[] };
    expect(keys[0]).toEqual(
      JSON.parse(GOLDEN.state.buckets['golden-oidc']?.objects['keys.json']?.body ?? '').keys[0],
    );
    expect(keys).toHaveLength(2);
    const entry = JSON.parse((await account.read('clusters/golden/cluster.json')) ?? '');
    expect(entry.keyId).toBe(keys[1]?.kid);
    expect(entry.keys.map(({ state }: { state: string }) => state)).toEqual(['signing', 'stranger']);
    const { warnings } = JSON.parse((await account.read(entry.lastRun.report)) ?? '');
    expect(warnings).toContainEqual(expect.stringContaining(`holds the key ${keys[0]?.kid}`));
    const owner = GOLDEN.state.buckets['golden-oidc']?.tags;
    expect([tags, ...Object.values(objects).map((object) => object.tags)]).toEqual([owner, owner, owner]);
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
  });

  async function made() {
    const { roles, providers, buckets } = await account.snapshot();
    return { iamBefore: { roles, providers }, bucketBefore: buckets };
  }
});

describe('a cluster that ccoctl left half-made', () => {
  const nothing: CcoctlSteps = {
    bucketTags: false,
    publicAccess: false,
    documents: false,
    provider: false,
    roles: 0,
  };
  const trustsAnother = async (wanted: ReferenceCase) => {
    for (const [name, { trust }] of Object.entries(wanted.state.roles)) {
      const other = JSON.stringify(trust).replaceAll('golden-oidc', 'deleted-oidc');
      await account.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: other }));
    }
  };

  it.each<[string, CcoctlSteps, ((wanted: ReferenceCase) => Promise<void>)?]>([
    ['only the bucket, without tags', nothing],
    ['only the bucket, with tags', { ...nothing, bucketTags: true }],
    ['the bucket without tags, and the documents', { ...nothing, documents: true }],
    ['bucket and documents', { provider: false, roles: 0 }],
    ['a provider without tags', { providerTags: false, roles: 0 }],
    ['no roles', { roles: 0 }],
    ['half of the roles', { roles: 1 }],
    ['half of the roles, the last without its policy', { roles: 1, policies: 0 }],
    ['roles without policies', { policies: 0 }],
    ['roles that trust a provider which is gone', {}, trustsAnother],
  ])('is completed: %s', async (_left, steps, further) => {
    const wanted = await newAccount(GOLDEN);
    await makeAsCcoctl(account, wanted, steps);
    await further?.(wanted);
    await prepare(wanted);
    expect(await aspectsOfAccount(account, wanted)).toEqual(
      aspectsOf(wanted.manifests, wanted.state, wanted.region),
    );
    expect(await prepare(wanted)).toEqual({ changes: [], writes: [] });
  });
});
