import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { CLIENT_DEFAULTS } from './clients.ts';

export type PublishMessage = (
  topicArn: string,
  message: { readonly subject: string; readonly message: string },
) => Promise<void>;

/** Publishes to an SNS topic. Throws what the SDK throws. */
export function topicPublisher(client = new SNSClient(CLIENT_DEFAULTS)): PublishMessage {
  return async (topicArn, { subject, message }) => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
  };
}
