import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepOperation } from '../../core/domain/operations.ts';
import type { TestAccount } from '../support/account.ts';
import type { Intercept } from '../support/in-process.ts';
import { meaning } from '../support/meaning.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { type Call, type Reaction, type RecordingProxy, recordingProxy } from '../support/recording-proxy.ts';
import {
  type AwsState,
  bundleOf,
  goldenCases,
  inAccount,
  REFERENCE_ACCOUNT,
  type ReferenceCase,
  sharedCases,
} from '../support/reference.ts';
import {
  type Aspects,
  aspectsOf,
  aspectsOfAccount,
  manifestsOf,
  mapped,
} from '../support/reference-aspects.ts';

const CASES = [...goldenCases(), ...sharedCases()];

/** Written by create-identity-provider of ccoctl; the Secrets are by create-iam-roles. */
const AUTHENTICATION = 'cluster-authentication-02-config.yaml';

const table: Record<string, Record<string, string>> = {};

describe('what ccoctl makes of the same manifests', () => {
  let emulator: OwnEmulator;
  let proxy: RecordingProxy;
  beforeAll(async () => {
    emulator = await ownEmulator();
    proxy = await recordingProxy(emulator.endpoint);
  });
  afterAll(async () => {
    await proxy.close();
    await emulator.stop();
    console.log(
      'The emulator has one account per access key and the partition aws only: in the first comparison the ARNs of IAM were translated to those.\nThe second one ran in the account and partition of the reference, up to the calls of IAM.',
    );
    console.table(table);
  });

  it.each(CASES)('is what the pipeline makes: $id', async (reference) => {
    const account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
    proxy.onRequest = (call) => asOwner(call, account.id, reference.region);
    const wanted = inAccount(reference, account.id);
    const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted, { before: true }));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    if (wanted.credreqsBefore !== undefined) await upgrade(account, wanted);

    const ours = await aspectsOfAccount(account, wanted);
    const theirs = aspectsOf(wanted.manifests, wanted.state, wanted.region);
    compare(reference.id, ours, theirs);
    expect(ours).toEqual(theirs);
  });

  it.each(CASES)('is what the pipeline writes, to the byte, in the same account: $id', async (reference) => {
    const partition = Object.keys(reference.state.providers)[0]?.split(':')[1] ?? '';
    const account = await emulator.account({
      AWS_ACCESS_KEY_ID: REFERENCE_ACCOUNT,
      PARTITION: partition,
    });
    const outcome = await account.run('prepare/bundle.tgz', await bundleOf(reference), withoutResources);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });

    const written = manifestsOf(await account.snapshot(), reference);
    column(reference.id, 'same account', written, reference.manifests);
    expect(written).toEqual(reference.manifests);
    const desired = JSON.parse(
      (await account.read(`clusters/${reference.name}/runs/${outcome.run}/desired.json`)) ?? '',
    );
    expect([desired.providerArn]).toEqual(Object.keys(reference.state.providers));
    expect(
      Object.fromEntries(
        desired.roles.map(({ name, trust, policy }: { name: string; trust: unknown; policy: unknown }) => [
          name,
          meaning({ trust, policy }),
        ]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(reference.state.roles).map(([name, { trust, inline }]) => [
          name,
          meaning({ trust, policy: inline[name] }),
        ]),
      ),
    );
  });

  it.each(CASES)(
    'is what the single steps make, each as the subcommand of its name: $id',
    async (reference) => {
      const account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
      proxy.onRequest = (call) => asOwner(call, account.id, reference.region);
      const wanted = inAccount(reference, account.id);
      const theirs = aspectsOf(wanted.manifests, wanted.state, wanted.region);
      const runStep = async (operation: StepOperation) => {
        const outcome = await account.run(`${operation}/bundle.tgz`, await bundleOf(wanted));
        expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
        return aspectsOfAccount(account, wanted);
      };

      const nothing = mapped(theirs, () => ({}));
      expect(await runStep('create-key-pair')).toEqual(nothing);
      const file = `clusters/${wanted.name}/install/serviceaccount-signer.public`;
      expect(await account.read(file)).toBe(wanted.publicKey);

      const { provider, bucket, documents } = theirs;
      const tags = { ...wanted.state.providers, ...wanted.state.buckets, ...(documents as object) };
      expect(await runStep('create-identity-provider')).toEqual({
        ...nothing,
        ...{ provider, bucket, documents },
        manifests: { [AUTHENTICATION]: wanted.manifests[AUTHENTICATION] },
        tags: Object.fromEntries(
          Object.entries(theirs.tags as object).filter(([name]) => Object.keys(tags).includes(name)),
        ),
      });

      const ours = await runStep('create-iam-roles');
      compare(`${reference.id}, in steps`, ours, theirs);
      expect(ours).toEqual(theirs);
    },
  );

  it('is what the pipeline writes with a key pair of its own, but for the keys', async () => {
    const reference = CASES.at(-1) as ReferenceCase;
    const account = await emulator.account();
    const wanted = inAccount(reference, account.id);
    const outcome = await account.run('prepare/own-key.tgz', await bundleOf(wanted, { withoutKey: true }));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    const { documents, ...ours } = await aspectsOfAccount(account, wanted);
    const { documents: withTheirKey, ...theirs } = aspectsOf(wanted.manifests, wanted.state, wanted.region);
    expect(ours).toEqual(theirs);
    expect(documents).not.toEqual(withTheirKey);
  });
});

/**
 * Brings a cluster from the requests of the earlier release to those of the later one, and checks that
 * nothing but the permissions that differ is written. (ccoctl never updates trust, boundary, description or
 * tags of a role that is there; the pipeline does, but between the releases of a reference they are alike.)
 */
async function upgrade(account: TestAccount, wanted: ReferenceCase): Promise<void> {
  const before = (await account.snapshot()).roles as AwsState['roles'];
  const changed = Object.entries(wanted.state.roles)
    .filter(
      ([name, { inline }]) =>
        JSON.stringify(meaning(inline)) !== JSON.stringify(meaning(before[name]?.inline)),
    )
    .map(([name]) => ({ action: 'update', resource: `role ${name}`, part: 'permissions' }));
  const outcome = await account.run('prepare/bundle.tgz', await bundleOf(wanted));
  expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  const report = await account.read(`clusters/${wanted.name}/runs/${outcome.run}/report.json`);
  expect(changed).not.toEqual([]);
  expect(JSON.parse(report ?? '').changes.toSorted(byResource)).toEqual(changed.toSorted(byResource));
}

function byResource(a: { resource: string }, b: { resource: string }): number {
  return a.resource < b.resource ? -1 : 1;
}

/**
 * Lets the unsigned reads of the issuer's documents through as their owner's. The emulator knows the ARNs of
 * one partition, so it takes a public policy for a bucket in China or GovCloud for one of another bucket.
 */
function asOwner(call: Call, accountId: string, region: string): Reaction | undefined {
  const isAnonymousRead = call.method === 'GET' && call.service === undefined;
  if (!isAnonymousRead || !/^(cn|us-gov)-/.test(region)) return undefined;
  const scope = `Credential=${accountId}/20260101/${region}/s3/aws4_request`;
  return { headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` } };
}

/** Leaves out the tasks that need an IAM of the reference's account and partition. */
const withoutResources: Intercept = async (name, _event, call) => {
  if (name === 'verify') return { checks: [], providerThumbprints: [], keys: [] };
  return name === 'register-provider' || name === 'create-role' ? {} : call();
};

/** Fills a row of the table. */
function compare(id: string, ours: Aspects, theirs: Aspects): void {
  for (const aspect of Object.keys(theirs) as (keyof Aspects)[])
    column(id, aspect, ours[aspect], theirs[aspect]);
}

function column(id: string, aspect: string, ours: unknown, theirs: unknown): void {
  const row = table[id] ?? {};
  table[id] = row;
  try {
    expect(ours).toEqual(theirs);
    row[aspect] = `${Object.keys(theirs as object).length} ok`;
  } catch {
    row[aspect] = 'DIFFERENT';
  }
}
