import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import {
  awsVariables,
  cleanEnvironment,
  emulatorEnvironment,
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
