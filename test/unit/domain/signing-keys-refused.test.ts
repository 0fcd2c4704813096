import { describe, expect, it } from 'vitest';
import { ResourceConflict, SigningKeyConflict, SigningKeyLost } from '../../../core/domain/errors.ts';
import type { KeySituation } from '../../../core/domain/key-situation.ts';
import { decideKeys } from '../../../core/domain/signing-keys.ts';
import {
  EXISTING,
  FOUND,
  holds,
  knowing,
  NEXT,
  NOTHING,
  OURS,
  REGISTERED,
  record,
  THEIRS,
  under,
} from './known-keys.ts';

describe('there is no run when', () => {
  it.each<[string, KeySituation, new (message: string) => Error, RegExp]>([
    [
      'a bundle brings the key of a new cluster',
      { ...NOTHING, bundleKeyPem: OURS.pem },
      SigningKeyConflict,
      /-c ownSigningKeys=true/,
    ],
    [
      'it brings one for what ccoctl made, which is not published there',
      { ...FOUND, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      new RegExp(`${OURS.kid}, and the cluster exists.*${THEIRS.thumbprint}`),
    ],
    [
      'it brings one for a cluster whose JWKS is missing',
      { ...FOUND, jwks: undefined, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      /no key at all/,
    ],
    [
      'it brings another one than a registered cluster has',
      { ...REGISTERED, bundleKeyPem: THEIRS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      new RegExp(`The cluster's key is ${OURS.kid}`),
    ],
    [
      'it brings one for an issuer of somebody else that does not publish it',
      { ...EXISTING, jwks: holds(), exists: false, bundleKeyPem: OURS.pem, ownSigningKeys: true },
      SigningKeyConflict,
      /The JWKS of https:\/\/oidc.example.com does not hold/,
    ],
    [
      'the cluster was rotated by hand and nobody said so',
      { ...REGISTERED, jwks: holds(NEXT) },
      SigningKeyConflict,
      /publicKeyFile.*aws s3 rm s3:\/\/demo-oidc\/keys.json/,
    ],
    [
      'the registry does not know a cluster of which results are there, and its key is not published any more',
      { ...REGISTERED, registered: undefined, jwks: holds(NEXT), hasResults: true },
      SigningKeyConflict,
      /may have been taken out/,
    ],
    [
      'it was, and the bundle names the key before',
      { ...REGISTERED, jwks: holds(NEXT), bundleKeyPem: OURS.pem },
      SigningKeyConflict,
      /not published again unasked/,
    ],
    ['all keys were taken out', { ...REGISTERED, jwks: holds() }, SigningKeyConflict, /no key at all/],
    [
      'a key appeared that nobody accepted',
      { ...REGISTERED, jwks: holds(OURS, THEIRS) },
      ResourceConflict,
      new RegExp(`${THEIRS.kid} \\(thumbprint ${THEIRS.thumbprint}\\)[\\s\\S]*acceptedKeys`),
    ],
    [
      'one that was taken out is there again',
      {
        ...REGISTERED,
        ...knowing(record(THEIRS, 'retired', { withdrawn: true })),
        jwks: holds(OURS, THEIRS),
      },
      ResourceConflict,
      new RegExp(THEIRS.kid),
    ],
    [
      'another key stands under the signing key’s id',
      { ...REGISTERED, jwks: holds(OURS, under(OURS.kid, THEIRS)) },
      ResourceConflict,
      new RegExp(`own id ${OURS.kid}: thumbprint ${THEIRS.thumbprint}`),
    ],
    [
      'another key took its place under its id',
      { ...REGISTERED, jwks: holds(under(OURS.kid, THEIRS)) },
      ResourceConflict,
      /remove the whole document/,
    ],
    [
      'it did, and an earlier release took it for the signing key',
      {
        ...REGISTERED,
        registered: {
          keyId: OURS.kid,
          keys: [{ kid: OURS.kid, thumbprint: THEIRS.thumbprint, state: 'signing' }],
        },
        jwks: holds(under(OURS.kid, THEIRS)),
      },
      ResourceConflict,
      new RegExp(THEIRS.thumbprint),
    ],
    [
      'another key stands under the id of the bundle’s',
      { ...FOUND, jwks: holds(THEIRS, under(THEIRS.kid, OURS)), bundleKeyPem: THEIRS.pem },
      ResourceConflict,
      new RegExp(OURS.thumbprint),
    ],
    [
      'another key stands under the id of the next one',
      { ...REGISTERED, ...knowing(record(NEXT, 'next')), jwks: holds(OURS, under(NEXT.kid, THEIRS)) },
      ResourceConflict,
      /another key under the known id/,
    ],
    [
      'a key is accepted that is not there',
      { ...REGISTERED, acceptedKeys: [NEXT.kid] },
      ResourceConflict,
      new RegExp(`acceptedKeys in cluster.yaml names ${NEXT.kid}`),
    ],
    [
      'an id is accepted that several keys have',
      { ...FOUND, jwks: holds(NEXT, under(NEXT.kid, THEIRS)), acceptedKeys: [NEXT.kid] },
      ResourceConflict,
      /Name the thumbprint/,
    ],
    [
      'the JWKS is lost, and the public key too',
      { ...REGISTERED, jwks: undefined, pair: undefined, publicFile: undefined },
      SigningKeyLost,
      /publicKeyFile/,
    ],
  ])('%s', (_, situation, error, message) => {
    expect(() => decideKeys(situation)).toThrow(error);
    expect(() => decideKeys(situation)).toThrow(message);
  });
});
