import type { AccountReader } from '../../../core/aws/account-roles.ts';
import type { IdentityProviders } from '../../../core/aws/identity-providers.ts';
import type { IssuerBucket } from '../../../core/aws/issuer-buckets.ts';
import type { ObjectStore } from '../../../core/aws/object-store.ts';
import type { Roles } from '../../../core/aws/roles.ts';
import type { DeletionPlan, DeletionStep } from '../../../core/domain/deletion/plan.ts';
import type { RemovalAttempt } from '../../../core/resources/removing.ts';
import type { Run } from '../../../core/storage/run.ts';
import { deleteFiles } from '../../../core/usecases/delete/delete-files.ts';
import { deleteClusterProvider, deleteIssuerOf } from '../../../core/usecases/delete/delete-issuer.ts';
import { deleteRoles } from '../../../core/usecases/delete/delete-roles.ts';
import { deletionStep, outcomesOf } from '../../../core/usecases/delete/deletion-step.ts';
import { planDeletion } from '../../../core/usecases/delete/plan-deletion.ts';
import { readDeletion } from '../../../core/usecases/delete/read-deletion.ts';
import { reportDeletion } from '../../../core/usecases/delete/report-deletion.ts';
import { ACCOUNT } from '../fakes/demo-cluster.ts';

export interface DeletionGateways {
  readonly intake: ObjectStore;
  readonly store: ObjectStore;
  readonly roles: Roles;
  readonly account: AccountReader;
  readonly providers: IdentityProviders;
  readonly issuerBucket: IssuerBucket;
}

/**
 * The tasks of the state machine that deletes, in its order, each tried once. Returns how it ended: `deleted`, another outcome
 * of its report, or the error of what was refused or came to no report.
 */
export async function deleteInMemory(run: Run, key: string, gateways: DeletionGateways): Promise<string> {
  const { intake, store, roles, providers, issuerBucket } = gateways;
  const issuerBucketOf = () => issuerBucket;
  try {
    const read = await readDeletion(run.id, { bucket: 'intake', key }, { intake, output: store });
    if (!read.accepted) return read.rejection.error;
    const state: Record<string, unknown> = { read };
    const placement = { iamPartition: 'aws', accountId: ACCOUNT };
    const planned = await attempt(() =>
      planDeletion(
        run,
        { options: read.options, planOnly: false, approveAll: false },
        { ...gateways, issuerBucketOf, placement },
      ),
    );
    if ('Error' in planned) state['error'] = planned;
    else state['plan'] = planned;
    const { refused, digest } = planned as { refused?: boolean; digest?: string };
    if (digest !== undefined && refused === false) {
      const steps: Readonly<
        Record<DeletionStep, (plan: DeletionPlan) => Promise<readonly RemovalAttempt[]>>
      > = {
        roles: (plan) => deleteRoles(plan, roles),
        provider: (plan) => deleteClusterProvider(plan, providers),
        issuer: async (plan) =>
          deleteIssuerOf(run.cluster.name, plan, {
            providers,
            issuerBucketOf,
            isDeleted:
              (await outcomesOf('provider', run, store))?.some(({ outcome }) => outcome === 'removed') ===
              true,
          }),
        files: (plan) => deleteFiles(run.cluster.name, plan, { store, bucket: 'output' }),
      };
      for (const [step, remove] of Object.entries(steps))
        state[step] = await attempt(() => deletionStep(step as DeletionStep, { run, digest }, store, remove));
    }
    const known = JSON.parse(JSON.stringify(state)) as Parameters<typeof reportDeletion>[1];
    const { outcome } = await reportDeletion({ run, startedAt: new Date(0).toISOString() }, known, store);
    return outcome;
  } catch (error) {
    return (error as Error).name;
  }
}

/** What a task answers, or fails with, as it comes to stand in the state. */
async function attempt(work: () => Promise<object>): Promise<object> {
  try {
    return await work();
  } catch (error) {
    return { Error: (error as Error).name, Cause: (error as Error).message };
  }
}
