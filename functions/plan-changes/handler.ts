import { allChanges } from '../domain/plan.ts';
import { issuerBucket, outputStore } from '../runtime/buckets.ts';
import { identityProviders, roles } from '../runtime/iam.ts';
import { runInput } from '../runtime/run.ts';
import { runFiles } from '../runtime/run-files.ts';
import { task } from '../runtime/task.ts';
import { planChanges } from './plan-changes.ts';

export const handler = task('plan-changes', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  const files = runFiles(run, store);
  const desired = await files.desired();
  const plan = await files.keepPlan(
    await planChanges(desired, {
      store,
      issuerBucket: issuerBucket(desired.issuer, env),
      providers: identityProviders(),
      roles: roles(),
    }),
  );
  return { changes: allChanges(plan).length, roles: plan.roles.map(({ index }) => index) };
});
