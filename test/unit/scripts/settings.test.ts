import { expect, test } from 'vitest';
import { LocalError } from '../../../scripts/local/local-error.ts';
import { readSettings } from '../../../scripts/local/settings.ts';

test('without any variable: the emulator of the project, in us-east-1', () => {
  expect(readSettings({})).toEqual({
    region: 'us-east-1',
    account: '000000000000',
    endpoint: undefined,
    port: undefined,
    enforceIam: false,
    serviceEndpoints: {},
    tokenVerifier: 'none',
  });
});

test('the usual variables are understood', () => {
  const settings = readSettings({
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-2',
    AWS_ENDPOINT_URL: 'http://localhost:4566/',
    AWS_ENDPOINT_URL_STS: 'http://localhost:5000',
    AWS_ENDPOINT_URL_IAM: 'http://localhost:5000',
    AWS_ENDPOINT_URL_S3: '',
    STS_PREP_PORT: '4600',
    STS_PREP_AUTH: 'true',
  });
  expect(settings).toMatchObject({
    region: 'eu-west-1',
    endpoint: 'http://localhost:4566',
    port: 4600,
    enforceIam: true,
  });
  expect(Object.keys(settings.serviceEndpoints)).toEqual(['AWS_ENDPOINT_URL_IAM', 'AWS_ENDPOINT_URL_STS']);
});

test.each([
  [{ STS_PREP_PORT: '0' }, 'not a port'],
  [{ STS_PREP_PORT: '70000' }, 'not a port'],
  [{ STS_PREP_PORT: '45x' }, 'not a port'],
  [{ AWS_ENDPOINT_URL: 'localhost' }, 'not an http(s) address'],
  [{ AWS_ENDPOINT_URL: 'https://s3.eu-west-1.amazonaws.com' }, 'names AWS itself'],
  [{ AWS_ENDPOINT_URL: 'https://sts.cn-north-1.amazonaws.com.cn' }, 'names AWS itself'],
  [{ AWS_ENDPOINT_URL_IAM: 'https://iam.global.api.aws' }, 'names AWS itself'],
])('%o is refused', (variables, message) => {
  expect(() => readSettings(variables)).toThrow(LocalError);
  expect(() => readSettings(variables)).toThrow(message);
});
