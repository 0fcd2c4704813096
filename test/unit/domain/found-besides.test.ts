import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredRole } from '../../../core/domain/desired-state.ts';
import { adoptedRole, keepFound } from '../../../core/domain/found-besides.ts';
import { samePolicy, statementsOf } from '../../../core/domain/policy-document.ts';
import { demoCluster } from '../../support/fakes/demo-cluster.ts';

const { providerArn, roles } = demoCluster();
const [asked] = roles as [DesiredRole];
const allow = (action: string) => ({ Effect: 'Allow', Action: [action], Resource: '*' });
const withStatements = (...more: Record<string, unknown>[]) => ({
  ...asked.policy,
  Statement: [...statementsOf(asked.policy), ...more],
});

describe('a role that is adopted', () => {
  it('is recorded as what is asked for, when it has nothing else', () => {
    expect(adoptedRole(asked, asked, providerArn)).toBe(asked);
  });

  it('is recorded with what it has besides, apart from what is asked for', () => {
    const live = { policy: withStatements(allow('s3:ListAllMyBuckets')), trust: asked.trust };
    const adopted = adoptedRole(asked, live, providerArn);
    expect(samePolicy(adopted.policy, live.policy)).toBe(true);
    expect(adopted.requested).toEqual({ policy: asked.policy, trust: asked.trust });
    expect(adopted.foundBesides?.policy.Statement).toEqual([allow('s3:ListAllMyBuckets')]);
  });

  it('is to have what is asked for, where it lacks that', () => {
    const live = { policy: { ...asked.policy, Statement: [allow('s3:ListAllMyBuckets')] } };
    const adopted = adoptedRole(asked, live, providerArn);
    expect(samePolicy(adopted.policy, withStatements(allow('s3:ListAllMyBuckets')))).toBe(true);
    expect(adopted.requested?.policy).toEqual(asked.policy);
  });

  it('is recorded without a trust by which it serves nobody of the cluster', () => {
    const other = JSON.parse(JSON.stringify(asked.trust).replaceAll(providerArn, `${providerArn}-old`));
    expect(adoptedRole(asked, { policy: asked.policy, trust: other }, providerArn)).toBe(asked);
  });

  it('keeps through any later requests what it had, and of the earlier requests nothing', () => {
    const action = fc.constantFrom('s3:ListAllMyBuckets', 'ec2:DescribeVpcs', 'sts:GetCallerIdentity');
    fc.assert(
      fc.property(fc.uniqueArray(action), fc.uniqueArray(action), (extra, later) => {
        const adopted = adoptedRole(
          asked,
          { policy: withStatements(...extra.map(allow)), trust: asked.trust },
          providerArn,
        );
        const next = { ...asked, policy: { ...asked.policy, Statement: later.map(allow) } };
        const kept = keepFound(keepFound(next, [adopted]), [adopted]);
        const wanted = [...new Set([...later, ...extra])].map(allow);
        expect(samePolicy(kept.policy, { ...asked.policy, Statement: wanted })).toBe(true);
      }),
    );
  });
});

it('a role of another name, or of a cluster that was never adopted, keeps nothing', () => {
  const live = { policy: withStatements(allow('s3:ListAllMyBuckets')), trust: asked.trust };
  const other = { ...adoptedRole(asked, live, providerArn), name: 'other' };
  expect(keepFound(asked, [asked, other])).toBe(asked);
});
