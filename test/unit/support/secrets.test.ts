import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { installConfig, privatePem, rsaKeyPair } from '../../support/bundles.ts';
import { privateKeySecret, secretsIn, textSecret } from '../../support/secrets.ts';

const PASSWORD = 'pull-user:correct horse battery staple';
const TOKEN = Buffer.from(PASSWORD).toString('base64');
const pullSecret = JSON.stringify({ auths: { 'registry.example.com': { auth: TOKEN } } });

describe('the search for secrets', () => {
  const { privateKey } = rsaKeyPair();
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const secret = [privateKeySecret('key', pem)];

  it.each([
    ['the PEM', pem],
    ['the PEM in JSON', JSON.stringify({ nested: JSON.stringify({ pem }) })],
    ['the PEM in a form', new URLSearchParams({ pem }).toString()],
    ['one line of the PEM', pem.split('\n').at(-4) ?? ''],
    ['another kind of PEM', privatePem(privateKey)],
    ['the private exponent in base64url', `{"d":"${d}"}`],
    ['the private exponent in hex', Buffer.from(d, 'base64url').toString('hex')],
    ['the private exponent in capital hex', Buffer.from(d, 'base64url').toString('hex').toUpperCase()],
    [
      'the private exponent in base64, inside something longer',
      Buffer.concat([Buffer.from('x'), Buffer.from(d, 'base64url')]).toString('base64'),
    ],
    ['the private exponent in bytes', Buffer.concat([Buffer.from('x'), Buffer.from(d, 'base64url')])],
  ])('finds a key in %s', (_form, content) => {
    expect(secretsIn(content, secret)).toEqual(['key']);
  });

  it('does not take the public half for the key', () => {
    const publicPem = rsaPublic(pem);
    expect(secretsIn(publicPem, secret)).toEqual([]);
    expect(secretsIn(publicPem.replace(/\s/g, ''), secret)).toEqual([]);
  });

  it('finds a text in base64, and a pull secret in JSON within YAML', () => {
    const secrets = [textSecret('token', TOKEN), textSecret('password', PASSWORD)];
    expect(secretsIn(installConfig({ pullSecret }), secrets)).toEqual(['token', 'password']);
    expect(secretsIn('nothing of the kind', secrets)).toEqual([]);
  });
});

function rsaPublic(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
}
