import { generateKeyPairSync } from 'node:crypto';
import {
  bundle,
  bundleWithCluster,
  CLUSTER_FILE,
  PUBLIC_KEY_FILE,
  privatePem,
  publicPem,
  rsaKeyPair,
} from '../../support/bundles.ts';
import { type BadBundle, signingKey } from './bad-bundle.ts';

/** Public keys that no issuer may publish. */
export const publicKeys: BadBundle[] = [
  {
    title: 'a publicKeyFile that is not in the bundle',
    bundle: () => bundleWithCluster({ publicKeyFile: 'keys/signer.pub' }),
    error: 'PublicKeyInvalid',
    problems: [{ field: 'publicKeyFile', says: 'keys/signer.pub' }],
  },
  ...(
    [
      ['a private key', () => privatePem(signingKey.privateKey), 'private key'],
      [
        'an elliptic-curve key',
        () => publicPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
        'not RSA',
      ],
      ['a key of 1,024 bits', () => publicPem(rsaKeyPair(1024).publicKey), '1024 bits'],
      ['something else', () => 'ssh-rsa AAAAB3NzaC1yc2E=', 'not a PEM public key'],
    ] as const
  ).flatMap(([what, pem, says]) => [
    {
      title: `${what} where publicKeyFile points`,
      bundle: () => bundleWithCluster({ publicKeyFile: './keys/signer.pub' }, { 'keys/signer.pub': pem() }),
      error: 'PublicKeyInvalid' as const,
      problems: [{ file: 'keys/signer.pub', says }],
    },
  ]),
  {
    title: 'a migration of a running cluster without the key that it signs with',
    key: 'migrate/bundle.tgz',
    bundle: () => bundle({ [PUBLIC_KEY_FILE]: undefined }),
    error: 'SigningKeyNeeded',
    problems: [{ says: 'signs with a key of its own' }],
  },
  {
    title: 'a migration with two things wrong, which are told at once',
    key: 'migrate/bundle.tgz',
    bundle: () => bundleWithCluster({ rolePath: 'openshift' }, { [PUBLIC_KEY_FILE]: undefined }),
    error: 'InvalidBundle',
    problems: [
      { code: 'RolePathInvalid', file: CLUSTER_FILE, field: 'rolePath' },
      { code: 'SigningKeyNeeded' },
    ],
  },
  {
    title: 'a private key under the name of the public one',
    bundle: () => bundle({ [PUBLIC_KEY_FILE]: privatePem(signingKey.privateKey) }),
    error: 'PublicKeyInvalid',
    problems: [{ file: PUBLIC_KEY_FILE, says: 'private key' }],
  },
];
