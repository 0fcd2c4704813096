import { expect, it } from 'vitest';
import { undoing } from '../../../core/domain/undo-outcome.ts';
import { sdkError } from '../../support/fakes/sdk-error.ts';

it('an undo that works gives its own outcome', async () => {
  const outcome = { resource: 'r', outcome: 'undone', detail: 'deleted' } as const;
  await expect(undoing('r', [], async () => outcome)).resolves.toBe(outcome);
});

it('an undo that fails is left, with its error and the commands that finish the job', async () => {
  const failing = () => Promise.reject(sdkError('DeleteConflict', 409, 'It has policies.'));
  await expect(undoing('r', ['aws iam delete-role'], failing)).resolves.toEqual({
    resource: 'r',
    outcome: 'left',
    detail: 'DeleteConflict: It has policies.',
    commands: ['aws iam delete-role'],
  });
});
