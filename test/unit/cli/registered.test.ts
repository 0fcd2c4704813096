import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, expect, test } from 'vitest';
import { client } from '../../../cli/client.ts';
import { Pace } from '../../../cli/pace.ts';
import { Ui } from '../../../cli/ui.ts';
import { project } from '../../../scripts/local/paths.ts';
import { mockedDeployment } from '../../support/mocked-deployment.ts';
import { said } from '../../support/said.ts';

const s3 = mockClient(S3Client);
const sfn = mockClient(SFNClient);
// Files share a process, and others ask a server.
afterAll(() => {
  s3.restore();
  sfn.restore();
});
s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'none', $metadata: {} }));

const DEMO = project('events', 'bundles', 'demo');

test.each([
  'audit --cluster nope',
  `audit ${DEMO} --cluster nope --release 4.21.0`,
  `verify-cluster nope --files ${DEMO}`,
  `migration nope --files ${DEMO}`,
  'report nope',
])('%s: nothing is started for a cluster that is not registered', async (line) => {
  sfn.resetHistory();
  const { streams, text } = said();
  const code = await client(line.split(' '), new Ui(streams), new AbortController().signal, async () => ({
    deploymentOf: async () => mockedDeployment,
    handIn: () => Promise.reject(new Error('Nothing is handed in.')),
    pace: new Pace(0),
    calledAs: 'sts-prep',
    withKey: false,
  }));
  expect({ code, ...text }).toEqual({
    code: 2,
    stdout: '',
    stderr: 'No cluster nope is registered here.\n\n`sts-prep clusters` lists those that are.\n',
  });
  expect(sfn.calls()).toEqual([]);
});
