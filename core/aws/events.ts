import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CLIENT_DEFAULTS } from './clients.ts';

/** Source of all events of the pipeline. */
export const EVENT_SOURCE = 'sts-prep';

export type SendEvent = (detailType: string, detail: object) => Promise<void>;

/** Puts an event on the account's default bus. Throws when EventBridge takes the call and not the event. */
export function eventSender(client = new EventBridgeClient(CLIENT_DEFAULTS)): SendEvent {
  return async (detailType, detail) => {
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: [{ Source: EVENT_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) }],
      }),
    );
    if ((FailedEntryCount ?? 0) > 0)
      throw new Error(
        `EventBridge refused the event: ${Entries?.[0]?.ErrorCode} ${Entries?.[0]?.ErrorMessage}`,
      );
  };
}
