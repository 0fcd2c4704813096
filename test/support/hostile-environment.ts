import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';

/** What a company's shells are full of; each of these alone kept a local environment from working, or could. */
export interface HostileEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  remove(): void;
}

/** A shell with a real-looking account, a profile that says everything, FIPS, dual stack and a dead proxy. */
export function hostileEnvironment(): HostileEnvironment {
  const folder = mkdtempSync(join(tmpdir(), 'sts-prep-hostile-'));
  const config = join(folder, 'config');
  writeFileSync(
    config,
    [
      '[profile company]',
      'region = eu-central-1',
      'use_fips_endpoint = true',
      'use_dualstack_endpoint = true',
      `endpoint_url = ${NOWHERE}`,
      'defaults_mode = no-such-mode',
      'retry_mode = no-such-mode',
      'credential_process = /bin/false',
    ].join('\n'),
  );
  return {
    variables: {
      AWS_PROFILE: 'company',
      AWS_CONFIG_FILE: config,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_SESSION_TOKEN: 'a-session-of-somebody',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_CA_BUNDLE: join(folder, 'no-such-file'),
      AWS_RETRY_MODE: 'no-such-mode',
      AWS_DEFAULTS_MODE: 'no-such-mode',
      HTTP_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      ALL_PROXY: NOWHERE,
      http_proxy: NOWHERE,
      https_proxy: NOWHERE,
      NO_PROXY: 'intranet.example.com',
      no_proxy: 'intranet.example.com',
      NODE_USE_ENV_PROXY: '1',
      NODE_OPTIONS: '--use-env-proxy',
      // Of other emulators, or meant for one of the user's own.
      GATEWAY_PORT: '1',
      LAMBDA_EXECUTOR: 'docker',
      MINISTACK_ACCOUNT_ID: '999999999999',
      USE_SSL: '1',
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
