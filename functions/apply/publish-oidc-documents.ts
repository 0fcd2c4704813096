import { issuer } from '../../core/resources/issuer/resource.ts';
import { readStoredPublicKey } from '../../core/resources/signing-key/observe.ts';
import { stepsOf } from '../../core/resources/steps.ts';
import { outputStore } from '../../core/runtime/buckets.ts';
import { issuerAccess } from '../../core/runtime/issuer.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { heldRun } from '../../core/usecases/lock/held.ts';
import { begun } from '../../core/util/begun.ts';

export const handler = task('publish-oidc-documents', runInput, async ({ run }, env) => {
  const store = outputStore(env);
  // Of an issuer that somebody else keeps there may be no key here, and none is needed.
  const publicKey = begun(readStoredPublicKey(run.cluster.name, store));
  const ledger = await heldRun(run, store);
  await issuer.apply(stepsOf(run.id, ledger).issuer, {
    ...issuerAccess(ledger.desired.issuer, env),
    readPublicKey: () => publicKey,
  });
});
