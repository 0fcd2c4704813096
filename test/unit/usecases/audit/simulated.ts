import type { SimulatedRequest, Simulator } from '../../../../core/aws/policy-simulator.ts';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { PolicyStatement } from '../../../../core/domain/policy-document.ts';
import type { DesiredRelease } from '../../../../core/usecases/audit/desired-release.ts';
import { simulateReleases } from '../../../../core/usecases/audit/simulate.ts';
import { roleSnapshot } from '../../../support/fakes/account-reader.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';

export const [INGRESS, REGISTRY] = demoCluster().roles;

export const IN_REGION = { StringEquals: { 'aws:RequestedRegion': 'us-east-2' } };

export const BUCKET = 'arn:aws:s3:::bucket';

/** One of the roles of the demo cluster with these permissions. */
export function role(statements: readonly PolicyStatement[], of = INGRESS): DesiredRole {
  if (of === undefined) throw new Error('The demo cluster has two roles.');
  return { ...of, policy: { Version: '2012-10-17', Statement: statements } };
}

export const allow = (Action: string | string[], Resource = '*', Condition?: object): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

export function releaseOf(roles: readonly DesiredRole[], release = '4.14.0'): DesiredRelease {
  const bundle = { release, source: 's3://x', documents: [], problems: [] };
  return { bundle, roles, unclear: [], tombstones: [], mentioned: [], refusals: [] };
}

/** A simulator that allows everything, and remembers what it was asked. */
export function fakeSimulator(
  answer: Simulator['simulate'] = allowAll,
): Simulator & { asked: SimulatedRequest[] } {
  const asked: SimulatedRequest[] = [];
  return {
    asked,
    async simulate(request) {
      asked.push(request);
      return answer(request);
    },
  };
}

export const allowAll: Simulator['simulate'] = async ({ actions }) =>
  actions.map((action) => ({ action, allowed: true, detail: 'allowed' }));

export const LIVE = {
  roles: [INGRESS, REGISTRY].flatMap((each) => (each === undefined ? [] : [roleSnapshot(each.name)])),
  policies: {},
};

export async function asked(...statements: PolicyStatement[]) {
  const simulator = fakeSimulator();
  await simulateReleases([releaseOf([role(statements)])], LIVE, simulator);
  return simulator.asked.map(({ roleArn: _, ...question }) => question);
}
