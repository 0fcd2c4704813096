import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IssuerBucket } from '../../../../core/aws/issuer-buckets.ts';
import { parseJwks } from '../../../../core/domain/oidc.ts';
import { PUBLIC_ACCESS_BLOCK } from '../../../../core/resources/issuer/access-block.ts';
import { applyIssuer } from '../../../../core/resources/issuer/apply.ts';
import { observeIssuer } from '../../../../core/resources/issuer/observe.ts';
import { undoIssuer } from '../../../../core/resources/issuer/undo.ts';
import { stoppingAt } from '../../../support/fakes/faults.ts';
import { type BucketContent, type FakeBucket, fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import {
  bucketContent,
  DISCOVERY,
  ISSUER,
  jwksText,
  KEY,
  NO_PROVIDER,
  OTHER_JWK,
  OUR_JWK,
  ours,
  planned,
  SPEC,
  TLS_ONLY,
} from './issuer.ts';

const OWNER = { 'openshift.io/cloud-credential-operator/demo': 'owned' };

const documents = fc
  .record({
    discovery: fc.constantFrom(
      undefined,
      ours(DISCOVERY),
      ours('{}', { tags: { other: 'x' } }),
      ours(DISCOVERY, { contentType: 'application/octet-stream', tags: {} }),
    ),
    jwks: fc.constantFrom(
      undefined,
      ours(jwksText()),
      ours(jwksText(OUR_JWK)),
      ours(jwksText(OTHER_JWK)),
      ours(jwksText(OTHER_JWK, OUR_JWK), { tags: {}, metadata: { a: 'b' } }),
    ),
  })
  .map(({ discovery, jwks }) => ({
    ...(discovery === undefined ? {} : { '.well-known/openid-configuration': discovery }),
    ...(jwks === undefined ? {} : { 'keys.json': jwks }),
  }));

/** A bucket in any state that is this cluster's, one that ccoctl left without tags, or none. */
const drifted: fc.Arbitrary<BucketContent | undefined> = fc.option(
  fc
    .record({
      tags: fc.oneof(
        fc.constant({}),
        fc
          .dictionary(fc.constantFrom('Name', 'team', 'other'), fc.constantFrom('demo', 'platform', 'x'))
          .map((tags) => ({ ...tags, ...OWNER })),
      ),
      block: fc.constantFrom(PUBLIC_ACCESS_BLOCK, undefined, {
        ...PUBLIC_ACCESS_BLOCK,
        BlockPublicAcls: false,
      }),
      policy: fc.constantFrom(
        ISSUER.policy,
        undefined,
        { ...ISSUER.policy, Statement: [] },
        { ...ISSUER.policy, Statement: [TLS_ONLY] },
      ),
      documents,
    })
    // Without tags a bucket is ours only when it is empty, or says so itself.
    .map(({ documents: held, ...parts }) => {
      const says = held['.well-known/openid-configuration']?.body === DISCOVERY;
      const isOurs = Object.keys(parts.tags).length > 0 || says;
      return bucketContent({ ...parts, documents: isOurs ? held : {} });
    }),
  { nil: undefined },
);
const stop = fc.tuple(fc.nat(14), fc.constantFrom('before' as const, 'after' as const));

const start = (content: BucketContent | undefined): FakeBucket => fakeBucket(structuredClone(content));
const plan = async (bucket: IssuerBucket) => planned(await observeIssuer(SPEC, { issuerBucket: bucket }));
const apply = (step: ReturnType<typeof planned>, issuerBucket: IssuerBucket) =>
  applyIssuer(step, { issuerBucket, publicKey: KEY });
const undo = (step: ReturnType<typeof planned>, issuerBucket: IssuerBucket) =>
  undoIssuer(step, { issuerBucket, provider: NO_PROVIDER });
const kids = (content: BucketContent | undefined) =>
  parseJwks(content?.documents['keys.json']?.body ?? '')?.keys.map(({ kid }) => kid) ?? [];

describe('an issuer in any state', () => {
  it('is converged however often and wherever the application was stopped, and as before after an undo', async () => {
    await fc.assert(
      fc.asyncProperty(drifted, fc.array(stop, { maxLength: 3 }), async (content, stops) => {
        const bucket = start(content);
        const first = await plan(bucket);
        for (const [n, when] of stops) await apply(first, stoppingAt(bucket, n, when)).catch(() => undefined);
        await apply(first, bucket);
        expect((await plan(bucket)).changes).toEqual([]);
        expect(kids(bucket.content)).toEqual(expect.arrayContaining([...kids(content), OUR_JWK.kid]));
        await undo(first, bucket);
        expect(bucket.content).toEqual(content);
      }),
    );
  });

  it('is as before, wherever application and undo were stopped, once an undo gets to its end', async () => {
    await fc.assert(
      fc.asyncProperty(drifted, stop, stop, async (content, applied, undone) => {
        const bucket = start(content);
        const first = await plan(bucket);
        await apply(first, stoppingAt(bucket, ...applied)).catch(() => undefined);
        await undo(first, stoppingAt(bucket, ...undone));
        await undo(first, bucket);
        expect(bucket.content).toEqual(content);
      }),
    );
  });
});
