import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { topicPublisher } from '../../../core/aws/topic.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const sns = mockClient(SNSClient);
// Files share a process, and others ask a server.
afterAll(() => sns.restore());
const publish = topicPublisher(sns as unknown as SNSClient);
const TOPIC = 'arn:aws:sns:us-east-2:123456789012:operators';

beforeEach(() => {
  sns.reset();
});

describe('a message to a topic', () => {
  it('is published with its subject, once', async () => {
    sns.on(PublishCommand).resolves({ MessageId: 'id' });
    await publish(TOPIC, { subject: 'Hello', message: 'Two\nlines' });
    expect(sns.commandCalls(PublishCommand).map(({ args }) => args[0].input)).toEqual([
      { TopicArn: TOPIC, Subject: 'Hello', Message: 'Two\nlines' },
    ]);
  });

  it('that SNS refuses is not taken for sent', async () => {
    sns.on(PublishCommand).rejects(sdkError('AuthorizationErrorException', 403));
    await expect(publish(TOPIC, { subject: 'Hello', message: 'text' })).rejects.toThrow('AuthorizationError');
  });
});
