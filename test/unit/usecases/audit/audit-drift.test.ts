import { describe, expect, it } from 'vitest';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags, RUN_TAG } from '../../../../core/domain/names.ts';
import { jwkThumbprint, publicJwk, publicKeyPem } from '../../../../core/domain/oidc.ts';
import type { PublishedKey } from '../../../../core/domain/published-key.ts';
import { archiveDigest, desiredManifests } from '../../../../core/resources/install-files/desired.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import { JWK, KID, PUBLIC_FILE } from '../prepare/prepared.ts';
import { audited, changeRole, observed, type PreparedCluster, preparedCluster } from './audited.ts';
import {
  type Change,
  driftAfter,
  file,
  INGRESS,
  jwks,
  known,
  MARKER,
  onlyDriftAfter,
  policy,
  provider,
  publish,
  removed,
  role,
  SECRET,
  STRANGE,
} from './drifted.ts';

const TOLD = smallKeyPair().publicKey;

describe('a cluster that is as it was prepared', () => {
  it('has no drift', async () => {
    await expect(driftAfter()).resolves.toEqual([]);
  });

  it.each<[string, Change]>([
    ['the JWKS is formatted otherwise', publish(JWKS_KEY, JSON.stringify({ keys: [JWK] }))],
    ['a key has members of another maker', jwks({ ...JWK, x5t: 'abc' })],
    [
      'the discovery document is formatted otherwise',
      ({ account: { issuerBucket } }) => {
        const { body = '{}' } = issuerBucket.content?.documents[DISCOVERY_KEY] ?? {};
        publish(
          DISCOVERY_KEY,
          JSON.stringify(JSON.parse(body)),
        )({ account: { issuerBucket } } as PreparedCluster);
      },
    ],
    ['the audiences are in another order', provider({ audiences: ['sts.amazonaws.com', 'openshift'] })],
    ['thumbprints are in another case', provider({ thumbprints: ['ab'] })],
    [
      'there are further tags',
      role({ tags: { ...ownerTags('demo'), team: 'platform', more: 'x', [RUN_TAG]: 'y' } }),
    ],
    [
      'there is a further key that was accepted',
      (cluster) => [jwks(JWK, STRANGE), known(STRANGE, 'next')].map((each) => each(cluster)),
    ],
    ['a key that was accepted is gone', known(STRANGE, 'next')],
    [
      'there is a key that the cluster signed with before',
      (cluster) => [jwks(JWK, STRANGE), known(STRANGE, 'retired')].map((each) => each(cluster)),
    ],
    ['a retired key is gone', known(STRANGE, 'retired')],
    [
      'the pair of a retired key is still stored',
      async (cluster) => {
        const { store } = cluster.account;
        const { entry, desired } = cluster.record;
        const now = publicJwk(TOLD);
        const keys: PublishedKey[] = [
          { kid: now.kid, thumbprint: jwkThumbprint(now), state: 'signing' },
          ...entry.keys.map((key) => ({ ...key, state: 'retired' as const })),
        ];
        cluster.record = { desired, entry: { ...entry, keyId: now.kid, keys } };
        await jwks(JWK, now)(cluster);
        await store.put(PUBLIC_FILE, publicKeyPem(TOLD), {
          contentType: 'x',
          metadata: { 'sts-prep-key-pair': 'external' },
        });
        await store.put('clusters/demo/install.tar.gz', 'archive', {
          contentType: 'x',
          metadata: { 'sts-prep-digest': archiveDigest(desiredManifests(desired), now.kid) },
        });
      },
    ],
    [
      'policies are written otherwise',
      (cluster) =>
        changeRole(cluster, INGRESS, (state) => ({
          ...state,
          inline: {
            [INGRESS]: policy({
              Sid: 'x',
              Effect: 'Allow',
              Resource: ['*'],
              Action: ['S3:listbucket', 's3:GetObject'],
            }),
          },
        })),
    ],
    ['a role of the account is not its own', ({ roles }) => roles.set('other', roleSnapshot('other'))],
  ])('nor when %s', async (_, change) => {
    await expect(driftAfter(change)).resolves.toEqual([]);
  });

  it('is looked at only, and its private key not at all', async () => {
    const cluster = await preparedCluster();
    const { store, issuerBucket, providers, roles } = cluster.account;
    const gateways = [store, issuerBucket, providers, roles];
    for (const { writes } of gateways) writes.length = 0;
    const read: string[] = [];
    const get = store.get;
    store.get = (key, options) => {
      read.push(key);
      return get(key, options);
    };
    await audited(cluster);
    expect(gateways.flatMap(({ writes }) => writes)).toEqual([]);
    expect(read).toContain(layout.installFile.of({ cluster: 'demo', path: layout.PUBLIC_KEY_FILE }));
    expect(read).not.toContain(layout.installFile.of({ cluster: 'demo', path: layout.PRIVATE_KEY_FILE }));
  });

  it('is not taken for drifted when AWS does not answer', async () => {
    const cluster = await preparedCluster();
    cluster.account.issuerBucket.presence = () => Promise.reject(sdkError('SlowDown', 503));
    await expect(audited(cluster)).rejects.toThrow('SlowDown');
  });
});

describe('a manifest', () => {
  it.each<[string, string, string]>([
    [
      'names another role',
      `role_arn = arn:aws:iam::999999999999:role/evil\n# ${MARKER}`,
      'role_arn = arn:aws:iam::999999999999:role/evil',
    ],
    [
      'names a role in other words',
      `    role_arn=arn:aws:iam::1:role/x\naws_secret_access_key = ${MARKER}`,
      'role_arn = arn:aws:iam::1:role/x',
    ],
    ['holds an access key', `aws_access_key_id = ${MARKER}`, 'it names no role'],
    ['has a role that is no ARN', `role_arn = ${MARKER}`, 'it names no role'],
    ['says more on the line of the role', `role_arn = arn:aws:iam::1:role/x ${MARKER}`, 'it names no role'],
    ['is empty', '', 'it names no role'],
  ])('that %s is shown by its role alone', async (_, body, live) => {
    const found = await onlyDriftAfter(file(SECRET, body));
    expect(found).toMatchObject({ kind: 'ManifestChanged', severity: 'warning', resource: SECRET, live });
    expect(JSON.stringify(found)).not.toContain(MARKER);
  });
});

describe('the archive', () => {
  it.each<[string, Change, string]>([
    ['is gone', removed(layout.archive.of({ cluster: 'demo' })), 'The archive is gone.'],
    [
      'was made from other files',
      file(layout.archive.of({ cluster: 'demo' }), 'x', { 'sts-prep-digest': 'other' }),
      expect.stringMatching(/^The archive was made from other files/),
    ],
    ['was made by somebody else', file(layout.archive.of({ cluster: 'demo' }), 'x'), 'The archive is gone.'],
  ])('%s', async (_, change, message) => {
    await expect(onlyDriftAfter(change)).resolves.toMatchObject({ kind: 'ArchiveOutdated', message });
  });
});

describe('the files of the signing key', () => {
  const PUBLIC = layout.installFile.of({ cluster: 'demo', path: layout.PUBLIC_KEY_FILE });
  const PRIVATE = layout.installFile.of({ cluster: 'demo', path: layout.PRIVATE_KEY_FILE });
  const strange = smallKeyPair();
  const pem = strange.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const der = strange.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

  it.each<[string, Change, string[]]>([
    ['the public file is gone', removed(PUBLIC), [`KeyFileMissing ${PUBLIC}`]],
    ['the private file is gone', removed(PRIVATE), [`KeyFileMissing ${PRIVATE}`]],
    ['the public file holds another key', file(PUBLIC, pem), [`KeyFileChanged ${PUBLIC}`]],
    [
      'the private file holds another key',
      file(PRIVATE, MARKER, { 'sts-prep-public-key': der }),
      [`KeyFileChanged ${PRIVATE}`],
    ],
    [
      'both hold another key',
      async (cluster) => {
        await file(PUBLIC, pem)(cluster);
        await file(PRIVATE, MARKER, { 'sts-prep-public-key': der })(cluster);
      },
      [`KeyFileChanged ${PUBLIC}`, `KeyFileChanged ${PRIVATE}`],
    ],
    [
      'the private file is not ours',
      file(PRIVATE, MARKER),
      [`KeyFileChanged ${layout.installFile.of({ cluster: 'demo', path: 'tls' })}`],
    ],
    [
      'the public file is no key',
      file(PUBLIC, MARKER),
      [`KeyFileChanged ${layout.installFile.of({ cluster: 'demo', path: 'tls' })}`],
    ],
    [
      'the public file holds a private key',
      file(PUBLIC, strange.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
      [`KeyFileChanged ${layout.installFile.of({ cluster: 'demo', path: 'tls' })}`],
    ],
  ])('%s, and no key is in the report', async (_, change, expected) => {
    const drift = await driftAfter(change);
    expect(drift.map(({ kind, resource }) => `${kind} ${resource}`)).toEqual(expected);
    expect(JSON.stringify(drift)).not.toMatch(new RegExp(`${MARKER}|BEGIN`));
  });

  it('are shown by their ids', async () => {
    await expect(onlyDriftAfter(file(PUBLIC, pem))).resolves.toMatchObject({
      severity: 'critical',
      live: publicJwk(strange.publicKey).kid,
      wanted: KID,
    });
  });

  it('need no private one where somebody else keeps it', async () => {
    const cluster = await preparedCluster();
    const { store } = cluster.account;
    const body = store.text(PUBLIC) ?? '';
    await store.remove(PRIVATE);
    await store.put(PUBLIC, body, { contentType: 'x' });
    expect((await observed(cluster)).signingKey).toMatchObject({ publicFile: { hadPair: false } });
    expect((await audited(cluster)).drift).toEqual([]);
  });
});
