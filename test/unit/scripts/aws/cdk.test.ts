import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROJECT, project } from '../../../../scripts/local/paths.ts';

const home = mkdtempSync(join(tmpdir(), 'cdk-test-'));
afterAll(() => rmSync(home, { recursive: true }));

/** The commands as README has them, for somebody who has nothing of AWS. */
function npm(...args: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true' };
  return spawnSync('npm', ['run', '-s', ...args], { cwd: PROJECT, env, encoding: 'utf8' });
}

describe.each(['bootstrap', 'deploy'])('npm run %s', (command) => {
  test('ends with what is missing, before anything is synthesized', { timeout: 120_000 }, () => {
    const { status, stdout, stderr } = npm(command);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^\nThere are no AWS credentials: .*\n\nRun `aws configure sso`/);
  });

  test('hands its arguments to the CDK CLI', { timeout: 120_000 }, () => {
    const { version } = JSON.parse(readFileSync(project('node_modules', 'aws-cdk', 'package.json'), 'utf8'));
    expect(npm(command, '--', '--version')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(version),
    });
  });
});

test('an option says which profile is meant', { timeout: 120_000 }, () => {
  const { stderr } = npm('deploy', '--', '-c', 'alarmEmail=ops@example.com', '--profile=prod', 'StsPrep');
  expect(stderr).toMatch(/^\nThere is no AWS profile "prod"/);
});
