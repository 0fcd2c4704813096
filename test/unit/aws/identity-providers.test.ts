import {
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { iamIdentityProviders } from '../../../core/aws/identity-providers.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

const iam = mockClient(IAMClient);
// Files share a process, and others ask a server.
afterAll(() => iam.restore());
const providers = iamIdentityProviders(iam as unknown as IAMClient);

/** Names and parameters of every call, in order. */
const sent = () => iam.calls().map(({ args }) => [args[0].constructor.name, args[0].input]);

beforeEach(() => {
  iam.reset();
  iam.onAnyCommand().resolves({});
});

describe('reading a provider', () => {
  it.each(['host/path', 'https://host/path'])(
    'whose URL is given as %s has the host without scheme',
    async (Url) => {
      iam.on(GetOpenIDConnectProviderCommand, { OpenIDConnectProviderArn: 'arn' }).resolves({
        Url,
        ClientIDList: ['openshift'],
        ThumbprintList: ['AB'],
        Tags: [{ Key: 'a', Value: 'b' }],
      });
      await expect(providers.get('arn')).resolves.toEqual({
        host: 'host/path',
        audiences: ['openshift'],
        thumbprints: ['AB'],
        tags: { a: 'b' },
      });
    },
  );

  it('without lists has empty ones', async () => {
    iam.on(GetOpenIDConnectProviderCommand).resolves({ Url: 'host' });
    await expect(providers.get('arn')).resolves.toEqual({
      host: 'host',
      audiences: [],
      thumbprints: [],
      tags: {},
    });
  });

  it('that is not there gives nothing', async () => {
    iam.on(GetOpenIDConnectProviderCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(providers.get('arn')).resolves.toBeUndefined();
  });
});

describe('changing a provider', () => {
  const created = {
    Url: 'https://host',
    ClientIDList: ['openshift', 'sts.amazonaws.com'],
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  const wanted = { url: 'https://host', audiences: ['openshift', 'sts.amazonaws.com'], tags: { a: 'b' } };
  const arn = { OpenIDConnectProviderArn: 'arn' };
  it.each<[string, () => Promise<void>, string, object]>([
    [
      'creating it, with its tags',
      () => providers.create(wanted),
      'CreateOpenIDConnectProviderCommand',
      created,
    ],
    [
      'creating it with a thumbprint',
      () => providers.create({ ...wanted, thumbprint: 'AB' }),
      'CreateOpenIDConnectProviderCommand',
      { ...created, ThumbprintList: ['AB'] },
    ],
    [
      'adding an audience',
      () => providers.addAudience('arn', 'x'),
      'AddClientIDToOpenIDConnectProviderCommand',
      { ...arn, ClientID: 'x' },
    ],
    [
      'removing an audience',
      () => providers.removeAudience('arn', 'x'),
      'RemoveClientIDFromOpenIDConnectProviderCommand',
      { ...arn, ClientID: 'x' },
    ],
    [
      'tagging it',
      () => providers.tag('arn', { a: 'b' }),
      'TagOpenIDConnectProviderCommand',
      { ...arn, Tags: [{ Key: 'a', Value: 'b' }] },
    ],
    [
      'taking tags away',
      () => providers.untag('arn', ['a']),
      'UntagOpenIDConnectProviderCommand',
      { ...arn, TagKeys: ['a'] },
    ],
    ['deleting it', () => providers.delete('arn'), 'DeleteOpenIDConnectProviderCommand', arn],
  ])('%s', async (_, change, command, input) => {
    await change();
    expect(sent()).toEqual([[command, input]]);
  });

  it('deleting what is gone is done', async () => {
    iam.on(DeleteOpenIDConnectProviderCommand).rejects(sdkError('NoSuchEntityException', 404));
    await expect(providers.delete('arn')).resolves.toBeUndefined();
  });
});
