import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  GetRoleCommand,
  type IAMClient,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBundle } from '../../cli/bundle.ts';
import { PROJECT, project } from '../../scripts/local/paths.ts';
import { summary } from '../../scripts/local/summary.ts';
import { tgzOf } from '../support/archives.ts';
import { type DeployedRun, type Deployment, deployment, inHostileShell } from './deployed.ts';

const DEMO = fileURLToPath(new URL('../../events/bundles/demo', import.meta.url));

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');

describe('the deployed pipeline, with IAM enforced', () => {
  let deployed: Deployment;
  let iam: IAMClient;
  let first: DeployedRun;

  beforeAll(async () => {
    deployed = await deployment();
    iam = deployed.iam;
    first = await deployed.drop('prepare/demo.tgz', (await readBundle(DEMO)).bytes);
  });

  it('turns a dropped bundle into verified credentials', async () => {
    expect(first).toMatchObject({ status: 'SUCCEEDED' });
    expect(first.states.at(-1)).toBe('Prepared');
    const keys = await deployed.keys('clusters/demo/');
    expect(keys).toEqual(
      expect.arrayContaining([
        'clusters/demo/cluster.json',
        'clusters/demo/install.tar.gz',
        'clusters/demo/install/manifests/cluster-authentication-02-config.yaml',
        'clusters/demo/install/serviceaccount-signer.public',
        'clusters/demo/install/tls/bound-service-account-signing-key.key',
        `clusters/demo/runs/${first.name}/report.json`,
        `clusters/demo/runs/${first.name}/report.md`,
      ]),
    );
    expect(keys).not.toContain('clusters/demo/lock');
    const report = JSON.parse(text(await deployed.read(`clusters/demo/runs/${first.name}/report.json`)));
    expect(report).toMatchObject({ outcome: 'prepared', cluster: { name: 'demo', region: 'us-east-2' } });
    expect(report.roles).toHaveLength(6);
    // By the verifier before the emulator, which for itself accepts tokens with forged signatures.
    const provedBy = 'a local verifier, not AWS';
    expect(report.verification).toEqual(
      expect.arrayContaining([
        { check: 'token-accepted', proved: 8, notProved: 0, provedBy },
        { check: 'token-refused', proved: 1, notProved: 0, provedBy },
      ]),
    );
  });

  it('says what a bundle would change when it is dropped below plan/, and changes nothing', async () => {
    const planned = await deployed.drop('plan/prepare/demo.tgz', (await readBundle(DEMO)).bytes);
    expect(planned).toMatchObject({ status: 'SUCCEEDED' });
    expect(planned.states.at(-1)).toBe('Planned');
    const folder = `clusters/demo/runs/${planned.name}/`;
    const report = JSON.parse(text(await deployed.read(`${folder}plan-report.json`)));
    expect(report).toMatchObject({ isEmpty: true, counts: { create: 0, change: 0, keep: 6, remove: 0 } });
    expect(text(await deployed.read(`${folder}plan-report.html`))).toContain('Nothing would change');
  });

  it('tells programs where it is, as JSON and nothing else', async () => {
    const documented = 'npm run -s local:up -- --json';
    expect(readFileSync(project('README.md'), 'utf8')).toContain(`\`${documented}\``);
    const [npm = '', ...args] = documented.split(' ');
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: '',
      STS_PREP_AUTH: 'true',
      STS_PREP_PORT: new URL(deployed.endpoint).port,
    };
    const { stdout } = await promisify(execFile)(npm, args, { cwd: PROJECT, env });
    expect(JSON.parse(stdout)).toEqual(summary(deployed));
  });

  it('names the execution after the bundle', () => {
    expect(first.name).toMatch(/^demo-prepare-[0-9a-f]{12}$/);
  });

  it('keeps the private key out of the execution history, and in the two objects that must hold it', async () => {
    const key = text(await deployed.read('clusters/demo/install/tls/bound-service-account-signing-key.key'));
    const [, body = ''] = key.split('\n');
    expect(body).toMatch(/^[A-Za-z0-9+/]{64}$/);

    const { events } = await deployed.clients.sfn.send(
      new GetExecutionHistoryCommand({ executionArn: first.arn, maxResults: 1_000 }),
    );
    const holders = [];
    for (const name of await deployed.keys()) {
      const bytes = Buffer.from((await deployed.read(name)) ?? []);
      const content = name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      if (content.includes(body)) holders.push(name);
    }
    expect(JSON.stringify(events)).not.toContain(body);
    expect(holders).toEqual([
      'clusters/demo/install.tar.gz',
      'clusters/demo/install/tls/bound-service-account-signing-key.key',
    ]);
  });

  it('changes nothing when the bundle is dropped again', async () => {
    const again = await deployed.drop('prepare/demo.tgz', (await readBundle(DEMO)).bytes);
    expect(again).toMatchObject({ status: 'SUCCEEDED' });
    const report = JSON.parse(text(await deployed.read(`clusters/demo/runs/${again.name}/report.json`)));
    expect(report.changes).toEqual([]);
  });

  it('tells each of two uploads to one key, dropped at the same moment, its own execution', async () => {
    const { bytes } = await readBundle(DEMO);
    const runs = await Promise.all([
      deployed.drop('prepare/demo.tgz', bytes),
      deployed.drop('prepare/demo.tgz', bytes),
    ]);
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(new Set(runs.map(({ name }) => name)).size).toBe(2);
  });

  it('is followed by the demo in the shell of a company: account, profile, FIPS, dual stack, dead proxy', async () => {
    const out = mkdtempSync(join(tmpdir(), 'sts-prep-e2e-'));
    try {
      const told = await inHostileShell('demo.ts', DEMO, '--out', out);
      expect(told).toContain('StsPrep is up to date');
      expect(told).toMatch(/Prepared\n.* SUCCEEDED/);
      expect(told).not.toMatch(/AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI/);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  it('repairs what was changed by hand', async () => {
    const name = 'demo-openshift-ingress-operator-cloud-credentials';
    const before = await iam.send(new GetRoleCommand({ RoleName: name }));
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sts:AssumeRole' },
      ],
    });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: trust }));

    const run = await deployed.drop('prepare/demo.tgz', (await readBundle(DEMO)).bytes);

    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const report = JSON.parse(text(await deployed.read(`clusters/demo/runs/${run.name}/report.json`)));
    expect(report.changes).toEqual([{ action: 'update', resource: `role ${name}`, part: 'trust policy' }]);
    const after = await iam.send(new GetRoleCommand({ RoleName: name }));
    expect(after.Role?.AssumeRolePolicyDocument).toBe(before.Role?.AssumeRolePolicyDocument);
  });

  it('refuses a bad bundle in BundleRejected, with error, cause and report', async () => {
    const run = await deployed.drop(
      'prepare/us-east-2/bad.tgz',
      await tgzOf({ 'one.yaml': 'kind: CredentialsRequest\n' }),
    );
    expect(run.status).toBe('FAILED');
    expect(run.states.at(-1)).toBe('BundleRejected');
    expect(run.error).toBe('InvalidBundle');
    expect(run.cause).toContain('one.yaml, document 1, spec.secretRef.name');
    const report = JSON.parse(text(await deployed.read(`clusters/bad/runs/${run.name}/report.json`)));
    expect(report.problems.length).toBeGreaterThan(3);
  });

  it('rolls back when a resource belongs to somebody else, and leaves nothing of its own', async () => {
    const rolesBefore = (await iam.send(new ListRolesCommand({ MaxItems: 1_000 }))).Roles?.length;
    // A bucket that has the name of the cluster's issuer, and is none.
    const Bucket = 'taken-oidc';
    const { s3 } = deployed.clients;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'invoices.csv', Body: '1' }));
    const files = await tgzOf({
      'cluster.yaml': 'name: taken\nregion: eu-west-1\n',
      'one.yaml': `apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata: { name: one }
spec:
  secretRef: { namespace: openshift-one, name: cloud-credentials }
  serviceAccountNames: [one]
  providerSpec:
    kind: AWSProviderSpec
    statementEntries: [{ effect: Allow, action: [ec2:DescribeInstances], resource: "*" }]
`,
    });
    const run = await deployed.drop('prepare/elsewhere.tgz', files);
    expect(run).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(run.states.at(-1)).toBe('RolledBack');
    expect((await iam.send(new ListRolesCommand({ MaxItems: 1_000 }))).Roles?.length).toBe(rolesBefore);
    expect(await deployed.keys('clusters/taken/lock')).toEqual([]);
  });
});
