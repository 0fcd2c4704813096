import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { type Handler, requireCredentials } from '../../scripts/aws/credentials.ts';

export const SECRET = 'wJalrXUtnFEMI';
export const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET };
/** The SDK tries to refresh a session only once in a while: each has a name of its own. */
export const sso = (session: string) => `[default]
region = us-east-1
[profile work]
region = us-east-1
sso_session = ${session}
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session ${session}]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
`;
export const token = (more: object) =>
  JSON.stringify({ accessToken: SECRET, expiresAt: '2020-01-01T00:00:00Z', region: 'us-east-1', ...more });
export const cache = (session: string) =>
  `.aws/sso/cache/${createHash('sha1').update(session).digest('hex')}.json`;
export const REFRESHABLE = token({ clientId: 'c', clientSecret: SECRET, refreshToken: SECRET });
export const FUTURE = new Date(Date.now() + 3_600_000).toISOString();

let home: string;

/** Before each test: a home folder of its own, and nothing of AWS in the environment. */
export function moveIn(): void {
  home = mkdtempSync(join(tmpdir(), 'credentials-test-'));
  for (const name of Object.keys(process.env)) if (/^(AWS|AMAZON)_/.test(name)) vi.stubEnv(name, undefined);
  // The function sets it; so it is taken back.
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined);
  vi.stubEnv('HOME', home);
}

/** After each. */
export function moveOut(): void {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
}

/** No test gets through to AWS. */
export const noNetwork: Handler = { handle: () => Promise.reject(new Error('connect ENETUNREACH')) };

export function answering(statusCode: number, body: object): Handler {
  return {
    handle: () =>
      Promise.resolve({
        response: { statusCode, headers: {}, body: Buffer.from(JSON.stringify(body)) },
      }) as unknown as ReturnType<Handler['handle']>,
  };
}

export interface Host {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly handler?: Handler;
  readonly option?: string;
  readonly region?: string;
}

/** What the user is told, or undefined when the CDK CLI takes over. */
export async function told({ env = {}, files = {}, handler = noNetwork, option, region }: Host) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value.replace('~', home));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  }
  try {
    await requireCredentials({ profile: option, region }, handler, false);
    return undefined;
  } catch (error) {
    const { message, remedy } = error as { message: string; remedy: string };
    const text = `${message} ${remedy}`.replaceAll(home, '~').replaceAll('\n', ' ');
    expect(text).not.toContain(SECRET);
    return text;
  }
}

export const config = (text: string) => ({ '.aws/config': text });
