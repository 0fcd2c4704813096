import { undoIssuer } from '../resources/issuer/undo.ts';
import { issuerBucket, outputStore } from '../runtime/buckets.ts';
import { runInput } from '../runtime/run.ts';
import { task } from '../runtime/task.ts';
import { undoStep } from '../runtime/undo-step.ts';

export const handler = task('undo-documents', runInput, ({ run }, env) =>
  undoStep('undo-documents', run, outputStore(env), ({ desired, plan }) =>
    undoIssuer(
      { run: run.id, issuer: desired.issuer, tags: desired.tags, ...plan.issuer, before: plan.issuer.before },
      issuerBucket(desired.issuer, env),
    ),
  ),
);
