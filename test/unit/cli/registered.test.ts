import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, expect, test } from 'vitest';
import { client } from '../../../cli/client.ts';
import { Pace } from '../../../cli/pace.ts';
import { Ui } from '../../../cli/ui.ts';
import { project } from '../../../scripts/local/paths.ts';
import { mockedDeployment } from '../../support/mocked-deployment.ts';
import { said } from '../../support/said.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const s3 = mockClient(S3Client);
const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => {
  s3.restore();
  sfn.restore();
});
s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'none', $metadata: {} }));

const DEMO = project('events', 'bundles', 'demo');

/** Runs a command line on a deployment that has no cluster. */
async function ended(args: readonly string[]) {
  const { streams, text } = said();
  const code = await client(args, new Ui(streams), new AbortController().signal, async () => ({
    deploymentOf: async () => mockedDeployment,
    handIn: () => Promise.reject(new Error('Nothing is handed in.')),
    pace: new Pace(0),
    calledAs: 'sts-prep',
    withKey: false,
  }));
  return { code, ...text };
}

s3.on(HeadObjectCommand).rejects(new NotFound({ message: 'none', $metadata: {} }));

test.each([true, false])(
  'nothing is put anywhere for a cluster that nothing was prepared for; manifests: %s',
  async (isMade) => {
    const directory = temporaryFolder('registered-test-');
    if (isMade) for (const made of ['manifests', 'openshift']) mkdirSync(join(directory, made));
    const { code, stderr } = await ended(['fetch', 'nope', '--install-dir', directory]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'Nothing was prepared for a cluster nope here.\n\n`sts-prep clusters` lists those that were.\n',
    });
  },
);

test.each([
  'audit --cluster nope',
  `audit ${DEMO} --cluster nope --release 4.21.0`,
  `verify-cluster nope --files ${DEMO}`,
  `migration nope --files ${DEMO}`,
  'report nope',
])('%s: nothing is started for a cluster that is not registered', async (line) => {
  sfn.resetHistory();
  const told = await ended(line.split(' '));
  expect(told).toEqual({
    code: 2,
    stdout: '',
    stderr: 'No cluster nope is registered here.\n\n`sts-prep clusters` lists those that are.\n',
  });
  expect(sfn.calls()).toEqual([]);
});
