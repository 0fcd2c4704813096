import { describe, expect, it, vi } from 'vitest';
import { account, expectAsBefore, outcomesOf, reportOf } from '../../support/rollback/account.ts';
import { DENIED, firstRole, LIMIT, named, onCall, onEveryCall } from '../../support/rollback/faults.ts';
import {
  bundleWithoutKey,
  expectConverged,
  newCluster,
  runFrom,
  smallBundle,
} from '../../support/rollback/starts.ts';

describe('a step that AWS stops half-way', () => {
  it.each([
    ['fresh', /^PutObject output-.*\.public$/],
    ['fresh', /^CreateBucket /],
    ['fresh', /^PutObject fresh-oidc\/keys.json$/],
    ['fresh', /^PutObject fresh-oidc\/\.well-known/],
    ['fresh', /^PutPublicAccessBlock /],
    ['fresh', /^PutBucketPolicy /],
    ['fresh', /^CreateOpenIDConnectProvider /],
    ['fresh', /^CreateRole .*-machine-api-/],
    ['fresh', /^PutRolePolicy .*-image-registry-/],
    ['fresh', /^PutObject .*-ingress-.*\.yaml$/],
    ['fresh', /^PutObject .*install\.tar\.gz$/],
    ['fresh', /^PutObject .*clusters\/fresh\/cluster\.json$/],
    ['grown', /^PutRolePolicy .*-ingress-/],
    ['grown', /^UpdateAssumeRolePolicy /],
    ['grown', /^CreateRole /],
    ['grown', /^PutObject .*install\.tar\.gz$/],
    ['adopted', /^PutObject adopted-oidc\/keys.json$/],
    ['adopted', /^PutObject adopted-oidc\/\.well-known/],
    ['adopted', /^PutPublicAccessBlock /],
    ['adopted', /^PutBucketPolicy /],
    ['adopted', /^PutRolePolicy .*-machine-api-/],
  ])('of the cluster %s is undone when %s is refused', async (name, pattern) => {
    const refused = onCall(pattern, () => Promise.reject(LIMIT()));
    const { run, ...outcome } = await runFrom(name);
    vi.restoreAllMocks();

    expect(refused.seen()).toBe(true);
    expect(outcome).toMatchObject({
      error: 'QuotaReached',
      cause: expect.stringContaining(LIMIT().message),
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
    expect(outcomesOf(await reportOf(run, name), 'left', name)).toEqual([]);
  });

  it.each([
    ['the issuer', /^PutBucketPolicy /, /^PutObject fresh-oidc\//],
    [
      'the manifests',
      /^PutObject .*-ingress-.*\.yaml$/,
      /^PutObject .*(-machine-api-.*\.yaml|install\.tar\.gz)$/,
    ],
    ['the report', /^PutObject .*\/report\.md$/, /^PutObject .*\/report\.json$/],
    ['the registry', /^PutObject .*\/report\.md$/, /^PutObject .*fresh\/cluster\.json$/],
  ])(
    'waits for the other writes of %s, so that none arrives behind the undo',
    async (_what, denied, late) => {
      let isDenied = false;
      const delayed = new Set<string>();
      const onTheWay = new Set<string>();
      onEveryCall(async (call, send) => {
        if (!isDenied && denied.test(call)) {
          isDenied = true;
          throw LIMIT();
        }
        if (!late.test(call) || delayed.has(call)) return send();
        delayed.add(call);
        onTheWay.add(call);
        await new Promise((resolve) => setTimeout(resolve, 200));
        return send().finally(() => onTheWay.delete(call));
      });
      let behind: string[] = [];
      const outcome = await runFrom('fresh', (called, _event, call) => {
        if (called === 'undo-secrets' || called === 'undo-documents') behind = [...behind, ...onTheWay];
        return call();
      });
      vi.restoreAllMocks();

      expect(outcome).toMatchObject({ error: 'QuotaReached' });
      expect(outcome.states.at(-1)).toBe('RolledBack');
      expect(behind).toEqual([]);
      await expectAsBefore();
    },
  );

  it('is reported by the error it ended with, not by one that another role got over', async () => {
    let failures = 0;
    onEveryCall(async (call, send) => {
      if (/^CreateRole .*-ingress-/.test(call)) {
        failures += 1;
        if (failures <= 2) throw named('Throttling', 'Rate exceeded');
      }
      if (/^CreateRole .*-machine-api-/.test(call)) throw DENIED();
      return send();
    });
    const outcome = await runFrom('fresh');
    vi.restoreAllMocks();

    expect(failures).toBe(3);
    expect(outcome).toMatchObject({ error: 'AccessDenied', cause: `AccessDenied: ${DENIED().message}` });
    await expectAsBefore();
  });
});

describe('a fault that passes', () => {
  it.each([
    'read-bundle',
    'lock',
    'plan-changes',
    'create-key-pair',
    'publish-oidc-documents',
    'register-provider',
    'create-role',
    'render-secrets',
    'verify',
    'publish-report',
    'unlock',
  ])('in %s, once before its work and once after, is retried until the cluster is prepared', async (name) => {
    const cluster = newCluster();
    const faults = ['AwsUnavailable', 'Lambda.Unknown'];
    let attempts = 0;
    const outcome = await account.run(
      `prepare/${cluster}.tgz`,
      await smallBundle(cluster),
      async (called, event, call) => {
        if (called !== name || (name === 'create-role' && !firstRole(event))) return call();
        const fault = faults[attempts];
        attempts += 1;
        if (attempts === 2) await call();
        if (fault !== undefined) throw named(fault, 'try again');
        return call();
      },
    );
    expect(attempts).toBe(3);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    await expectConverged(cluster);
  });

  it.each([
    /^PutObject output-.*\/bound-service-account-signing-key\.key$/,
    /^PutObject output-.*\/serviceaccount-signer\.public$/,
    /^CreateBucket /,
    /^PutObject .*-oidc\/keys\.json$/,
    /^PutObject .*-oidc\/\.well-known/,
    /^PutBucketPolicy /,
    /^CreateOpenIDConnectProvider /,
    /^CreateRole /,
    /^PutRolePolicy /,
    /^PutObject output-.*\/install\.tar\.gz$/,
    /^PutObject output-.*\/cluster\.json$/,
    /^PutObject output-.*\/lock$/,
    /^PutObject output-.*\/plan\.json$/,
  ])('of the way back, so that the answer to %s is lost, does no harm', async (pattern) => {
    const cluster = newCluster();
    const lost = onCall(pattern, async (send) => {
      await send();
      throw named('TimeoutError', 'No answer within 15 seconds');
    });
    const ownKey = /signing-key/.test(pattern.source);
    const outcome = await account.run(
      `prepare/${cluster}.tgz`,
      ownKey ? await bundleWithoutKey(cluster) : await smallBundle(cluster),
    );
    vi.restoreAllMocks();
    expect(lost.seen()).toBe(true);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    if (!ownKey) await expectConverged(cluster);
  });
});
