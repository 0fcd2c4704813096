import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { jwkThumbprint, type PublicJwk, publicJwk, publicKeyPem } from '../../../core/domain/oidc.ts';
import type { TestAccount } from '../../support/account.ts';
import { rsaKeyPair } from '../../support/bundles.ts';
import { account, GOLDEN, newAccount, partsOf, prepare, proxy } from '../../support/convergence/account.ts';
import { skipPauses } from '../../support/pauses.ts';
import { type BundleOptions, bundleOf, type ReferenceCase } from '../../support/reference.ts';
import { writesOf } from '../../support/writes.ts';

describe('the keys of a cluster that a run prepared', () => {
  const Key = 'keys.json';
  const PUBLIC = 'clusters/golden/install/serviceaccount-signer.public';
  const Bucket = 'golden-oidc';
  const stranger = rsaKeyPair().publicKey;
  const rotated = rsaKeyPair().publicKey;
  let wanted: ReferenceCase;

  const s3 = () => account.s3(GOLDEN.region);
  const published = async (): Promise<PublicJwk[]> => {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '').keys;
  };
  const publish = (...keys: object[]) =>
    s3().send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: JSON.stringify({ keys }),
        ContentType: 'application/json',
        Tagging: new URLSearchParams({ ...GOLDEN.state.buckets[Bucket]?.tags }).toString(),
      }),
    );
  const upload = async (options: BundleOptions = {}) => {
    proxy.clear();
    return account.run('prepare/bundle.tgz', await bundleOf(wanted, { withoutKey: true, ...options }));
  };
  const refused = async (error: string, options: BundleOptions = {}) => {
    const before = await account.snapshot();
    const outcome = await upload(options);
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(writesOf(proxy.calls, account, 'golden')).toEqual([]);
    expect(omitRuns(await account.snapshot())).toEqual(omitRuns(before));
    return outcome.cause ?? '';
  };
  const entry = async () => JSON.parse((await account.read('clusters/golden/cluster.json')) ?? '');
  const states = async () =>
    Object.fromEntries(
      (await entry()).keys.map(({ kid, state }: { kid: string; state: string }) => [kid, state]),
    );
  const omitRuns = ({ results, ...rest }: Awaited<ReturnType<TestAccount['snapshot']>>) => ({
    ...rest,
    results: Object.fromEntries(Object.entries(results).filter(([key]) => !key.startsWith('executions/'))),
  });
  let ours: PublicJwk;

  beforeEach(async () => {
    wanted = await newAccount(GOLDEN);
    await prepare(wanted, { withoutKey: true });
    ours = (await published())[0] as PublicJwk;
  });

  it('stay known when a key appears: the run names it and writes nothing, until it is removed or accepted', async () => {
    const strange = publicJwk(stranger);
    await publish(ours, strange);
    const cause = await refused('ResourceConflict');
    expect(cause).toContain(strange.kid);
    expect(cause).toContain(jwkThumbprint(strange));
    expect(Object.keys(await states())).toEqual([ours.kid]);
    await prepare(wanted, { withoutKey: true, config: `acceptedKeys: [${strange.kid}]` });
    expect(await states()).toEqual({ [ours.kid]: 'signing', [strange.kid]: 'next' });
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
    await publish(ours);
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
  });

  it('are not those that stand under their ids', async () => {
    await publish(ours, { ...publicJwk(stranger), kid: ours.kid });
    expect(await refused('ResourceConflict')).toContain(jwkThumbprint(publicJwk(stranger)));
  });

  it('are not joined by one that a bundle brings', async () => {
    expect(await refused('SigningKeyConflict', { withoutKey: false })).toContain('the cluster exists');
    expect(await published()).toEqual([ours]);
  });

  it.each<[string, (next: PublicJwk) => Promise<unknown>]>([
    ['while the one before is published', (next) => publish(ours, next)],
    ['when the one before is gone', (next) => publish(next)],
  ])('are rotated by hand, which is told %s', async (_when, rotate) => {
    const next = publicJwk(rotated);
    await rotate(next);
    const keys = await published();
    await refused(keys.length === 1 ? 'SigningKeyConflict' : 'ResourceConflict');
    const told = { key: publicKeyPem(rotated) };
    const { changes } = await prepare(wanted, told);
    expect(partsOf(changes)).toEqual([
      'update signing key pair: public key file',
      'update install.tar.gz: content',
    ]);
    expect(await account.read(PUBLIC)).toBe(publicKeyPem(rotated));
    expect(await published()).toEqual(keys);
    expect((await entry()).keyId).toBe(next.kid);
    expect(await states()).toEqual({ [next.kid]: 'signing', [ours.kid]: 'retired' });

    await publish(next);
    expect(await prepare(wanted, told)).toEqual({ changes: [], writes: [] });
    expect(await prepare(wanted, { withoutKey: true })).toEqual({ changes: [], writes: [] });
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    await prepare(wanted, { withoutKey: true });
    expect(await published()).toEqual([next]);
    // The one that was taken out is the cluster's no more.
    await publish(next, ours);
    await refused('ResourceConflict');
  });

  it('are written anew, the next one too, when the whole document is lost', async () => {
    const next = publicJwk(rotated);
    await publish(ours, next);
    await prepare(wanted, { withoutKey: true, config: `acceptedKeys: [${jwkThumbprint(next)}]` });
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    await prepare(wanted, { withoutKey: true });
    expect(await published()).toEqual([ours, next]);
  });

  it('are given back by a removed document, when one was taken out by mistake', async () => {
    await publish();
    expect(await refused('SigningKeyConflict')).toContain(`aws s3 rm s3://${Bucket}/${Key}`);
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    await prepare(wanted, { withoutKey: true });
    expect(await published()).toEqual([ours]);
  });

  it('are not added to by what somebody publishes while a run is at work', async () => {
    const strange = publicJwk(stranger);
    const pauses: number[] = [];
    const pauseAgain = skipPauses((ms) => pauses.push(ms));
    const outcome = await account.run(
      'prepare/bundle.tgz',
      await bundleOf(wanted, { withoutKey: true }),
      async (name, _event, call) => {
        if (name === 'verify') await publish(ours, strange);
        return call();
      },
    );
    pauseAgain();
    // Whether it may yet pass was waited for.
    expect(pauses.length).toBeGreaterThan(1);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'VerificationFailed' });
    expect(outcome.cause).toContain(jwkThumbprint(strange));
    expect(Object.keys(await states())).toEqual([ours.kid]);
  });
});

it('a new cluster gets no key from its bundle where the deployment does not allow it', async () => {
  const wanted = await newAccount(GOLDEN);
  vi.stubEnv('OWN_SIGNING_KEYS', 'false');
  const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted));
  vi.unstubAllEnvs();
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'SigningKeyConflict' });
  expect(outcome.cause).toContain('-c ownSigningKeys=true');
});
