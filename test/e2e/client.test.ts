import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../cli/errors.ts';
import { buildClient } from '../../scripts/build-client.ts';
import { DUMMY_CREDENTIALS } from '../../scripts/local/child-environment.ts';
import { project } from '../../scripts/local/paths.ts';
import { MINT } from '../support/migrating.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the client, as one file that runs on Node alone', () => {
  let deployed: Deployment;
  let folder: string;
  let cluster: string;
  let installer: string;

  const variables = () => ({
    PATH: '/nowhere',
    AWS_ENDPOINT_URL: deployed.endpoint,
    AWS_REGION: deployed.region,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
  });

  /** Runs a command line to its end, where no package of the project is found. */
  function client(...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const child: ChildProcess = execFile(
        process.execPath,
        [join(folder, 'sts-prep.cjs'), ...args],
        { cwd: folder, env: variables() },
        (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  }

  beforeAll(async () => {
    deployed = await deployment();
    folder = mkdtempSync(join(tmpdir(), 'sts-prep-client-'));
    buildClient(folder);
    cluster = freshName();
    installer = join(folder, cluster);
    mkdirSync(installer);
    cpSync(project('events', 'bundles', 'demo', 'credreqs'), join(installer, 'credreqs'), {
      recursive: true,
    });
    writeFileSync(
      join(installer, 'install-config.yaml'),
      `metadata: {name: ${cluster}}\ncredentialsMode: Manual\nplatform: {aws: {region: us-east-2}}\npullSecret: PULL-SECRET\n`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is less than 5 MB', () => {
    expect(statSync(join(folder, 'sts-prep.cjs')).size).toBeLessThan(5_000_000);
  });

  it('completes what is typed in a shell', async () => {
    expect((await client('completion', 'bash')).stdout).toContain('sts-prep complete -- ');
    const { stdout } = await client('complete', '--', 'plan', 'prepare', '--show');
    expect(stdout).toContain('--show-bundle\t');
  });

  it('shows what would be uploaded, which has no pull secret', async () => {
    const { code, stdout } = await client('prepare', installer, '--show-bundle');
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('install-config.yaml: pullSecret: no run needs it');
    expect(stdout).not.toContain('PULL-SECRET');
  });

  it('prepares a cluster from its installer directory, and puts the files there once manifests were made', async () => {
    const prepared = await client('prepare', installer);
    expect(prepared).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect(prepared.stdout).toMatch(/ s {2}CreateRoles\n(.*\n)*.*Prepared\n.* SUCCEEDED/);
    expect(prepared.stdout).toContain(`Next: \`openshift-install create manifests --dir ${installer}\``);
    expect(prepared.stdout).not.toContain('PRIVATE KEY');

    const early = await client('fetch', cluster, '--install-dir', installer);
    expect(early.code).toBe(EXIT.notPlaced);
    expect(early.stderr).toContain('openshift-install create manifests');
    expect(existsSync(join(installer, 'tls'))).toBe(false);

    for (const made of ['manifests', 'openshift']) mkdirSync(join(installer, made));
    const placed = await client('fetch', cluster, '--install-dir', installer);
    expect(placed).toMatchObject({ code: EXIT.ok, stderr: '' });
    const key = join(installer, 'tls', 'bound-service-account-signing-key.key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readFileSync(key, 'utf8')).toContain('PRIVATE KEY');
    expect(existsSync(join(installer, 'manifests', 'cluster-authentication-02-config.yaml'))).toBe(true);
  });

  it('lists the cluster, and comes back to its run', async () => {
    expect((await client('clusters')).stdout).toMatch(new RegExp(`^${cluster} +us-east-2 `, 'm'));
    const watched = await client('watch', cluster, '--json');
    expect(watched.code).toBe(EXIT.ok);
    const events = watched.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['execution', 'state', 'ended', 'results']),
    );
    expect(events.find(({ event }) => event === 'ended')).toMatchObject({ status: 'SUCCEEDED', cluster });
  });

  it('tells how far a cluster with long-lived keys has come, and the commands of the next stage alone', async () => {
    const files = join(folder, 'mint');
    mkdirSync(files);
    for (const [name, answer] of Object.entries(MINT))
      writeFileSync(join(files, `${name}.json`), JSON.stringify(answer));
    const told = await client('migration', cluster, '--files', files);
    expect(told).toMatchObject({ code: EXIT.failed, stderr: '' });
    expect(told.stdout).toContain(
      `oc patch authentication cluster --type=merge -p '{"spec":{"serviceAccountIssuer":"https://${cluster}-oidc`,
    );
    expect(told.stdout).not.toContain('reboot-machine-config-pool');
    expect(told.stdout).toContain(`sts-prep migration ${cluster}`);
  });

  it('plans, and says where the plan is', async () => {
    const planned = await client('plan', 'prepare', installer);
    expect(planned).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect(planned.stdout).toContain('plan-report.html');
  });

  it('tells a bundle that is refused by an exit code of its own, with every reason', async () => {
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, 'kind: CredentialsRequest\n');
    const refused = await client('prepare', bad, '--cluster', freshName(), '--cluster-region', 'us-east-2');
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stdout).toContain('spec.secretRef.name');
  });

  it.each([
    ['approve', '', 'is empty'],
    ['refuse', 'x'.repeat(1_001), 'more than 1000 characters'],
  ])('takes no reason to %s that is none', async (command, reason, why) => {
    const told = await client(command, 'some-run', '--reason', reason);
    expect(told.code).toBe(EXIT.usage);
    expect(told.stderr).toContain(why);
  });

  it('says that a run failed, and that nothing was made, as it happens', async () => {
    const name = freshName();
    await deployed.clients.s3.send(new CreateBucketCommand({ Bucket: `${name}-oidc` }));
    const credreqs = join(installer, 'credreqs');
    const failed = await client('prepare', credreqs, '--cluster', name, '--cluster-region', 'us-east-2');
    expect(failed.code).toBe(EXIT.failed);
    expect(failed.stdout).toContain('nothing was made');
    // Whoever lost the connection is told the same, though nothing is registered.
    const watched = await client('watch', name);
    expect(watched.code).toBe(EXIT.failed);
    expect(watched.stdout).toContain('nothing was made');
  });

  it('leaves the run going at Ctrl-C, and says how to come back', async () => {
    const args = [join(folder, 'sts-prep.cjs'), 'prepare', installer];
    const child = spawn(process.execPath, args, { cwd: folder, env: variables() });
    let [stdout, stderr] = ['', ''];
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => {
      child.once('exit', resolve);
      child.stdout.on('data', (text) => {
        const isFirst = !stdout.includes('ReadBundle');
        stdout += text;
        // A second one would end it at once.
        if (isFirst && stdout.includes('ReadBundle')) child.kill('SIGINT');
      });
    });
    expect(code).toBe(EXIT.interrupted);
    const [run = ''] = /execution +(\S+)/.exec(stdout)?.slice(1) ?? [];
    expect(stderr).toContain(`sts-prep watch ${run}`);
    expect((await client('watch', run)).code).toBe(EXIT.ok);
  });

  it('tells where the pipeline is, what one may do there, and the page of the latest audit', async () => {
    expect((await client('audit')).code).toBe(EXIT.ok);
    const report = await client('report');
    expect(report.stdout).toContain('report.html');
    expect((await client('status')).stdout).toContain(deployed.intakeBucket);
    const doctor = await client('doctor');
    expect(doctor.stdout).toContain(`yes      upload to s3://${deployed.intakeBucket}/prepare/`);
    expect(doctor.stdout).toMatch(/^Its release is \d+\.\d+\.\d+; this client is \d+\.\d+\.\d+\.$/m);
    expect(doctor.stdout).toMatch(/^The account has \d+ IAM roles of \d+;/m);
    expect((await deployed.keys()).some((key) => key.includes('doctor'))).toBe(false);
  });

  it('says what to do where there is no deployment', async () => {
    const lost = await client('status', '--stack', 'Nowhere');
    expect(lost.code).toBe(EXIT.unreachable);
    expect(lost.stderr).toContain('--region and --stack');
  });
});
