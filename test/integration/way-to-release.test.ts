import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestAccount } from '../support/account.ts';
import { tgzOf } from '../support/archives.ts';
import { auditAccount } from '../support/audit.ts';
import { clusterYaml, PUBLIC_KEY_FILE, publicPem, requestOf, rsaKeyPair } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';

/** Given with each bundle: to make a pair takes the pipeline seconds, and no audit of a release is about it. */
const SIGNING_KEY = { [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey) };

const CLUSTER = 'demo';

describe('the way to a release', () => {
  let emulator: OwnEmulator;
  let account: TestAccount;
  beforeAll(async () => {
    emulator = await ownEmulator();
    account = await emulator.account();
    const prepared = await account.run('prepare/demo.tgz', await bundleOf('4.13.5'));
    expect(prepared).toMatchObject({ status: 'SUCCEEDED' });
  });
  afterAll(() => emulator.stop());

  const bundleOf = (release?: string, ...more: string[]) =>
    tgzOf({
      ...(release === undefined
        ? {}
        : { 'cluster.yaml': clusterYaml({ name: CLUSTER, region: 'us-east-2', release }), ...SIGNING_KEY }),
      'ingress.yaml': requestOf('ingress'),
      ...Object.fromEntries(more.map((text, index) => [`more-${index}.yaml`, text])),
    });

  it('is not open to a minor version whose predecessor is not available', async () => {
    await account.upload('releases/4.15.0.tgz', await bundleOf());
    const { status, gate, reasons } = (await auditAccount(account)).release(CLUSTER, '4.15.0');
    expect({ status, gate }).toEqual({ status: 'unknown', gate: undefined });
    expect(reasons.join()).toContain('4.14');
  });

  it('opens when the predecessor is ready', async () => {
    await account.upload('releases/4.14.3.tgz', await bundleOf());
    const audit = await auditAccount(account);
    expect(audit.release(CLUSTER, '4.14.3').gate?.join()).toContain('upgradeable-to=4.14.3');
    expect(audit.release(CLUSTER, '4.15.0').gate?.join()).toContain('upgradeable-to=4.15.0');
    expect(audit.cluster(CLUSTER).opened).toEqual(['4.14.3', '4.15.0']);
  });

  it('is taken back when the cluster drifts, and says so until it is mended', async () => {
    const object = `clusters/${CLUSTER}/install/manifests/openshift-ingress-cloud-credentials-credentials.yaml`;
    await account.s3().send(new DeleteObjectCommand({ Bucket: account.output, Key: object }));
    for (const _ of [1, 2]) {
      const { retract, releases } = (await auditAccount(account)).cluster(CLUSTER);
      expect(releases.map(({ gate }) => gate)).toEqual([undefined, undefined]);
      expect(retract?.releases).toEqual(['4.14.3', '4.15.0']);
      expect(retract?.commands).toEqual([
        'oc annotate cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to-',
      ]);
    }
    expect(await account.run('prepare/demo.tgz', await bundleOf('4.13.5'))).toMatchObject({
      status: 'SUCCEEDED',
    });
    const { retract, opened } = (await auditAccount(account)).cluster(CLUSTER);
    expect({ retract, opened }).toEqual({ retract: undefined, opened: ['4.14.3', '4.15.0'] });
  });

  it('is unknown for a bundle that cannot be read, and the others are audited', async () => {
    await account.upload('releases/4.16.0.tgz', Buffer.from('not an archive'));
    await account.upload('releases/4.17.0.yaml', Buffer.from('a: [b'));
    await account.upload('releases/next.tgz', await bundleOf());
    await account.upload('audit/demo/too/deep.tgz', await bundleOf());
    const audit = await auditAccount(account);
    expect(audit.status).toBe('SUCCEEDED');
    for (const release of ['4.16.0', '4.17.0']) {
      const { status, reasons } = audit.release(CLUSTER, release);
      expect(status).toBe('unknown');
      expect(reasons.join()).toMatch(/^The bundle cannot be used: .{10,}/);
    }
    expect(audit.release(CLUSTER, '4.14.3').status).toBe('ready');
    const problems = Object.fromEntries(
      audit.report.releases.map(({ source, problems: all }) => [source, all]),
    );
    expect(problems[`s3://${account.intake}/releases/next.tgz`]?.join()).toContain('is not of the form');
    expect(problems[`s3://${account.intake}/audit/demo/too/deep.tgz`]?.join()).toContain(
      'is not of the form',
    );
    expect(problems[`s3://${account.intake}/releases/4.14.3.tgz`]).toEqual([]);
  });

  it("is open only for what a cluster's own bundle and the fleet's both ask", async () => {
    await account.upload('audit/demo/4.14.3.tgz', await bundleOf(undefined, requestOf('machine-api')));
    const audit = await auditAccount(account, { trigger: 'upload', clusters: [CLUSTER] });
    const { status, source, findings } = audit.release(CLUSTER, '4.14.3');
    expect(source).toContain('/audit/demo/4.14.3.tgz');
    expect({ status, kinds: findings.map(({ kind }) => kind) }).toEqual({
      status: 'not-ready',
      kinds: ['ComponentNew', 'NamespaceNeeded'],
    });
    expect(findings.map(({ isNew }) => isNew)).toEqual([true, true]);
    const again = await auditAccount(account);
    expect(again.release(CLUSTER, '4.14.3').findings.map(({ isNew }) => isNew)).toEqual([false, false]);
  });

  it('does not take what an upgrade found and kept for prepared', async () => {
    const RoleName = `${CLUSTER}-openshift-ingress-cloud-credentials`;
    const before = await account.iam.send(new GetRoleCommand({ RoleName }));
    const trust = JSON.parse(decodeURIComponent(before.Role?.AssumeRolePolicyDocument ?? ''));
    const stranger = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    await account.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName,
        PolicyDocument: JSON.stringify({ ...trust, Statement: [...trust.Statement, stranger] }),
      }),
    );
    expect(await account.run(`upgrade/${CLUSTER}/4.14.3.tgz`, await bundleOf())).toMatchObject({
      status: 'SUCCEEDED',
    });
    const kept = await account.iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(kept.Role?.AssumeRolePolicyDocument ?? '')).toContain('"AWS":"*"');
    const { drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect(drift.map(({ kind }) => kind)).toEqual(['TrustWidened']);
  });

  it('goes on when a record is not what it should be, and says so in a sentence', async () => {
    const key = `clusters/${CLUSTER}/cluster.json`;
    const entry = (await account.read(key)) ?? '';
    const put = (Key: string, Body: string) =>
      account.s3().send(new PutObjectCommand({ Bucket: account.output, Key, Body }));
    for (const [text, reason] of [
      [
        entry.replace(/"release": ?"[\d.]+"/, '"release": 4.21'),
        /release is a number, and has to be a string/,
      ],
      ['{', /it is not JSON/],
      ['null', /the document is null/],
    ] as const) {
      await put(key, text);
      const audit = await auditAccount(account);
      expect(audit.status).toBe('SUCCEEDED');
      expect(audit.cluster(CLUSTER)).toMatchObject({
        status: 'unknown',
        reason: expect.stringMatching(reason),
      });
    }
    await put(key, entry);
    for (const earlier of [`audits/clusters/${CLUSTER}.json`, 'audits/latest/audit.json'])
      await put(earlier, '{"a":1}');
    const audit = await auditAccount(account);
    expect(audit.cluster(CLUSTER)).toMatchObject({ release: '4.13.5', opened: expect.any(Array) });
  });

  it('is unknown, and taken back by nobody, when a run ended since the audit began', async () => {
    await auditAccount(account);
    const opened = (await auditAccount(account)).cluster(CLUSTER).opened;
    const audit = await auditAccount(account, {}, async (name, _event, call) => {
      const result = await call();
      if (name === 'list-clusters') await account.run('prepare/demo.tgz', await bundleOf('4.13.5'));
      return result;
    });
    const found = audit.cluster(CLUSTER);
    expect(found).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('ended while'),
      opened,
    });
    for (const { status, gate } of found.releases)
      expect({ status, gate }).toEqual({ status: 'unknown', gate: undefined });
    expect(found).not.toHaveProperty('retract');
  });

  it('goes on when one cluster cannot be audited', async () => {
    const failing = await auditAccount(account, {}, async (name, _event, call) => {
      if (name === 'audit-cluster') throw Object.assign(new Error('out of order'), { name: 'Broken' });
      return call();
    });
    expect(failing.status).toBe('SUCCEEDED');
    expect(failing.cluster(CLUSTER).status).toBe('unknown');
    expect(failing.cluster(CLUSTER).opened).toEqual((await auditAccount(account)).cluster(CLUSTER).opened);
  });

  it('says of a cluster that nobody prepared that it is unknown', async () => {
    const audit = await auditAccount(account, { clusters: ['nobody'] });
    expect(audit.cluster('nobody')).toMatchObject({
      status: 'unknown',
      reason: 'No cluster of this name was prepared here.',
    });
  });
});
