import { describe, expect, it } from 'vitest';
import { checkRelease, checkUnion } from '../../../core/domain/release-change.ts';
import { demoCluster, request } from '../../support/fakes/demo-cluster.ts';

describe('the release of a bundle', () => {
  it.each<['upgrade' | 'prune', string, string | undefined, boolean]>([
    ['upgrade', '4.21.0', '4.20.3', true],
    ['upgrade', '4.20.4', '4.20.3', true],
    ['upgrade', '4.20.3', '4.20.3', false],
    ['upgrade', '4.20.2', '4.20.3', false],
    ['upgrade', '4.20', '4.20.0', false],
    ['upgrade', '4.20.3', '4.20.3-rc.1', true],
    ['upgrade', '4.9.0', '4.10.0', false],
    ['upgrade', '4.9.0', undefined, true],
    ['prune', '4.21.0', '4.20.3', true],
    ['prune', '4.20.3', '4.20.3', true],
    ['prune', '4.20.2', '4.20.3', false],
    ['prune', '4.20.2', undefined, true],
  ])('%s to %s of a cluster prepared for %s: %s', (operation, release, current, allowed) => {
    const problems = checkRelease({ operation, release }, current);
    expect(problems.map(({ code }) => code)).toEqual(allowed ? [] : ['ReleaseNotNewer']);
    for (const { message } of problems) expect(message).toContain(release);
  });
});

describe('what IAM would refuse of a union', () => {
  const large = (size: number, action: string) => ({
    ...request('ns', 'creds', 'account'),
    statements: [{ effect: 'Allow' as const, action: [action], resource: 'x'.repeat(size) }],
  });
  const rolesOf = (...requests: Parameters<typeof demoCluster>[1] & object) =>
    demoCluster({}, requests).roles;

  it('is nothing when both fit', () => {
    expect(checkUnion(rolesOf(large(4_000, 's3:A')), rolesOf(large(4_000, 's3:B')))).toEqual([]);
  });

  it('is a policy that is too large together, with the role and both sizes', () => {
    const [problem, ...more] = checkUnion(rolesOf(large(6_000, 's3:A')), rolesOf(large(6_000, 's3:B')));
    expect(problem).toMatchObject({
      code: 'PolicyTooLarge',
      file: 'ns.yaml',
      message: expect.stringMatching(
        /^The policy of role demo-ns-creds would have 121\d\d characters as the union of .*\(60\d\d\).*\(60\d\d\)\.$/,
      ),
      remedy: expect.stringContaining('10240'),
    });
    expect(more).toEqual([]);
  });

  it('is not the same policy twice, nor one that is too large by itself, which has a problem of its own', () => {
    const roles = rolesOf(large(6_000, 's3:A'));
    expect(checkUnion(roles, rolesOf(large(6_000, 's3:A')))).toEqual([]);
    expect(checkUnion(roles, rolesOf(large(11_000, 's3:B')))).toEqual([]);
  });

  it('is a trust policy that is too large together', () => {
    const accounts = (prefix: string) =>
      Array.from({ length: 20 }, (_, index) => `${prefix}-service-account-${index}`);
    const known = rolesOf(request('ns', 'creds', ...accounts('a')));
    const asked = rolesOf(request('ns', 'creds', ...accounts('b')));
    expect(checkUnion(known, asked).map(({ code }) => code)).toEqual(['TrustPolicyTooLarge']);
  });

  it('is a role of two Secrets, and more roles than a run handles', () => {
    const many = (from: number) =>
      rolesOf(
        ...Array.from({ length: 600 }, (_, index) => request(`ns-${from + index}`, 'creds', 'account')),
      );
    const collision = checkUnion(rolesOf(request('a', 'b-c', 'x')), rolesOf(request('a-b', 'c', 'x')));
    expect(collision).toMatchObject([
      { code: 'RoleNameCollision', message: expect.stringContaining('a/b-c') },
    ]);
    expect(checkUnion(many(0), many(600)).map(({ code }) => code)).toEqual(['TooManyRequests']);
    expect(checkUnion(many(0), many(300))).toEqual([]);
  });
});
