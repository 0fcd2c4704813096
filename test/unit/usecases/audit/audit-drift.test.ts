import { describe, expect, it } from 'vitest';
import type { IssuerReader } from '../../../../core/aws/issuer-reader.ts';
import type { Finding, Severity } from '../../../../core/domain/audit/report.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags, RUN_TAG } from '../../../../core/domain/names.ts';
import type { RoleSnapshot } from '../../../../core/domain/observed.ts';
import { jwkThumbprint, publicJwk } from '../../../../core/domain/oidc.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { document } from '../../../support/fakes/issuer-bucket.ts';
import { sdkError } from '../../../support/fakes/sdk-error.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';
import { BOUNDARY, JWK, KID } from '../prepare/prepared.ts';
import {
  audited,
  changeRole,
  EVERYTHING,
  observed,
  type PreparedCluster,
  preparedCluster,
} from './audited.ts';

const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
const RESOURCE = `role ${INGRESS}`;
const SECRET = layout.installFile.of({
  cluster: 'demo',
  path: 'manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml',
});
const MANAGED = 'arn:aws:iam::123456789012:policy/Managed';
const MARKER = 'c2VjcmV0LXZhbHVl';

const STRANGE = publicJwk(smallKeyPair().publicKey);

type Change = (cluster: PreparedCluster) => unknown;

/** What an audit finds of a prepared cluster to which something was done. */
async function driftAfter(...changes: Change[]): Promise<readonly Finding[]> {
  const cluster = await preparedCluster();
  for (const change of changes) await change(cluster);
  return (await audited(cluster)).drift;
}

/** The only finding. */
async function onlyDriftAfter(...changes: Change[]): Promise<Finding> {
  const [found, ...others] = await driftAfter(...changes);
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('A finding was expected.');
  return found;
}

const kinds = (drift: readonly Finding[]) => drift.map(({ kind }) => kind).sort();

const role =
  (parts: Partial<RoleSnapshot>, name = INGRESS): Change =>
  (cluster) =>
    changeRole(cluster, name, (state) => ({ ...state, ...parts }));
const withoutTag: Change = (cluster) =>
  changeRole(cluster, INGRESS, ({ tags: { [RUN_TAG]: _, ...tags }, ...state }) => ({ ...state, tags }));
const unbounded: Change = (cluster) => {
  const { desired, entry } = cluster.record;
  const roles = desired.roles.map(({ permissionsBoundaryArn: _, ...each }) => each);
  cluster.record = { entry, desired: { ...desired, roles } };
  for (const name of cluster.roles.keys())
    changeRole(cluster, name, ({ permissionsBoundaryArn: _, ...state }) => state);
};
const provider =
  (parts: object): Change =>
  ({ account: { providers, desired } }) => {
    const state = providers.state.get(desired.providerArn);
    if (state !== undefined) providers.state.set(desired.providerArn, { ...state, ...parts });
  };
const publish =
  (key: string, body: string | undefined): Change =>
  ({ account: { issuerBucket } }) => {
    const documents = issuerBucket.content?.documents ?? {};
    if (body === undefined) delete documents[key];
    else documents[key] = document(body, { tags: ownerTags('demo') });
  };
const jwks = (...keys: object[]) => publish(JWKS_KEY, JSON.stringify({ keys }));
const known =
  (...keys: { kid: string }[]): Change =>
  (cluster) => {
    const { desired, entry } = cluster.record;
    const all = keys.map((key) => ({ kid: key.kid, thumbprint: jwkThumbprint(key) }));
    cluster.record = { desired, entry: { ...entry, keys: all } };
  };
const served =
  (readIssuer: IssuerReader): Change =>
  (cluster) => {
    cluster.readIssuer = readIssuer;
  };
const file =
  (key: string, body: string, metadata: Record<string, string> = {}): Change =>
  ({ account: { store } }) =>
    store.put(key, body, { contentType: 'x', metadata });
const removed =
  (key: string): Change =>
  ({ account: { store } }) =>
    store.remove(key);
const policy = (statement: PolicyStatement): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [statement],
});

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
      'there are further keys that were there before',
      (cluster) => [jwks(JWK, STRANGE), known(JWK, STRANGE)].map((each) => each(cluster)),
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

describe('the issuer bucket', () => {
  it.each([
    ['foreign', /belongs to another account, or a policy denies access/],
    ['elsewhere', /in another region than us-east-2/],
  ] as const)('is none of ours when it is %s, and nothing else is said of it', async (taken, message) => {
    const found = await onlyDriftAfter(
      ({ account }) => {
        account.issuerBucket.taken = taken;
      },
      served(async () => ({ status: 403, body: '' })),
    );
    expect(found).toMatchObject({ kind: 'IssuerBucketForeign', severity: 'critical' });
    expect(found.message).toMatch(message);
  });

  it.each<[string, IssuerReader, string]>([
    [
      'refuses',
      async () => ({ status: 403, body: '' }),
      '.well-known/openid-configuration answers 403; keys.json answers 403',
    ],
    [
      'refuses one document',
      async (key) => ({ status: key === JWKS_KEY ? 503 : 200, body: '' }),
      'keys.json answers 503',
    ],
    [
      'does not answer',
      () => Promise.reject(new Error('fetch failed')),
      '.well-known/openid-configuration does not answer: fetch failed; keys.json does not answer: fetch failed',
    ],
  ])('is not reachable when it %s, though its documents are there', async (_, read, live) => {
    const found = await onlyDriftAfter(served(read));
    expect(found).toMatchObject({
      kind: 'IssuerUnreachable',
      severity: 'critical',
      resource: 'https://demo-oidc.s3.us-east-2.amazonaws.com',
      live,
    });
  });

  it('is not said to be unreachable for a document that is gone', async () => {
    await expect(driftAfter(publish(JWKS_KEY, undefined)).then(kinds)).resolves.toEqual(['JwksMissing']);
  });
});

describe('the JWKS', () => {
  it.each<[string, Change[], string[], RegExp]>([
    ['lacks a key of another signer', [known(JWK, STRANGE)], ['JwksKeyLost'], new RegExp(STRANGE.kid)],
    ['lacks the signing key', [jwks(STRANGE), known(JWK, STRANGE)], ['SigningKeyLost'], new RegExp(KID)],
    [
      'has another key in place of the signing key',
      [jwks({ ...STRANGE, kid: KID })],
      ['SigningKeyReplaced'],
      new RegExp(KID),
    ],
    [
      'has another key in place of a further one',
      [jwks(JWK, { ...JWK, kid: STRANGE.kid }), known(JWK, STRANGE)],
      ['SigningKeyReplaced'],
      new RegExp(STRANGE.kid),
    ],
    [
      'has another key of the same id behind the signing key',
      [jwks(JWK, { ...STRANGE, kid: KID })],
      ['SigningKeyReplaced'],
      new RegExp(KID),
    ],
    [
      'has another key of the same id before the signing key',
      [jwks({ ...STRANGE, kid: KID }, JWK)],
      ['SigningKeyReplaced'],
      new RegExp(KID),
    ],
    ['has a key nobody prepared', [jwks(JWK, STRANGE)], ['JwksKeyExtra'], new RegExp(STRANGE.kid)],
    ['has a key of a type nobody knows', [jwks(JWK, { kid: 'new', kty: 'PQ' })], ['JwksKeyExtra'], /new/],
  ])('%s', async (_, changes, expected, message) => {
    const drift = await driftAfter(...changes);
    expect(kinds(drift)).toEqual(expected);
    for (const found of drift) {
      expect(found.severity).toBe('critical');
      expect(found.message).toMatch(message);
    }
  });

  it('shows the thumbprints of a key that was replaced', async () => {
    const found = await onlyDriftAfter(jwks({ ...STRANGE, kid: KID }));
    expect(found).toMatchObject({
      live: `thumbprint ${jwkThumbprint(STRANGE)}`,
      wanted: `thumbprint ${jwkThumbprint(JWK)}`,
    });
  });

  it.each<[string, Change]>([
    ['a private key', jwks({ ...JWK, d: MARKER })],
    ['a private prime of another key', jwks(JWK, { ...STRANGE, p: MARKER })],
    ['a symmetric key', jwks(JWK, { kid: 'x', kty: 'oct', k: MARKER })],
    ['something that is no JWKS', publish(JWKS_KEY, `{"keys": "${MARKER}"}`)],
  ])('holds %s, which is in no report', async (_, change) => {
    const drift = await driftAfter(change);
    expect(drift).toHaveLength(1);
    expect(JSON.stringify(drift)).not.toContain(MARKER);
  });
});

describe('the identity provider', () => {
  it('is for another issuer', async () => {
    const found = await onlyDriftAfter(provider({ host: 'evil-oidc.s3.us-east-2.amazonaws.com' }));
    expect(found).toMatchObject({
      kind: 'ProviderUrlChanged',
      severity: 'critical',
      live: 'evil-oidc.s3.us-east-2.amazonaws.com',
      wanted: 'demo-oidc.s3.us-east-2.amazonaws.com',
    });
  });

  it('has a finding for each audience, each with an id of its own', async () => {
    const drift = await driftAfter(provider({ audiences: ['a', 'b'] }));
    expect(kinds(drift)).toEqual(['AudienceExtra', 'AudienceExtra', 'AudienceMissing', 'AudienceMissing']);
    expect(new Set(drift.map(({ id }) => id)).size).toBe(4);
  });

  it.each([
    [['cd'], 'cd'],
    [[], 'none'],
    [['ab', 'cd'], 'ab, cd'],
  ])('has other thumbprints: %j', async (thumbprints, live) => {
    await expect(onlyDriftAfter(provider({ thumbprints }))).resolves.toMatchObject({
      kind: 'ThumbprintChanged',
      severity: 'warning',
      live,
    });
  });
});

describe('the trust of a role', () => {
  const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com';
  const SUB = 'demo-oidc.s3.us-east-2.amazonaws.com:sub';
  const SUBJECT = 'system:serviceaccount:openshift-ingress-operator:ingress-operator';
  const trust = (more: object): Change =>
    role({
      trust: policy({
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: PROVIDER },
        Condition: { StringEquals: { [SUB]: SUBJECT } },
        ...more,
      }),
    });

  it('is the same when it is written by hand', async () => {
    await expect(driftAfter(trust({}))).resolves.toEqual([]);
  });

  it.each<[string, Change]>([
    ['cannot be read', (cluster) => changeRole(cluster, INGRESS, ({ trust: _, ...state }) => state)],
    ['names whom it does not trust', trust({ Principal: undefined, NotPrincipal: { AWS: '*' } })],
    [
      'hangs on a key of which nothing is known',
      trust({ Condition: { StringEquals: { [SUB]: SUBJECT }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    ],
    ['has an effect that is none', trust({ Effect: 'allow' })],
  ])('cannot be told when it %s', async (_, change) => {
    const found = await onlyDriftAfter(change);
    expect(found).toMatchObject({ kind: 'TrustUnclear', severity: 'warning', resource: RESOURCE });
    expect(found.message).toMatch(
      new RegExp(`^Whether the role trusts ${SUBJECT} cannot be told, because .+\\.$`),
    );
  });

  it('is narrowed when one of its service accounts is refused, whatever can be told of the others', async () => {
    const name = 'demo-openshift-image-registry-installer-cloud-credentials';
    const found = await onlyDriftAfter((cluster) =>
      changeRole(cluster, name, (state) => ({
        ...state,
        trust: policy({
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: PROVIDER },
          Condition: {
            StringEquals: {
              [SUB]: 'system:serviceaccount:openshift-image-registry:registry',
              'aws:SourceVpc': 'vpc-1',
            },
          },
        }),
      })),
    );
    expect(found).toMatchObject({ kind: 'TrustNarrowed', severity: 'critical' });
    expect(found.message).toContain('system:serviceaccount:openshift-image-registry:operator');
    expect(found.message).not.toContain('system:serviceaccount:openshift-image-registry:registry (');
  });

  it('says more than was prepared', async () => {
    await expect(
      onlyDriftAfter(trust({ Condition: { StringLike: { [SUB]: 'system:serviceaccount:*' } } })),
    ).resolves.toMatchObject({ kind: 'TrustChanged', severity: 'warning' });
  });
});

describe('the permissions of a role', () => {
  const attach =
    (document: PolicyDocument | null): Change =>
    (cluster) => {
      cluster.policies[MANAGED] = document;
      changeRole(cluster, INGRESS, (state) => ({ ...state, attached: [MANAGED] }));
    };
  const inline =
    (name: string, document: PolicyDocument | null): Change =>
    (cluster) =>
      changeRole(cluster, INGRESS, (state) => ({ ...state, inline: { ...state.inline, [name]: document } }));
  const deny = policy({ Effect: 'Deny', Action: 's3:ListBucket', Resource: '*' });

  it.each<[string, Change[], string[]]>([
    ['an attached policy could not be read', [attach(null)], ['PermissionsUnclear', 'PolicyAttached']],
    [
      'an attached policy is not among those that were read',
      [role({ attached: ['arn:aws:iam::999999999999:policy/Gone'] })],
      ['PermissionsUnclear', 'PolicyAttached'],
    ],
    [
      'its boundary could not be read',
      [
        ({ policies }) => {
          policies[BOUNDARY] = null;
        },
      ],
      ['PermissionsUnclear', 'PermissionsUnclear'],
    ],
    [
      'another inline policy is not JSON',
      [inline('more', null)],
      ['InlinePolicyExtra', 'PermissionsUnclear'],
    ],
    ['its own inline policy is not JSON', [inline(INGRESS, null)], ['PermissionsUnclear']],
  ])('cannot be told when %s', async (_, changes, expected) => {
    const drift = await driftAfter(...changes);
    expect(kinds(drift)).toEqual(expected);
    for (const { kind, severity, actions, message } of drift.filter(
      ({ kind: is }) => is === 'PermissionsUnclear',
    )) {
      expect({ kind, severity, actions }).toEqual({
        kind,
        severity: 'warning',
        actions: ['s3:GetObject', 's3:ListBucket'],
      });
      expect(message).toMatch(
        /^It cannot be told whether the role has s3:GetObject, s3:ListBucket on \* \(.+\)\.$/,
      );
    }
  });

  it.each<[string, Change[], string[]]>([
    ['another inline policy denies one', [inline('more', deny)], ['InlinePolicyExtra', 'PermissionsLost']],
    ['an attached policy denies one', [attach(deny)], ['PermissionsLost', 'PolicyAttached']],
  ])('are lost when %s, though its own policy is what it was', async (_, changes, expected) => {
    const drift = await driftAfter(...changes);
    expect(kinds(drift)).toEqual(expected);
    expect(drift.find(({ kind }) => kind === 'PermissionsLost')).toMatchObject({
      severity: 'critical',
      resource: RESOURCE,
      actions: ['s3:ListBucket'],
      remedy: expect.stringContaining('Something else than its inline policy'),
    });
  });

  it('are lost to each role whose boundary denies them', async () => {
    const drift = await driftAfter(({ policies }) => {
      policies[BOUNDARY] = { ...EVERYTHING, Statement: [...EVERYTHING.Statement, ...deny.Statement] };
    });
    expect(kinds(drift)).toEqual(['PermissionsLost', 'PermissionsLost']);
    expect(drift.map(({ message }) => message).join()).toContain('boundary');
  });

  it('are there, in another policy', async () => {
    const wanted = (await preparedCluster()).roles.get(INGRESS)?.inline[INGRESS] ?? EVERYTHING;
    const drift = await driftAfter(attach(wanted), (cluster) =>
      changeRole(cluster, INGRESS, (state) => ({ ...state, inline: {} })),
    );
    expect(kinds(drift)).toEqual(['PermissionsChanged', 'PolicyAttached']);
    expect(drift.find(({ kind }) => kind === 'PermissionsChanged')?.live).toBe(
      'no inline policy of that name',
    );
  });

  it('name each action once, on however many resources it is lost', async () => {
    const statements = ['arn:aws:s3:::a', 'arn:aws:s3:::b'].map((Resource) => ({
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource,
    }));
    const found = await onlyDriftAfter(
      (cluster) => {
        const { desired, entry } = cluster.record;
        const roles = desired.roles.map((each) =>
          each.name === INGRESS
            ? { ...each, policy: { Version: '2012-10-17', Statement: statements } }
            : each,
        );
        cluster.record = { entry, desired: { ...desired, roles } };
      },
      role({ inline: {} }),
    );
    expect(found).toMatchObject({ kind: 'PermissionsLost', actions: ['s3:ListBucket'] });
  });
});

describe('what a role has in addition', () => {
  const further: Change[] = [
    role({ permissionsBoundaryArn: BOUNDARY, attached: [MANAGED] }),
    (cluster) => {
      cluster.policies[MANAGED] = EVERYTHING;
      changeRole(cluster, INGRESS, (state) => ({ ...state, inline: { ...state.inline, more: EVERYTHING } }));
    },
  ];

  it.each<[string, Change[], Severity, string]>([
    ['of a role that a run made is a warning', [], 'warning', 'drifted'],
    ['of a role that a run took over is no drift', [withoutTag], 'info', 'clean'],
  ])('%s', async (_, changes, severity, status) => {
    const cluster = await preparedCluster();
    for (const change of [unbounded, ...further, ...changes]) await change(cluster);
    const audit = await audited(cluster);
    expect(kinds(audit.drift)).toEqual(['BoundaryAdded', 'InlinePolicyExtra', 'PolicyAttached']);
    expect(new Set(audit.drift.map((found) => found.severity))).toEqual(new Set([severity]));
    expect(audit.status).toBe(status);
  });

  it('of a role that a run took over is drift when it takes permissions away', async () => {
    const drift = await driftAfter(
      unbounded,
      withoutTag,
      role({ permissionsBoundaryArn: BOUNDARY }),
      ({ policies }) => {
        policies[BOUNDARY] = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
      },
    );
    expect(drift.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['PermissionsLost', 'critical'],
      ['BoundaryAdded', 'info'],
    ]);
  });

  it('does not hide what else is changed on a role that a run took over', async () => {
    const drift = await driftAfter(withoutTag, (cluster) =>
      changeRole(cluster, INGRESS, ({ permissionsBoundaryArn: _, ...state }) => ({
        ...state,
        trust: EVERYTHING,
        inline: {},
      })),
    );
    expect(drift.map(({ kind, severity }) => [kind, severity])).toContainEqual([
      'BoundaryMissing',
      'warning',
    ]);
    expect(drift.map(({ kind, severity }) => [kind, severity])).toContainEqual([
      'PermissionsLost',
      'critical',
    ]);
  });

  it('shows the boundary that nobody prepared', async () => {
    const found = await onlyDriftAfter(unbounded, role({ permissionsBoundaryArn: BOUNDARY }));
    expect(found).toMatchObject({
      kind: 'BoundaryAdded',
      live: BOUNDARY,
      wanted: 'none',
      resource: RESOURCE,
    });
  });

  it('is a finding for each policy', async () => {
    const drift = await driftAfter(role({ attached: [MANAGED, BOUNDARY] }), ({ policies }) => {
      policies[MANAGED] = EVERYTHING;
    });
    expect(kinds(drift)).toEqual(['PolicyAttached', 'PolicyAttached']);
    expect(new Set(drift.map(({ id }) => id)).size).toBe(2);
  });
});

describe('a role with the tags of the cluster that nobody asks for', () => {
  it.each<[Partial<RoleSnapshot>, string]>([
    [{}, 'not used in 400 days'],
    [{ lastUsed: '2026-03-01T10:00:00.000Z' }, 'last used 2026-03-01T10:00:00.000Z'],
  ])('is left over: %j', async (more, live) => {
    const orphan = roleSnapshot('demo-left-over', { tags: ownerTags('demo'), ...more });
    await expect(onlyDriftAfter(({ roles }) => roles.set(orphan.name, orphan))).resolves.toMatchObject({
      kind: 'RoleOrphaned',
      severity: 'warning',
      resource: 'role demo-left-over',
      live,
    });
  });

  it('has one id, whenever it was used last', async () => {
    const idOf = async (lastUsed: string) =>
      (
        await onlyDriftAfter(({ roles }) =>
          roles.set('x', roleSnapshot('x', { tags: ownerTags('demo'), lastUsed })),
        )
      ).id;
    await expect(idOf('2026-03-01T10:00:00Z')).resolves.toBe(await idOf('2026-03-02T10:00:00Z'));
  });

  it.each([{}, ownerTags('demo-2'), { Name: 'demo' }])('is none with the tags %j', async (tags) => {
    await expect(driftAfter(({ roles }) => roles.set('x', roleSnapshot('x', { tags })))).resolves.toEqual([]);
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
      'The archive was made from other files.',
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
