import { describe, expect, it } from 'vitest';
import { NotYetConsistent } from '../../../../core/domain/errors.ts';
import type { Plan } from '../../../../core/domain/plan.ts';
import type { UndoOutcome } from '../../../../core/domain/undo-outcome.ts';
import { runFiles } from '../../../../core/storage/run-files.ts';
import { undoDocuments } from '../../../../core/usecases/undo/undo-documents.ts';
import { DEMO_RUN, demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { fakeBucket } from '../../../support/fakes/issuer-bucket.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

const desired = demoCluster();
const arn = desired.providerArn;
const plan: Plan = {
  version: 1,
  run: RUN,
  signingKey: { changes: [] },
  issuer: { changes: [{ action: 'create', resource: 'issuer bucket demo-oidc', part: 'all' }] },
  provider: { changes: [] },
  roles: [],
  files: { changes: [] },
};
const ledger = { desired, plan, removed: { roles: [], manifests: [] } };

/** A bucket that the run made, a provider that IAM shows, and what was recorded of its undo. */
async function account(undoProvider?: Pick<UndoOutcome, 'outcome' | 'detail'>) {
  const store = fakeStore();
  const resource = `identity provider ${arn}`;
  if (undoProvider !== undefined)
    await runFiles(DEMO_RUN, store).recordUndo('undo-provider', [{ resource, ...undoProvider }]);
  return {
    store,
    issuerBucket: fakeBucket({ tags: { 'sts-prep/run': RUN } }),
    readIssuer: async () => ({ status: 404, body: '' }),
    providers: fakeProviders({ [arn]: { host: '', audiences: [], thumbprints: [], tags: {} } }),
  };
}

describe('the undo of an issuer, while IAM shows its provider', () => {
  it('waits when the step before deleted it', async () => {
    const access = await account({ outcome: 'undone', detail: 'deleted' });
    await expect(undoDocuments(DEMO_RUN, ledger, access)).rejects.toThrow(NotYetConsistent);
    expect(access.issuerBucket.content).toBeDefined();
    await access.providers.delete(arn);
    await expect(undoDocuments(DEMO_RUN, ledger, access)).resolves.toMatchObject([{ outcome: 'undone' }]);
  });

  it.each<[string, Pick<UndoOutcome, 'outcome' | 'detail'> | undefined]>([
    ['could not delete it', { outcome: 'left', detail: 'AccessDenied: x' }],
    ['restored it', { outcome: 'undone', detail: 'restored' }],
    ['has not made it', { outcome: 'untouched', detail: 'not made by this run' }],
    ['did not end', undefined],
  ])('keeps the bucket when the step before %s', async (_, recorded) => {
    const access = await account(recorded);
    await expect(undoDocuments(DEMO_RUN, ledger, access)).resolves.toMatchObject([{ outcome: 'left' }]);
    expect(access.issuerBucket.content).toBeDefined();
  });

  it('does not fail because what was recorded cannot be read', async () => {
    const access = await account();
    const store = { ...access.store, get: () => Promise.reject(new Error('AccessDenied')) };
    await expect(undoDocuments(DEMO_RUN, ledger, { ...access, store })).resolves.toMatchObject([
      { outcome: 'left' },
    ]);
  });
});
