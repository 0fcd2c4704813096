import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { EVENT_SOURCE, eventSender } from '../../../core/aws/events.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const bridge = mockClient(EventBridgeClient);
// Files share a process, and others ask a server.
afterAll(() => bridge.restore());
const send = eventSender(bridge as unknown as EventBridgeClient);

beforeEach(() => {
  bridge.reset();
});

describe('an event', () => {
  it('is put on the default bus, in the name of the pipeline', async () => {
    bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'id' }] });
    await send('Something Happened', { audit: 'a', counts: { clusters: 2 } });
    expect(bridge.commandCalls(PutEventsCommand).map(({ args }) => args[0].input)).toEqual([
      {
        Entries: [
          {
            Source: EVENT_SOURCE,
            DetailType: 'Something Happened',
            Detail: '{"audit":"a","counts":{"clusters":2}}',
          },
        ],
      },
    ]);
  });

  it('that EventBridge takes the call for and refuses is an error', async () => {
    bridge.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
    });
    await expect(send('Something Happened', {})).rejects.toThrow(
      'EventBridge refused the event: InternalFailure try again',
    );
  });

  it('that is not taken at all is an error', async () => {
    bridge.on(PutEventsCommand).rejects(sdkError('ThrottlingException'));
    await expect(send('Something Happened', {})).rejects.toThrow('ThrottlingException');
  });
});
