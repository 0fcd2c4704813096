import { undoIssuer } from '../../core/resources/issuer/undo.ts';
import { issuerBucket, outputStore } from '../../core/runtime/buckets.ts';
import { task } from '../../core/runtime/task.ts';
import { runInput } from '../../core/storage/run.ts';
import { undoStep } from '../../core/usecases/undo/undo-step.ts';

export const handler = task('undo-documents', runInput, ({ run }, env) =>
  undoStep('undo-documents', run, outputStore(env), ({ desired, plan }) =>
    undoIssuer(
      { run: run.id, issuer: desired.issuer, tags: desired.tags, ...plan.issuer, before: plan.issuer.before },
      issuerBucket(desired.issuer, env),
    ),
  ),
);
