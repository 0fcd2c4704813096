import { describe, expect, it } from 'vitest';
import { ResourceConflict, SigningKeyConflict } from '../../../../core/domain/errors.ts';
import { allChanges } from '../../../../core/domain/plan.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { PUBLIC_KEY } from '../../../support/fakes/signing-keys.ts';
import { type Account, account, KID, preparedAccount } from './prepared.ts';

const plan = async (made: Account) => (await planChanges(made.desired, undefined, made)).plan;
const writesOf = ({ store, issuerBucket, providers, roles }: Account) =>
  [store, issuerBucket, providers, roles].flatMap(({ writes }) => writes);

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
    const made = await preparedAccount();
    await made.store.remove('clusters/demo/install/tls/bound-service-account-signing-key.key');
    await made.store.remove('clusters/demo/install/serviceaccount-signer.public');
    const desired = { ...made.desired, publicKeyPem: PUBLIC_KEY.pem };
    const changes = allChanges((await planChanges(desired, undefined, made)).plan);
    expect(changes.map(({ resource, part }) => `${resource} ${part}`)).toEqual([
      'public signing key all',
      'issuer bucket demo-oidc keys.json',
      'install.tar.gz content',
    ]);
  });

  it('is refused when the bundle brings another key', async () => {
    const made = await preparedAccount();
    const desired = { ...made.desired, publicKeyPem: PUBLIC_KEY.pem };
    await expect(planChanges(desired, undefined, made)).rejects.toThrow(SigningKeyConflict);
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

  it('fails with what AWS says of anything else', async () => {
    const made = account();
    const roles = { ...made.roles, get: () => Promise.reject(new Error('AccessDenied')) };
    await expect(planChanges(made.desired, undefined, { ...made, roles })).rejects.toThrow('AccessDenied');
  });
});
