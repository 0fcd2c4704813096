import { expect, test } from 'vitest';
import { summary, summaryText } from '../../../scripts/local/summary.ts';

const environment = {
  endpoint: 'http://127.0.0.1:4566',
  region: 'eu-west-1',
  intakeBucket: 'intake',
  outputBucket: 'output',
  stateMachines: { prepare: 'arn:prepare', undo: 'arn:undo', audit: 'arn:audit' },
};
const text = summaryText(environment);

test('programs get what the text says, and nothing of the clients', () => {
  expect(summary({ ...environment, clients: 'secret' } as typeof environment)).toEqual(environment);
});

test.each(['http://127.0.0.1:4566', 'eu-west-1', 'intake', 'output', 'arn:prepare', 'arn:undo', 'arn:audit'])(
  '%s is told',
  (value) => {
    expect(text).toContain(value);
  },
);

test.each([
  ['a bundle is handed in', 's3 cp bundle.tgz s3://intake/prepare/bundle.tgz'],
  ['results are found', 's3 ls --recursive s3://output/'],
  ['a release is made available', 's3 cp credreqs.tgz s3://intake/releases/4.21.0.tgz'],
  ['an audit is started', 'stepfunctions start-execution --state-machine-arn arn:audit'],
  ['the latest audit is read', 's3 cp s3://output/audits/latest/report.md -'],
])('how %s', (_, command) => {
  expect(text).toContain(` aws --endpoint-url http://127.0.0.1:4566 --region eu-west-1 ${command}\n`);
});

test('no command can reach a real account', () => {
  for (const line of text.split('\n').filter((each) => each.includes(' aws ')))
    expect(line).toMatch(/^ {2}AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url http:/);
});
