import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClient } from '../../scripts/build-client.ts';
import { DUMMY_CREDENTIALS } from '../../scripts/local/child-environment.ts';
import { project } from '../../scripts/local/paths.ts';
import { commandBlocks } from '../support/command-blocks.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

/** Says so where a block has come to its end. */
const DONE = '### done:';

/** What is no part of this project does what its users see of it: files. */
const STANDINS: Readonly<Record<string, string>> = {
  'openshift-install': `case "$1 $2" in
    "create manifests") rm "$4/install-config.yaml"; rm -rf "$4/manifests"; mkdir "$4/manifests" "$4/openshift" ;;
    "create cluster") grep -q 'PRIVATE KEY' "$4/tls/bound-service-account-signing-key.key" && grep -q 'kind: Authentication' "$4/manifests/cluster-authentication-02-config.yaml" ;;
    "destroy cluster") ;;
    *) echo "openshift-install $*?" >&2; exit 1 ;;
  esac`,
};

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the guide', () => {
  let deployed: Deployment;
  let folder: string;
  let cluster: string;

  beforeAll(async () => {
    deployed = await deployment();
    cluster = freshName();
    folder = mkdtempSync(join(tmpdir(), 'sts-prep-guide-'));
    const tools = join(folder, 'tools');
    buildClient(tools);
    const programs = {
      ...STANDINS,
      oc: `exec '${process.execPath}' '${project('test', 'e2e', 'oc.ts')}' "$@"`,
      'sts-prep': `exec '${process.execPath}' '${join(tools, 'sts-prep.cjs')}' "$@"`,
    };
    for (const [name, script] of Object.entries(programs))
      writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const installer = join(folder, cluster);
    mkdirSync(installer);
    writeFileSync(
      join(installer, 'install-config.yaml'),
      `metadata: {name: ${cluster}}\ncredentialsMode: Manual\nplatform: {aws: {region: us-east-2}}\npullSecret: PULL-SECRET\n`,
    );
    mkdirSync(join(folder, 'efs'));
    writeFileSync(join(folder, 'efs', 'efs.yaml'), EFS);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    // What it put on hand for the whole fleet would be compared with other files' clusters too, in whatever order they run.
    await deployed.withdraw('releases/');
  });

  /** Runs a script where the project's files are not, with the pipeline's address and nothing else of this process. */
  function shell(script: string): Promise<Ended> {
    const tools = join(folder, 'tools');
    const env = {
      PATH: [tools, '/usr/bin', '/bin'].join(delimiter),
      BUNDLES: project('events', 'bundles'),
      INSTALLED: join(folder, cluster),
      AWS_ENDPOINT_URL: deployed.endpoint,
      AWS_REGION: deployed.region,
      AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
    };
    return new Promise((resolve) => {
      const child = execFile(
        'bash',
        ['--norc', '-euo', 'pipefail', '-c', script],
        { cwd: folder, env, maxBuffer: 2 ** 26 },
        (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  it('does in the life of a cluster what it says, command by command', async () => {
    const blocks = commandBlocks(readFileSync(project('docs', 'guide.md'), 'utf8')).filter(
      ({ note }) => note?.startsWith('run by') === true,
    );
    expect(blocks.length).toBeGreaterThan(8);
    const script = blocks.map(({ line, commands }) => `${commands}echo "${DONE} ${line}"`).join('\n');
    const { code, stdout, stderr } = await shell(
      script.replaceAll('CLUSTER=prod-east', `CLUSTER=${cluster}`),
    );

    if (code !== 0) console.log(stdout.slice(-3_000));
    const done = [...stdout.matchAll(new RegExp(`^${DONE} (\\d+)$`, 'gm'))].map(([, line]) => Number(line));
    expect({ code, stderr, done }).toEqual({ code: 0, stderr: '', done: blocks.map(({ line }) => line) });
    expect(stdout).toMatch(/^Cluster \S+: verified$/m);
    for (const state of ['Planned', 'Prepared', 'Audited', 'Deleted'])
      expect(stdout).toContain(`  ${state}\n`);
    // Handed over by one command of the guide, and shown by the audit of another.
    const page = readFileSync(join(folder, 'out', 'audits', 'latest', 'report.html'), 'utf8');
    expect(page).toContain('uses the prepared credentials (handed over; of ');
    expect(stdout).not.toContain('PRIVATE KEY');
    expect(stdout).not.toContain('PULL-SECRET');
  });
});

const EFS = `apiVersion: cloudcredential.openshift.io/v1
kind: CredentialsRequest
metadata: {name: openshift-aws-efs-csi-driver, namespace: openshift-cloud-credential-operator}
spec:
  secretRef: {name: aws-efs-cloud-credentials, namespace: openshift-cluster-csi-drivers}
  serviceAccountNames: [aws-efs-csi-driver-operator]
  providerSpec:
    apiVersion: cloudcredential.openshift.io/v1
    kind: AWSProviderSpec
    statementEntries: [{effect: Allow, action: ['elasticfilesystem:DescribeFileSystems'], resource: '*'}]
`;
