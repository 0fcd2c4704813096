import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { requireCredentials } from '../../../../scripts/aws/credentials.ts';
import {
  answering,
  cache,
  config,
  FUTURE,
  type Host,
  KEYS,
  moveIn,
  moveOut,
  noNetwork,
  REFRESHABLE,
  SECRET,
  sso,
  token,
  told,
} from '../../../support/aws-host.ts';

beforeEach(moveIn);
afterEach(moveOut);

describe('what is missing has a sentence and a remedy of its own', () => {
  const cases: readonly (readonly [string, Host, RegExp])[] = [
    ['nothing at all', {}, /^There are no AWS credentials: .*Run `aws configure sso` or/],
    [
      'a default profile with a region only',
      { files: config('[default]\nregion = us-east-1\n') },
      /^There are no AWS credentials/,
    ],
    [
      'the id of a key only',
      { env: { AWS_ACCESS_KEY_ID: 'AKIA' } },
      /^AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not. Set AWS_SECRET_ACCESS_KEY too, or unset AWS_ACCESS_KEY_ID/,
    ],
    [
      'the secret of a key only',
      { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: SECRET } },
      /^AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not/,
    ],
    ['no region', { env: KEYS }, /no region is set.*`export AWS_REGION=<region>`/],
    [
      'no region in a profile',
      {
        env: { AWS_PROFILE: 'work' },
        files: { '.aws/credentials': `[work]\naws_access_key_id = a\naws_secret_access_key = ${SECRET}\n` },
      },
      /no region is set.*`aws configure set region <region> --profile work`/,
    ],
    [
      'a profile that is not there, by a variable',
      { env: { AWS_PROFILE: 'wrok' }, files: config(sso('corp')) },
      /^There is no AWS profile "wrok".*one of these: default, work; or make it/,
    ],
    [
      'a profile that is not there, by an option',
      { env: KEYS, option: 'wrok', region: 'us-east-1' },
      /^There is no AWS profile "wrok".*There is none at all: make it with `aws configure sso --profile wrok`/,
    ],
    [
      'a profile with a region only',
      { option: 'bare', files: config('[profile bare]\nregion = us-east-1\n') },
      /^AWS profile "bare" gives no credentials\. Complete it with `aws configure sso --profile bare`/,
    ],
    [
      'an SSO profile without a login',
      { env: { AWS_PROFILE: 'work' }, files: config(sso('corp')) },
      /^The SSO session of AWS profile "work" has expired.*Run `aws sso login --profile work`/,
    ],
    [
      'an SSO session that has expired and cannot be refreshed',
      { option: 'work', files: { ...config(sso('corp')), [cache('corp')]: token({}) } },
      /Run `aws sso login --profile work`/,
    ],
    [
      'an SSO session that AWS does not refresh any more',
      {
        option: 'work',
        files: { ...config(sso('corp')), [cache('corp')]: REFRESHABLE },
        handler: answering(400, { error: 'invalid_grant' }),
      },
      /Run `aws sso login --profile work`/,
    ],
    [
      'an SSO role that is not the user’s',
      {
        option: 'work',
        files: { ...config(sso('corp')), [cache('corp')]: token({ expiresAt: FUTURE }) },
        handler: answering(403, { message: 'No access' }),
      },
      /^AWS profile "work" gives no credentials: .*No access/,
    ],
    [
      'a login that has never been',
      {
        option: 'me',
        files: config('[profile me]\nlogin_session = arn:aws:iam::1:user/me\nregion = us-east-1\n'),
      },
      /^The login session of AWS profile "me".*Run `aws login --profile me`/,
    ],
    [
      'a credential_process that fails',
      { option: 'tool', files: config(`[profile tool]\ncredential_process = false ${SECRET}\n`) },
      /^The credential_process of AWS profile "tool" gives no credentials\. Run the command/,
    ],
    [
      'a role whose source gives nothing',
      {
        option: 'role',
        files: config(
          '[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Deploy\nsource_profile = gone\n',
        ),
      },
      /^AWS profile "role" cannot assume the role arn:aws:iam::123456789012:role\/Deploy.*source_profile/,
    ],
    [
      'a web identity whose token is gone',
      { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '~/token', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/Pod' } },
      /^The web identity token ~\/token .*ENOENT/,
    ],
    [
      'a web identity without a role',
      { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '~/token' }, files: { token: SECRET } },
      /^The web identity token ~\/token.*AWS_ROLE_ARN must name a role/,
    ],
  ];
  test.each(cases)('%s', async (_, host, sentence) => {
    expect(await told(host)).toMatch(sentence);
  });
});

describe('the CDK CLI takes over', () => {
  const ROLE =
    '[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Deploy\nsource_profile = base\nregion = us-east-1\n';
  const BASE = `[base]\naws_access_key_id = a\naws_secret_access_key = ${SECRET}\n`;
  const cases: readonly (readonly [string, Host])[] = [
    ['keys and a region in the environment', { env: { ...KEYS, AWS_REGION: 'us-east-1' } }],
    ['keys in the environment, and the region by an option', { env: KEYS, region: 'eu-west-1' }],
    [
      'keys in the environment, whatever profile there is, with the region of the profile',
      { env: { ...KEYS, AWS_PROFILE: 'work' }, files: config(sso('corp')) },
    ],
    [
      'half a pair that a profile makes up for',
      {
        env: { AWS_ACCESS_KEY_ID: 'AKIA', AWS_PROFILE: 'base' },
        region: 'x',
        files: { '.aws/credentials': BASE },
      },
    ],
    [
      'when it can ask for an MFA code',
      {
        option: 'role',
        files: {
          '.aws/credentials': BASE,
          ...config(`${ROLE}mfa_serial = arn:aws:iam::123456789012:mfa/me\n`),
        },
      },
    ],
    [
      'when AWS is not reached, for a role',
      { option: 'role', files: { '.aws/credentials': BASE, ...config(ROLE) } },
    ],
    [
      'when AWS is not reached, for an SSO session',
      { option: 'work', files: { ...config(sso('offline')), [cache('offline')]: REFRESHABLE } },
    ],
    [
      'when AWS is not itself',
      { option: 'role', files: { '.aws/credentials': BASE, ...config(ROLE) }, handler: answering(503, {}) },
    ],
    [
      'with the role of an SSO session',
      {
        option: 'work',
        files: { ...config(sso('corp')), [cache('corp')]: token({ expiresAt: FUTURE }) },
        handler: answering(200, {
          roleCredentials: {
            accessKeyId: 'a',
            secretAccessKey: SECRET,
            sessionToken: SECRET,
            expiration: Date.now() + 3_600_000,
          },
        }),
      },
    ],
    [
      'with what a credential_process prints',
      {
        option: 'tool',
        region: 'us-east-1',
        files: config(
          `[profile tool]\ncredential_process = echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"${SECRET}"}'\n`,
        ),
      },
    ],
  ];
  test.each(cases)('%s', async (_, host) => {
    expect(await told(host)).toBeUndefined();
  });
});

describe('the machine itself gives credentials', () => {
  const CREDENTIALS = JSON.stringify({
    Code: 'Success',
    AccessKeyId: 'a',
    SecretAccessKey: SECRET,
    Token: SECRET,
    Expiration: FUTURE,
  });

  async function served(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('an EC2 instance with a role, which knows its region too', async () => {
    const instance: RequestListener = ({ method, url = '' }, response) =>
      response.end(method === 'PUT' ? 'token' : url.endsWith('/Deploy') ? CREDENTIALS : 'Deploy');
    await served(instance, async (url) => {
      vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', url);
      await requireCredentials({ profile: undefined, region: undefined }, noNetwork, true);
      // The same, and it is no instance: nobody is asked.
      expect(await told({})).toMatch(/^There are no AWS credentials/);
    });
  });

  test('a container; one that answers with something else is told without it', async () => {
    const answers = [CREDENTIALS];
    await served(
      (_, response) => response.end(answers.shift() ?? SECRET),
      async (url) => {
        const host = { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/`, AWS_REGION: 'us-east-1' } };
        expect(await told(host)).toBeUndefined();
        expect(await told(host)).toMatch(
          /^The container's credentials service .*gives no credentials.*Attach a role/,
        );
      },
    );
  });
});
