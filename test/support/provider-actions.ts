import {
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { type Call, formOf, type MadeUpAnswer, type Reaction } from './recording-proxy.ts';

/**
 * The actions on IAM OIDC providers that the emulator lacks: tags and audiences of one that exists. For the
 * hook of a recording proxy: makes the provider anew in the emulator, with what the call asks for.
 */
export async function providerActions(call: Call, endpoint: string): Promise<Reaction | undefined> {
  const form = formOf(call);
  const action = call.action ?? '';
  if (
    form === undefined ||
    !/^(Tag|Untag|AddClientIDTo|RemoveClientIDFrom)OpenIDConnectProvider$/.test(action)
  ) {
    return undefined;
  }
  const [, account = ''] = /Credential=(\d+)\//.exec(call.headers.authorization ?? '') ?? [];
  const iam = new IAMClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
  });
  const provider = { OpenIDConnectProviderArn: form.get('OpenIDConnectProviderArn') ?? '' };
  const current = await iam.send(new GetOpenIDConnectProviderCommand(provider));
  const tags = new Map((current.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  const audiences = new Set(current.ClientIDList ?? []);
  const listed = (field: RegExp) => [...form].filter(([name]) => field.test(name)).map(([, value]) => value);
  if (action === 'TagOpenIDConnectProvider') {
    const values = listed(/^Tags\.member\.\d+\.Value$/);
    for (const [index, key] of listed(/^Tags\.member\.\d+\.Key$/).entries())
      tags.set(key, values[index] ?? '');
  }
  if (action === 'UntagOpenIDConnectProvider')
    for (const key of listed(/^TagKeys\.member\.\d+$/)) tags.delete(key);
  if (action === 'AddClientIDToOpenIDConnectProvider') audiences.add(form.get('ClientID') ?? '');
  if (action === 'RemoveClientIDFromOpenIDConnectProvider') audiences.delete(form.get('ClientID') ?? '');
  await iam.send(new DeleteOpenIDConnectProviderCommand(provider));
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${(current.Url ?? '').replace(/^https:\/\//, '')}`,
      ClientIDList: [...audiences],
      ThumbprintList: current.ThumbprintList ?? [],
      Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  return { insteadOfCall: success(action) };
}

function success(action: string): MadeUpAnswer {
  return {
    status: 200,
    body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>made-up</RequestId></ResponseMetadata></${action}Response>`,
  };
}
