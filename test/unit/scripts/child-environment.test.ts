import { delimiter } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  awsVariables,
  cleanEnvironment,
  emulatorEnvironment,
  isolate,
} from '../../../scripts/local/child-environment.ts';
import { readSettings } from '../../../scripts/local/settings.ts';

const real = {
  PATH: '/usr/bin:/bin',
  HOME: '/home/user',
  EDITOR: 'vi',
  NODE_OPTIONS: '--inspect',
  GATEWAY_PORT: '1',
  AWS_PROFILE: 'production',
  AWS_ACCESS_KEY_ID: 'AKIAREAL',
  AWS_SECRET_ACCESS_KEY: 'real',
  AWS_SESSION_TOKEN: 'real',
  AWS_ENDPOINT_URL_IAM: 'http://localhost:5000',
};
const settings = readSettings(real);

test('children get nothing of the caller’s AWS account', () => {
  const child = { ...cleanEnvironment(real), ...awsVariables(settings, 'http://127.0.0.1:4566') };
  expect(JSON.stringify(child)).not.toMatch(/real|production/i);
  expect(child).toMatchObject({
    EDITOR: 'vi',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_ACCESS_KEY_ID: 'test',
  });
  expect(child).not.toHaveProperty('AWS_ENDPOINT_URL_IAM');
});

test('the emulator listens on the loopback address only, and finds the project’s Node first', () => {
  const emulator = emulatorEnvironment(settings, { port: 4567, dataDirectory: '/tmp/x' }, real);
  expect(emulator).toMatchObject({ GATEWAY_PORT: '4567', BIND_HOST: '127.0.0.1', HOME: '/home/user' });
  expect(emulator['PATH']?.split(delimiter)[0]).toMatch(/node_modules[/\\]\.bin$/);
  for (const name of ['EDITOR', 'NODE_OPTIONS', 'AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_IAM'])
    expect(emulator).not.toHaveProperty(name);
});

describe('a process that is isolated', () => {
  const company = {
    ...real,
    AWS_USE_FIPS_ENDPOINT: 'true',
    NODE_USE_ENV_PROXY: '1',
    NODE_OPTIONS: '--use-env-proxy --max-old-space-size=512',
    HTTPS_PROXY: 'http://proxy.example.com:3128',
    NO_PROXY: 'intranet.example.com',
  };

  test('has nothing of AWS in its environment but that there are no profiles', () => {
    const environment: NodeJS.ProcessEnv = { ...company };
    isolate(environment);
    expect(Object.keys(environment).filter((name) => name.startsWith('AWS_'))).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_EC2_METADATA_DISABLED',
    ]);
  });

  test('uses no proxy for this machine, and leaves it to those that download', () => {
    const environment: NodeJS.ProcessEnv = { ...company };
    isolate(environment);
    expect(environment).not.toHaveProperty('NODE_USE_ENV_PROXY');
    expect(environment).toMatchObject({
      NODE_OPTIONS: ' --max-old-space-size=512',
      HTTPS_PROXY: company.HTTPS_PROXY,
      NO_PROXY: '127.0.0.1,localhost,intranet.example.com',
    });
  });

  test('still knows what the caller asked for', () => {
    const given = isolate({ ...company });
    expect(given).toEqual(company);
  });
});
