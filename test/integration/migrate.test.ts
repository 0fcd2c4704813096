import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseJwks, publicJwk } from '../../core/domain/oidc.ts';
import { reportSchema } from '../../core/domain/report.ts';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { clusterYaml, PUBLIC_KEY_FILE, publicPem, rsaKeyPair } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import { CLUSTER, OLDER, OLDER_RELEASE, requestFiles, roleOf } from '../support/upgrading.ts';

/* A cluster that runs with long-lived keys is prepared for the key that it signs with, and told how it comes to use what was made. */

let emulator: OwnEmulator;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  account = await emulator.account();
});

const KEY = `migrate/${CLUSTER}.tgz`;
const OWN_KEY = rsaKeyPair().publicKey;

const bundle = (files: Record<string, string> = { [PUBLIC_KEY_FILE]: publicPem(OWN_KEY) }) =>
  tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: 'us-east-2', release: OLDER_RELEASE }),
    ...requestFiles(OLDER),
    ...files,
  });

async function reportOf(run: string, file = 'report.json') {
  return (await account.read(`clusters/${CLUSTER}/runs/${run}/${file}`)) ?? '';
}

describe('a cluster that is migrated', () => {
  it('has issuer, provider, roles and Secrets made for its own key, and is told the first stage', async () => {
    const outcome = await account.run(KEY, await bundle());
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    const { roles } = await account.snapshot();
    expect(Object.keys(roles)).toContain(roleOf('ingress'));
    expect(parseJwks(await publishedJwks())?.keys).toEqual([publicJwk(OWN_KEY)]);
    const report = reportSchema.parse(JSON.parse(await reportOf(outcome.run)));
    expect(report).toMatchObject({ operation: 'migrate', outcome: 'prepared' });
    expect(report.files?.every((file) => /\/install\/manifests\//.test(file))).toBe(true);
    const markdown = await reportOf(outcome.run, 'report.md');
    expect(markdown).toContain('the cluster does not use it yet');
    expect(markdown).toContain('oc patch authentication cluster --type=merge');
    expect(markdown).toContain(`sts-prep migration ${CLUSTER}`);
    // The private key is the cluster's, and nowhere else.
    expect((await account.keys()).filter((key) => key.endsWith('.key'))).toEqual([]);
  });

  it('is what prepare makes of the same bundle, and neither finds anything to do after the other', async () => {
    const migrated = await account.run(KEY, await bundle());
    const after = await account.snapshot();
    const prepared = await account.run(`prepare/${CLUSTER}.tgz`, await bundle());
    const again = await account.run(KEY, await bundle());
    for (const { run } of [prepared, again]) expect(JSON.parse(await reportOf(run)).changes).toEqual([]);
    expect(migrated.status).toBe('SUCCEEDED');
    const { results: _, ...now } = await account.snapshot();
    const { results: __, ...then } = after;
    expect(now).toEqual(then);
  });

  it('is refused without the key that it signs with, with the command that gets it, before anything is made', async () => {
    const before = await account.snapshot();
    const outcome = await account.run(KEY, await bundle({}));
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'SigningKeyNeeded' });
    expect(outcome.cause).toContain('oc get secret/next-bound-service-account-signing-key');
    expect(await account.snapshot()).toEqual(before);
  });

  it('is refused where the deployment takes no key of others: whoever has it is every component', async () => {
    account = await emulator.account({ OWN_SIGNING_KEYS: 'false' });
    const outcome = await account.run(KEY, await bundle());
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'SigningKeyConflict' });
    expect(outcome.cause).toContain('ownSigningKeys');
  });

  it('can be upgraded, and audited, like any other from then on', async () => {
    await account.run(KEY, await bundle());
    const upgraded = await account.run(
      `upgrade/${CLUSTER}/4.14.0.tgz`,
      await tgzOf(requestFiles({ ...OLDER, 'machine-api': {} })),
    );
    expect(upgraded).toMatchObject({ status: 'SUCCEEDED' });
  });
});

async function publishedJwks(): Promise<string> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const { Body } = await account
    .s3('us-east-2')
    .send(new GetObjectCommand({ Bucket: `${CLUSTER}-oidc`, Key: 'keys.json' }));
  return (await Body?.transformToString()) ?? '';
}
