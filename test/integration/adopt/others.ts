import { describe, expect, it } from 'vitest';
import type { RegistryEntry } from '../../../core/domain/registry.ts';
import { STARTS } from '../../faults/starts.ts';
import {
  account,
  adopt,
  bundleOf,
  CLUSTER,
  DISTRIBUTION,
  distribution,
  entry,
  everything,
  given,
  proxy,
  reportOf,
  TWO,
} from '../../support/adopt/account.ts';
import { auditAccount } from '../../support/audit.ts';
import { writesOf } from '../../support/writes.ts';

describe('a cluster with a private issuer', () => {
  const existing = (id: string) => ({
    issuer: { type: 'existing', providerArn: `arn:aws:iam::${id}:oidc-provider/${DISTRIBUTION}` },
  });

  it('is registered by its identity provider, with nothing of its bucket', async () => {
    await given('ccoctl-private');
    proxy.onRequest = distribution;
    proxy.clear();
    const outcome = await adopt(bundleOf(TWO, existing(account.id)));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(writesOf(proxy.calls, account, CLUSTER)).toEqual([]);
    expect(await entry()).toMatchObject({ issuer: { type: 'existing', url: `https://${DISTRIBUTION}` } });
    expect((await reportOf(outcome)).differences).toEqual([]);
    const audited = (await auditAccount(account)).cluster(CLUSTER);
    expect(audited).toMatchObject({ status: 'clean', drift: [] });
  });

  it('is refused while its issuer cannot be read', async () => {
    await given('ccoctl-private');
    const outcome = await adopt(bundleOf(TWO, existing(account.id)));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'NothingToAdopt' });
    expect(outcome.cause).toContain(`https://${DISTRIBUTION}`);
    expect(await entry()).toBeNull();
  });

  it('is refused with the line for cluster.yaml where the bundle does not name its provider', async () => {
    await given('ccoctl-private');
    const outcome = await adopt();
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.cause).toContain(`providerArn: "${existing(account.id).issuer.providerArn}"`);
    expect(await entry()).toBeNull();
  });
});

describe('a cluster that was prepared here', () => {
  it('stays on record with its files, and with the key that the bundle tells', async () => {
    await given('rotated-by-hand');
    const before = (await entry()) as RegistryEntry;
    const state = await everything();
    expect(await adopt(STARTS['rotated-by-hand'].bundle())).toMatchObject({ status: 'SUCCEEDED' });
    expect(await everything()).toEqual(state);
    const after = (await entry()) as RegistryEntry;
    expect(after).not.toHaveProperty('adopted');
    expect(after.archiveEtag).toBe(before.archiveEtag);
    expect(after.keys).toMatchObject([{ state: 'signing' }, { kid: before.keyId, state: 'retired' }]);
  });

  it('is not forgotten in part: a bundle that says less is refused', async () => {
    await given('add-on-pruned');
    const before = await entry();
    expect(await adopt()).toMatchObject({ status: 'FAILED', error: 'RolesWouldBeForgotten' });
    expect(await entry()).toEqual(before);
  });
});
