import { DeleteOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import type { Start } from '../faults/start-makers.ts';
import { STARTS, type StartName } from '../faults/starts.ts';
import type { TestAccount } from '../support/account.ts';
import { rsaKeyPair } from '../support/bundles.ts';
import { uploadDeletion } from '../support/deleting.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';

/* Clusters that no run ever made: ccoctl did, and stopped where it stopped. */

const JWKS = formatJwks({ keys: [publicJwk(rsaKeyPair().publicKey)] });
const FILE = 'confirm: demo\nregion: us-east-2\nrelease-name: true\n';

let emulator: OwnEmulator;
let account: TestAccount;

beforeEach(async () => {
  emulator ??= await ownEmulator();
  account = await emulator.account();
});
afterAll(() => emulator.stop());

const given = async (start: StartName) => {
  const { make } = STARTS[start] as Start;
  await make(account, (bundle, key = 'prepare/bundle.tgz') => account.run(key, bundle), JWKS);
};

describe('a cluster that ccoctl made is deleted by its tags', () => {
  it.each<StartName>([
    'ccoctl',
    'ccoctl-bucket-only',
    'ccoctl-no-provider',
    'ccoctl-untagged-provider',
    'ccoctl-no-policy',
    'ccoctl-acls',
    'versioned',
  ])('%s', async (start) => {
    await given(start);
    const outcome = await uploadDeletion(account, 'delete/demo.yaml', FILE);
    expect(outcome, outcome.cause).toMatchObject({ status: 'SUCCEEDED', report: { outcome: 'deleted' } });
    const { buckets, roles, providers } = await account.snapshot();
    expect({ buckets, roles, providers }).toEqual({ buckets: {}, roles: {}, providers: {} });
  });
});

it('a bucket whose issuer is behind CloudFront is not touched while the provider of that is there', async () => {
  await given('ccoctl-private');
  const before = await account.snapshot();
  const refused = await uploadDeletion(account, 'delete/demo.yaml', FILE);
  expect(refused).toMatchObject({ status: 'FAILED', error: 'DeletionRefused' });
  const [, arn = ''] = /--open-id-connect-provider-arn (\S+)/.exec(refused.cause ?? '') ?? [];
  expect(arn).toContain('oidc-provider/d111111abcdef8.cloudfront.net');
  expect(await account.snapshot()).toEqual({ ...before, results: expect.anything() });
  // The remedy, to the letter.
  await account.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  const outcome = await uploadDeletion(account, 'delete/demo.yaml', FILE);
  expect(outcome, outcome.cause).toMatchObject({ status: 'SUCCEEDED' });
  const { buckets, roles, providers } = await account.snapshot();
  expect({ buckets, roles, providers }).toEqual({ buckets: {}, roles: {}, providers: {} });
});
