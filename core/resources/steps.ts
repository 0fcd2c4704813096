import type { DesiredRole, DesiredState } from '../domain/desired-state.ts';
import type { IssuerState, ProviderState, RoleState } from '../domain/observed.ts';
import type { Plan, PlannedRole } from '../domain/plan.ts';
import type { ResourceName } from './check-table.ts';
import type { DesiredProvider } from './identity-provider/checks.ts';
import type { DesiredFiles } from './install-files/desired.ts';
import type { ExpectedIssuer } from './issuer/checks.ts';
import type { Step } from './resource.ts';
import type { DesiredKey } from './signing-key/checks.ts';
import { specsOf } from './specs.ts';

/** What a run does to every resource. */
export interface Steps extends Readonly<Record<ResourceName, unknown>> {
  readonly signingKey: Step<DesiredKey, { readonly kid: string }>;
  readonly issuer: Step<ExpectedIssuer, IssuerState>;
  readonly identityProvider: Step<DesiredProvider, ProviderState>;
  role(desired: DesiredRole, planned: PlannedRole): Step<DesiredRole, RoleState>;
  readonly installFiles: Step<DesiredFiles, never>;
}

/** The steps of a run, from what it left when it planned. */
export function stepsOf(
  run: string,
  { desired, plan }: { readonly desired: DesiredState; readonly plan: Plan },
): Steps {
  const specs = specsOf(desired, plan.signingKey);
  const { kid, changes } = plan.signingKey;
  return {
    signingKey: { ...specs.signingKey, run, changes, before: kid === undefined ? undefined : { kid } },
    issuer: { ...specs.issuer, run, changes: plan.issuer.changes, before: plan.issuer.before },
    identityProvider: {
      ...specs.identityProvider,
      run,
      changes: plan.provider.changes,
      before: plan.provider.before,
    },
    role: (role, planned) => ({
      ...specs.role(role),
      run,
      changes: planned.changes,
      before: planned.before,
    }),
    installFiles: { ...specs.installFiles, run, changes: plan.files.changes, before: undefined },
  };
}
