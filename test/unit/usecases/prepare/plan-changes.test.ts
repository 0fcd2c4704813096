import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ResourceConflict, SigningKeyConflict } from '../../../../core/domain/errors.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import { type PublicJwk, publicJwk } from '../../../../core/domain/oidc.ts';
import { allChanges } from '../../../../core/domain/plan.ts';
import type { RegisteredCluster } from '../../../../core/storage/registered-cluster.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { CLOSED } from '../../../support/closed-bucket.ts';
import { demoCluster, demoEntry } from '../../../support/fakes/demo-cluster.ts';
import { PUBLIC_KEY } from '../../../support/fakes/signing-keys.ts';
import { type Account, account, ENTRY, JWK, KID, preparedAccount } from './prepared.ts';

const plan = async (made: Account) => (await planChanges(made.desired, undefined, made)).plan;
const writesOf = ({ store, issuerBucket, providers, roles }: Account) =>
  [store, issuerBucket, providers, roles].flatMap(({ writes }) => writes);

/** Leaves nothing of a prepared cluster but a bucket as S3 makes it, and perhaps one thing more. */
const forget =
  ({ except }: { readonly except?: 'providers' | 'roles' }) =>
  ({ issuerBucket, providers, roles }: Account) => {
    issuerBucket.content = { tags: {}, block: CLOSED, documents: {}, others: [] };
    if (except !== 'providers') providers.state.clear();
    if (except !== 'roles') roles.state.clear();
  };

describe('the plan of a cluster', () => {
  it('is all of it when nothing is there, and nothing is written', async () => {
    const made = account();
    const { run, roles, ...rest } = await plan(made);
    expect(
      allChanges({ run, roles, ...rest }).map(({ action, resource }) => `${action} ${resource}`),
    ).toEqual([
      'create signing key pair',
      'create issuer bucket demo-oidc',
      `create identity provider ${made.desired.providerArn}`,
      'create role demo-openshift-ingress-operator-cloud-credentials',
      'create role demo-openshift-image-registry-installer-cloud-credentials',
      'create manifests/cluster-authentication-02-config.yaml',
      'create manifests/openshift-image-registry-installer-cloud-credentials-credentials.yaml',
      'create manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml',
      'create install.tar.gz',
    ]);
    expect(roles.map(({ index }) => index)).toEqual([0, 1]);
    expect(writesOf(made)).toEqual([]);
  });

  it('is empty when the cluster is prepared', async () => {
    const made = await preparedAccount();
    const planned = await plan(made);
    expect(allChanges(planned)).toEqual([]);
    expect(planned.roles).toEqual([]);
    expect(planned.signingKey.kid).toBe(KID);
  });

  it('has only the roles that change, by their position, with what was there before', async () => {
    const made = await preparedAccount();
    const [, second] = made.desired.roles;
    const before = made.roles.state.get(second?.name ?? '');
    if (second === undefined || before === undefined) throw new Error('The second role is missing.');
    made.roles.state.set(second.name, { ...before, description: 'another' });
    const { roles } = await plan(made);
    expect(roles).toEqual([
      {
        index: 1,
        changes: [{ action: 'update', resource: `role ${second.name}`, part: 'description' }],
        before: { ...before, description: 'another' },
      },
    ]);
  });

  it('knows the key of the bundle before it is stored', async () => {
    const made = { ...account(), ownSigningKeys: true };
    const desired = { ...made.desired, publicKeyPem: PUBLIC_KEY.pem };
    const { plan: planned } = await planChanges(desired, undefined, made);
    expect(planned.signingKey).toMatchObject({ kid: PUBLIC_KEY.kid, hasPair: false });
    const changes = allChanges(planned).map(({ resource, part }) => `${resource} ${part}`);
    expect(changes.slice(0, 2)).toEqual(['public signing key all', 'issuer bucket demo-oidc all']);
  });

  it.each<[string, () => Promise<Account>]>([
    ['a new cluster', async () => account()],
    ['a cluster that is there', preparedAccount],
    [
      'one of which only the identity provider is there',
      async () => ({ ...account(), ownSigningKeys: true, providers: (await preparedAccount()).providers }),
    ],
    [
      'one of which only roles are there',
      async () => ({ ...account(), ownSigningKeys: true, roles: (await preparedAccount()).roles }),
    ],
  ])('is refused when the bundle brings a key for %s, and nothing is written', async (_, start) => {
    const made = await start();
    const desired = { ...made.desired, publicKeyPem: PUBLIC_KEY.pem };
    const writes = writesOf(made).length;
    await expect(planChanges(desired, undefined, made)).rejects.toThrow(SigningKeyConflict);
    expect(writesOf(made)).toHaveLength(writes);
  });

  describe('of a registered cluster', () => {
    const known = (made: Account) => ({ entry: ENTRY, current: made.desired });
    const TOLD = createPublicKey(PUBLIC_KEY.pem);
    const publish = async (made: Account, ...keys: PublicJwk[]) => {
      const documents = made.issuerBucket.content?.documents ?? {};
      const there = documents['keys.json'];
      if (there !== undefined) documents['keys.json'] = { ...there, body: JSON.stringify({ keys }) };
    };

    it('makes the key of the bundle the cluster’s that is published, and retires the one before', async () => {
      const made = await preparedAccount();
      await publish(made, JWK, publicJwk(TOLD));
      const desired = { ...made.desired, publicKeyPem: PUBLIC_KEY.pem };
      const { plan: planned } = await planChanges(desired, known(made), made);
      expect(allChanges(planned).map(({ resource, part }) => `${resource}: ${part}`)).toEqual([
        'signing key pair: public key file',
        'install.tar.gz: content',
      ]);
      expect(planned.signingKey.keys?.map(({ kid, state }) => [kid, state])).toEqual([
        [PUBLIC_KEY.kid, 'signing'],
        [KID, 'retired'],
      ]);
    });

    it('repairs the signing key where STS does not take it', async () => {
      const made = await preparedAccount();
      await publish(made, { ...JWK, use: 'enc' });
      const { plan: planned } = await planChanges(made.desired, known(made), made);
      expect(allChanges(planned).map(({ part }) => part)).toEqual(['keys.json']);
    });

    it('is refused when a key appeared in the JWKS, and when the signing key is gone from it', async () => {
      const made = await preparedAccount();
      await publish(made, JWK, publicJwk(TOLD));
      await expect(planChanges(made.desired, known(made), made)).rejects.toThrow(ResourceConflict);
      await publish(made, publicJwk(TOLD));
      await expect(planChanges(made.desired, known(made), made)).rejects.toThrow(SigningKeyConflict);
    });
  });

  it('names everything that belongs to others at once, and touches none of it', async () => {
    const made = await preparedAccount();
    const theirs = { 'openshift.io/cloud-credential-operator/other': 'owned' };
    const { issuerBucket, roles, providers } = made;
    if (issuerBucket.content !== undefined) issuerBucket.content.tags = theirs;
    for (const [name, role] of roles.state) roles.state.set(name, { ...role, tags: theirs });
    for (const [arn, provider] of providers.state) providers.state.set(arn, { ...provider, tags: theirs });
    const writes = writesOf(made).length;
    const error = await plan(made).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(ResourceConflict);
    const named = (error as Error).message.split('\n').map((line) => line.split(' exists ')[0]);
    expect(named.sort()).toEqual([
      'Bucket demo-oidc',
      `IAM OIDC provider ${made.desired.providerArn}`,
      'IAM role demo-openshift-image-registry-installer-cloud-credentials',
      'IAM role demo-openshift-ingress-operator-cloud-credentials',
    ]);
    expect(writesOf(made)).toHaveLength(writes);
  });

  it.each<[string, (made: Account) => void, RegisteredCluster | undefined, boolean]>([
    ['nothing of it is there', forget({}), undefined, true],
    ['the registry knows it', forget({}), { current: demoCluster(), entry: demoEntry() }, false],
    ['its identity provider is there', forget({ except: 'providers' }), undefined, false],
    ['a role of it is there', forget({ except: 'roles' }), undefined, false],
  ])('opens a bucket that S3 closed when %s: %#', async (_, remove, known, isOpened) => {
    const made = await preparedAccount();
    remove(made);
    const planned = planChanges(made.desired, known, made);
    if (!isOpened) return expect(planned).rejects.toThrow(/closed to the public .*the cluster exists/);
    expect((await planned).plan.issuer.changes.map(({ part }) => part)).toContain('public access block');
  });

  it('is refused for the issuer and for others at once', async () => {
    const made = await preparedAccount();
    const [name = ''] = made.roles.state.keys();
    const theirs = { 'openshift.io/cloud-credential-operator/other': 'owned' };
    made.roles.state.set(name, { ...made.roles.state.get(name), tags: theirs } as RoleState);
    if (made.issuerBucket.content !== undefined) made.issuerBucket.content.block = CLOSED;
    const refusal = plan(made);
    await expect(refusal).rejects.toThrow(/IAM role .* exists and is not this cluster's/);
    await expect(refusal).rejects.toThrow(/closed to the public/);
  });

  it('fails with what AWS says of anything else', async () => {
    const made = account();
    const roles = { ...made.roles, get: () => Promise.reject(new Error('AccessDenied')) };
    await expect(planChanges(made.desired, undefined, { ...made, roles })).rejects.toThrow('AccessDenied');
  });
});
