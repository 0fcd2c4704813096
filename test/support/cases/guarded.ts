import { REQUEST_FILE, request, requestOf, statement } from '../bundles.ts';
import type { Case } from './case.ts';
import { files } from './of-files.ts';

const asking = (
  input: string,
  action: readonly string[],
  right: Case['right'],
  says?: string,
  resource = '*',
): Case =>
  files(
    input,
    { [REQUEST_FILE]: request(statement({ action, resource })) },
    right,
    says === undefined ? {} : { says },
  );

const refused = (input: string, action: readonly string[], says: string, resource?: string) =>
  asking(input, action, 'PolicyRefused', says, resource);

/** What requests ask for that no release does. */
export const guarded: readonly Case[] = [
  refused(
    'actions that a deployment can allow',
    ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
    'npm run deploy -- -c policyGuardAdditions=sqs:DeleteMessage,sqs:ReceiveMessage',
  ),
  files(
    'actions of several operators',
    {
      'credreqs/20.yaml': requestOf('queue', statement({ action: ['sqs:SendMessage'] })),
      'credreqs/30.yaml': requestOf('topic', statement({ action: ['sns:Publish'] })),
    },
    'PolicyRefused',
    { says: 'policyGuardAdditions=sqs:SendMessage,sns:Publish' },
  ),
  refused('a pattern that a deployment can allow', ['s3:Put*'], "-c 'policyGuardAdditions=s3:Put*'"),
  refused('all of S3 on all buckets', ['s3:*'], 'Name the bucket in the resource', 'arn:aws:s3:*:*:*'),
  asking('all of S3 on one bucket', ['s3:*'], 1, undefined, 'arn:aws:s3:::backups/*'),
  refused(
    'a pattern of IAM',
    ['iam:Create*'],
    'Ask for the actions by name: no setting allows such a pattern.',
  ),
  refused('an action that gives all rights', ['iam:PutRolePolicy'], 'it gives a role any rights.'),
  ...['s3:HeadObject', 's3:SelectObjectContent'].map((action) =>
    refused(`${action}, an operation`, [action], 'Ask for s3:GetObject in its place.'),
  ),
  ...['s3:CreateMultipartUpload', 's3:UploadPart', 's3:CompleteMultipartUpload'].map((action) =>
    refused(`${action}, an operation`, [action], 'Ask for s3:PutObject in its place.'),
  ),
  refused('s3:HeadBucket, an operation', ['s3:HeadBucket'], 'Ask for s3:ListBucket in its place.'),
  refused('a service by its name elsewhere', ['efs:TagResource'], 'Ask for elasticfilesystem:TagResource'),
  asking(
    's3:GetBucketEncryption, an operation that passes',
    ['s3:GetBucketEncryption'],
    1,
    'Ask for s3:GetEncryptionConfiguration',
  ),
  asking('s3:ListBuckets, an operation that passes', ['s3:ListBuckets'], 1, 'Ask for s3:ListAllMyBuckets'),
  asking(
    'figures and alarms of CloudWatch',
    [
      'cloudwatch:ListMetrics',
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
      'cloudwatch:DescribeAlarms',
      'tag:GetResources',
    ],
    1,
  ),
  refused('all reads of CloudWatch', ['cloudwatch:Get*'], 'such as cloudwatch:GetDashboard'),
];
