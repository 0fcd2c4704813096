import { DeleteOpenIDConnectProviderCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteBucketCommand, DeleteBucketPolicyCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../support/account.ts';
import {
  account,
  type Component,
  ccoctlTags,
  expectAsBefore,
  known,
  providerOf,
  REGION,
  remember,
  reportOf,
  roleName,
} from '../../support/rollback/account.ts';
import { DENIED } from '../../support/rollback/faults.ts';
import {
  createBucket,
  createProvider,
  createRole,
  deleteRole,
  putBucketPolicy,
  putObject,
  putPolicy,
  putTrust,
} from '../../support/rollback/somebody-else.ts';
import { bundleOf, FIRST_ACTIONS, NEW_POLICY, newCluster, runFrom } from '../../support/rollback/starts.ts';

describe('what somebody else changed while the run was at work', () => {
  interface Foreign {
    readonly what: string;
    readonly start: string;
    readonly happens: () => Promise<unknown>;
    /** What the report must list as left, and in which words. */
    readonly left: string;
    readonly detail: string | RegExp;
    /** What of the account is not as it was before. */
    readonly changed: (now: Snapshot) => unknown;
    readonly to: unknown;
    /** Brings the account back to where it was. */
    readonly repair: () => Promise<unknown>;
  }
  const foreignPolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:ListBucket'], Resource: '*' }],
  };
  const grown = (component: Component) => roleName('grown', component);
  const roleOf = (now: Snapshot, name: string) =>
    now.roles[name] as { inline: Record<string, unknown>; trust: unknown };
  const bucketOf = (now: Snapshot, name: string) =>
    now.buckets[name] as { policy: unknown; objects: Record<string, { body: string }> };
  const foreignKeys = '{"keys":[]}';
  const restoreKeys = () =>
    putObject(
      'adopted-oidc',
      'keys.json',
      bucketOf(known, 'adopted-oidc').objects['keys.json']?.body ?? '',
      ccoctlTags('adopted'),
    );

  const FOREIGN: Foreign[] = [
    {
      what: 'the permissions of a role',
      start: 'grown',
      happens: () => putPolicy(grown('ingress'), ['s3:ListBucket']),
      left: `role ${grown('ingress')}`,
      detail: 'changed by somebody else since this run, not touched: permissions',
      changed: (now) => roleOf(now, grown('ingress')).inline[grown('ingress')],
      to: foreignPolicy,
      repair: () => putPolicy(grown('ingress'), FIRST_ACTIONS),
    },
    {
      what: 'the trust policy of a role',
      start: 'grown',
      happens: () => putTrust(grown('image-registry'), foreignPolicy),
      left: `role ${grown('image-registry')}`,
      detail: 'changed by somebody else since this run, not touched: trust policy',
      changed: (now) => roleOf(now, grown('image-registry')).trust,
      to: foreignPolicy,
      repair: () => putTrust(grown('image-registry'), roleOf(known, grown('image-registry')).trust),
    },
    {
      what: 'the keys of the issuer',
      start: 'adopted',
      happens: () => putObject('adopted-oidc', 'keys.json', foreignKeys),
      left: 'issuer bucket adopted-oidc: keys.json',
      detail: 'changed by somebody else since this run; not touched',
      changed: (now) => bucketOf(now, 'adopted-oidc').objects['keys.json']?.body,
      to: foreignKeys,
      repair: restoreKeys,
    },
    {
      what: 'the policy of the issuer bucket',
      start: 'adopted',
      happens: () => putBucketPolicy('adopted-oidc', foreignPolicy),
      left: 'issuer bucket adopted-oidc: policy',
      detail: 'changed by somebody else since this run; not touched',
      changed: (now) => bucketOf(now, 'adopted-oidc').policy,
      to: foreignPolicy,
      repair: () => account.s3(REGION).send(new DeleteBucketPolicyCommand({ Bucket: 'adopted-oidc' })),
    },
    {
      what: 'a role that the run made and that has a policy of somebody else by now',
      start: 'fresh',
      happens: () => putPolicy(roleName('fresh', 'ingress'), ['s3:ListBucket'], 'of-somebody-else'),
      left: `role ${roleName('fresh', 'ingress')}`,
      detail: /^DeleteConflict/,
      changed: (now) => roleOf(now, roleName('fresh', 'ingress')).inline,
      to: { 'of-somebody-else': foreignPolicy },
      repair: async () => {
        const RoleName = roleName('fresh', 'ingress');
        await account.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'of-somebody-else' }));
        await deleteRole(RoleName);
      },
    },
    {
      what: 'a bucket that the run made and that holds an object of somebody else by now',
      start: 'fresh',
      happens: () => putObject('fresh-oidc', 'of-somebody-else', 'precious'),
      left: 'issuer bucket fresh-oidc',
      detail: /^it holds what is not this run's: of-somebody-else$/,
      changed: (now) => Object.keys(bucketOf(now, 'fresh-oidc').objects),
      to: ['of-somebody-else'],
      repair: async () => {
        const s3 = account.s3(REGION);
        await s3.send(new DeleteObjectCommand({ Bucket: 'fresh-oidc', Key: 'of-somebody-else' }));
        await s3.send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' }));
      },
    },
  ];

  it.each(FOREIGN.map((foreign) => [foreign.what, foreign] as const))(
    'is left alone and reported: %s',
    async (_what, foreign) => {
      await remember();
      const { run, ...outcome } = await runFrom(foreign.start, async (called, _event, call) => {
        // All of the step is done when the next one begins.
        if (called !== 'verify') return call();
        await foreign.happens();
        throw DENIED();
      });
      expect(outcome).toMatchObject({ error: 'AccessDenied', cause: expect.stringContaining(foreign.left) });
      expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
      expect(foreign.changed(await account.snapshot())).toEqual(foreign.to);

      const report = await reportOf(run, foreign.start);
      expect(report.outcome).toBe('rollback-incomplete');
      expect(report.undo?.filter(({ outcome }) => outcome === 'left')).toEqual([
        {
          resource: foreign.left,
          outcome: 'left',
          detail: expect.stringMatching(foreign.detail),
          commands: expect.arrayContaining([expect.stringMatching(/^aws /)]),
        },
      ]);
      await foreign.repair();
      await expectAsBefore();
    },
  );

  it('is reported when it is a role that they deleted', async () => {
    const cluster = newCluster();
    const name = roleName(cluster, 'ingress');
    await account.run(`prepare/${cluster}.tgz`, await bundleOf(cluster));
    const { run, ...outcome } = await account.run(
      `prepare/${cluster}.tgz`,
      await bundleOf(cluster, { ingress: NEW_POLICY }),
      async (called, _event, call) => {
        if (called !== 'verify') return call();
        await deleteRole(name);
        throw DENIED();
      },
    );
    expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
    expect(Object.keys((await account.snapshot()).roles)).not.toContain(name);
    expect((await reportOf(run, cluster)).undo).toContainEqual({
      resource: `role ${name}`,
      outcome: 'left',
      detail: 'deleted by somebody else since this run',
    });
  });

  const CONFLICTS: {
    readonly what: string;
    readonly start: string;
    readonly happens: () => Promise<unknown>;
    readonly error: 'ResourceConflict' | 'ChangedSincePlan';
    readonly cause: string;
    readonly stays: (now: Snapshot) => unknown;
    readonly as: unknown;
    readonly repair: () => Promise<unknown>;
  }[] = [
    {
      what: 'a role of a wanted name',
      start: 'fresh',
      happens: () => createRole(roleName('fresh', 'machine-api')),
      error: 'ResourceConflict',
      cause: `IAM role ${roleName('fresh', 'machine-api')} appeared`,
      stays: (now) => now.roles[roleName('fresh', 'machine-api')],
      as: expect.objectContaining({ tags: { owner: 'somebody else' }, inline: {} }),
      repair: () => deleteRole(roleName('fresh', 'machine-api')),
    },
    {
      what: 'a bucket of the wanted name',
      start: 'fresh',
      happens: () => createBucket('fresh-oidc'),
      error: 'ResourceConflict',
      cause: 'Bucket fresh-oidc appeared',
      stays: (now) => now.buckets['fresh-oidc'],
      as: expect.objectContaining({ objects: {}, tags: {} }),
      repair: () => account.s3(REGION).send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' })),
    },
    {
      what: 'a provider of the wanted name',
      start: 'fresh',
      happens: () => createProvider('fresh-oidc', []),
      error: 'ResourceConflict',
      cause: 'IAM OIDC provider',
      // And the name that it trusts does not become free: the bucket stays, without its documents.
      stays: (now) => [
        Object.keys(now.providers).some((arn) => arn.includes('/fresh-oidc.')),
        now.buckets['fresh-oidc'],
      ],
      as: [true, expect.objectContaining({ objects: {} })],
      repair: async () => {
        await account.iam.send(
          new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerOf('fresh-oidc') }),
        );
        await account.s3(REGION).send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' }));
      },
    },
    {
      what: 'other keys of the issuer',
      start: 'adopted',
      happens: () => putObject('adopted-oidc', 'keys.json', foreignKeys),
      error: 'ChangedSincePlan',
      cause: 'keys.json in bucket adopted-oidc',
      stays: (now) => bucketOf(now, 'adopted-oidc').objects['keys.json']?.body,
      as: foreignKeys,
      repair: restoreKeys,
    },
    {
      what: 'other permissions of a role',
      start: 'grown',
      happens: () => putPolicy(grown('ingress'), ['s3:ListBucket']),
      error: 'ChangedSincePlan',
      cause: `The permissions of IAM role ${grown('ingress')}`,
      stays: (now) => roleOf(now, grown('ingress')).inline[grown('ingress')],
      as: foreignPolicy,
      repair: () => putPolicy(grown('ingress'), FIRST_ACTIONS),
    },
    {
      what: 'another trust policy of a role',
      start: 'grown',
      happens: () => putTrust(grown('image-registry'), foreignPolicy),
      error: 'ChangedSincePlan',
      cause: `The trust policy of IAM role ${grown('image-registry')}`,
      stays: (now) => roleOf(now, grown('image-registry')).trust,
      as: foreignPolicy,
      repair: () => putTrust(grown('image-registry'), roleOf(known, grown('image-registry')).trust),
    },
  ];

  it.each(CONFLICTS.map((conflict) => [conflict.what, conflict] as const))(
    'between plan and work stops the run and is not touched: %s',
    async (_what, conflict) => {
      await remember();
      const outcome = await runFrom(conflict.start, async (called, _event, call) => {
        const answer = await call();
        if (called === 'plan-changes') await conflict.happens();
        return answer;
      });
      expect(outcome).toMatchObject({
        error: conflict.error,
        cause: expect.stringContaining(conflict.cause),
      });
      expect(conflict.stays(await account.snapshot())).toEqual(conflict.as);
      await conflict.repair();
      await expectAsBefore();
    },
  );
});
