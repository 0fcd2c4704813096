import http from 'node:http';
import { text } from 'node:stream/consumers';
import { GetOpenIDConnectProviderCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DUMMY_CREDENTIALS } from '../child-environment.ts';
import type { StsAccount } from './verify-token.ts';

type Credentials = Readonly<Record<'accessKeyId' | 'secretAccessKey', string>>;

/** Asks an emulator for what is in its account, and for what its buckets publish. */
export function emulatedAccount(endpoint: string, credentials: Credentials = DUMMY_CREDENTIALS): StsAccount {
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials });
  const unlessAbsent = (error: Error) => {
    if (/^NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  };
  return {
    async audiences(OpenIDConnectProviderArn) {
      const provider = await iam
        .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
        .catch(unlessAbsent);
      return provider && (provider.ClientIDList ?? []);
    },
    async trustOf(roleArn) {
      const RoleName = roleArn.split('/').at(-1);
      const { Role } = (await iam.send(new GetRoleCommand({ RoleName })).catch(unlessAbsent)) ?? {};
      // IAM finds a role by its name alone; STS is asked for an ARN, which has account and path.
      if (Role?.Arn !== roleArn) return undefined;
      return JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '{}'));
    },
    published: ({ host, pathname }) => published(endpoint, host, pathname),
  };
}

/** An emulator has no host names of its own; it is told by the header which one is meant. `fetch` would not send it. */
function published(endpoint: string, host: string, path: string): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const headers = { Host: host, 'X-Forwarded-Proto': 'https' };
  const options = { headers, agent: new http.Agent(), signal: AbortSignal.timeout(5_000) };
  http
    .get(`${endpoint}${path}`, options, (answer) => {
      text(answer).then((body) => resolve(answer.statusCode === 200 ? body : undefined), reject);
    })
    .once('error', reject);
  return promise;
}
