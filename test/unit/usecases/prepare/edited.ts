import type { DesiredState } from '../../../../core/domain/desired-state.ts';
import type { RoleState } from '../../../../core/domain/observed.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../core/domain/policy-document.ts';
import { planChanges } from '../../../../core/usecases/prepare/plan-changes.ts';
import { demoCluster, request } from '../../../support/fakes/demo-cluster.ts';
import { type Account, BOUNDARY, ENTRY, preparedAccount } from './prepared.ts';

export const INGRESS = 'demo-openshift-ingress-operator-cloud-credentials';
const REQUESTS = [
  request('openshift-ingress-operator', 'cloud-credentials', 'ingress-operator'),
  request('openshift-image-registry', 'installer-cloud-credentials', 'registry', 'operator'),
];
export const DENY: PolicyStatement = {
  Effect: 'Deny',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::payroll/*',
};

/** What somebody makes of the ingress role by hand. */
export type Edit = (role: RoleState) => Partial<RoleState>;

export const withPolicy =
  (edit: (statements: readonly PolicyStatement[]) => readonly PolicyStatement[]): Edit =>
  ({ policy }) => ({ policy: { ...(policy as PolicyDocument), Statement: edit(policy?.Statement ?? []) } });
export const DENIED = withPolicy((statements) => [...statements, DENY]);
/** A bundle of the cluster below an operation, which asks for this on top of what the ingress operator has. */
export function bundle(operation: 'prepare' | 'upgrade', ...action: string[]): DesiredState {
  const [ingress, registry] = REQUESTS;
  const more = { effect: 'Allow', action, resource: '*' } as const;
  const statements = [...(ingress?.statements ?? []), ...(action.length > 0 ? [more] : [])];
  const asked = [{ ...ingress, statements }, registry] as typeof REQUESTS;
  const state = demoCluster({ permissionsBoundaryArn: BOUNDARY }, asked);
  return operation === 'prepare'
    ? state
    : {
        ...state,
        clusterChange: { operation, release: '4.21.0', asked: state.roles.map(({ name }) => name) },
      };
}

export async function edited(edit: Edit): Promise<Account> {
  const account = await preparedAccount();
  const role = account.roles.state.get(INGRESS) as RoleState;
  account.roles.state.set(INGRESS, { ...role, ...edit(role) });
  return account;
}

export async function warningsOf(
  account: Account,
  state: DesiredState,
  current: DesiredState | 'unknown' = account.desired,
): Promise<readonly string[]> {
  const known = current === 'unknown' ? undefined : { entry: ENTRY, current };
  const { plan } = await planChanges(state, known, account);
  return plan.warnings ?? [];
}
