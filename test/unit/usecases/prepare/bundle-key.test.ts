import { describe, expect, it } from 'vitest';
import type { ClusterSpec } from '../../../../core/domain/cluster-spec.ts';
import type { Problem } from '../../../../core/domain/problem.ts';
import { readBundleKey } from '../../../../core/usecases/prepare/bundle-key.ts';
import { publicPem, rsaKeyPair } from '../../../support/bundles.ts';

const OURS = publicPem(rsaKeyPair().publicKey);
const OTHER = publicPem(rsaKeyPair().publicKey);
const SPEC: ClusterSpec = {
  name: 'demo',
  region: 'us-east-2',
  featureSet: 'Default',
  rolePath: '/',
  tags: {},
};

function read(files: Readonly<Record<string, string>>, publicKeyFile?: string) {
  const problems: Problem[] = [];
  const bundle = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const spec = publicKeyFile === undefined ? SPEC : { ...SPEC, publicKeyFile };
  return { key: readBundleKey(bundle, spec, [], problems), problems };
}

describe('the public key of a bundle', () => {
  it.each<[string, Record<string, string>, string?]>([
    ['the file of the path that is named', { 'old/signer.pub': OTHER, 'signer.pub': OURS }, 'signer.pub'],
    ['the one of that path below a folder', { 'bundle/keys/signer.pub': OURS }, './keys/signer.pub'],
    ['the one whose name macOS spells with an accent by itself', { 'k/cle\u0301.pub': OURS }, 'cl\u00e9.pub'],
    ['the one of its usual name', { 'tls/serviceaccount-signer.public': OURS, 'next.public': OTHER }],
    [
      'one of several that are the same',
      { 'a/serviceaccount-signer.public': OURS, 'b/serviceaccount-signer.public': OURS },
    ],
  ])('is %s', (_, files, named) => {
    expect(read(files, named)).toEqual({ key: OURS, problems: [] });
  });

  it.each<[string, Record<string, string>, string?]>([
    [
      'two of the usual name',
      { 'backup/serviceaccount-signer.public': OTHER, 'serviceaccount-signer.public': OURS },
    ],
    ['two below folders with the path that is named', { 'a/x.pub': OTHER, 'b/x.pub': OURS }, 'x.pub'],
  ])('is not guessed of %s', (_, files, named) => {
    const { key, problems } = read(files, named);
    const [first = '', second = ''] = Object.keys(files);
    expect(key).toBeUndefined();
    expect(problems).toMatchObject([
      { code: 'PublicKeyInvalid', file: first, message: expect.stringContaining(second) },
    ]);
  });
});
