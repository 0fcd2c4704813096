import type { AccountReader } from '../../../core/aws/account-roles.ts';
import type { ObjectStore } from '../../../core/aws/object-store.ts';
import { summarize } from '../../../core/domain/checks.ts';
import type { RoleState } from '../../../core/domain/observed.ts';
import { DEFAULT_RULES } from '../../../core/domain/policy-guard.ts';
import type { UndoOutcome } from '../../../core/domain/undo-outcome.ts';
import { identityProvider } from '../../../core/resources/identity-provider/resource.ts';
import { readKeyFiles } from '../../../core/resources/install-files/apply.ts';
import { installFiles } from '../../../core/resources/install-files/resource.ts';
import { issuer } from '../../../core/resources/issuer/resource.ts';
import { role } from '../../../core/resources/role/resource.ts';
import type { KeyPair } from '../../../core/resources/signing-key/apply.ts';
import { readStoredPublicKey } from '../../../core/resources/signing-key/observe.ts';
import { signingKey } from '../../../core/resources/signing-key/resource.ts';
import { stepsOf } from '../../../core/resources/steps.ts';
import { digestOf } from '../../../core/storage/document.ts';
import * as documents from '../../../core/storage/documents.ts';
import { placeOf, type Run } from '../../../core/storage/run.ts';
import { plannedRole, plannedRun, runFiles } from '../../../core/storage/run-files.ts';
import { confirmPlan } from '../../../core/usecases/approval/confirm-plan.ts';
import { releaseLock } from '../../../core/usecases/lock/lock.ts';
import { keepPlan } from '../../../core/usecases/prepare/keep-plan.ts';
import { keepReading } from '../../../core/usecases/prepare/keep-reading.ts';
import type { Planning } from '../../../core/usecases/prepare/make-plan.ts';
import { pruneResources } from '../../../core/usecases/prepare/prune-resources.ts';
import { readUpload } from '../../../core/usecases/prepare/read-upload.ts';
import { publishAdopted } from '../../../core/usecases/report/publish-adopted.ts';
import { publishPrepared } from '../../../core/usecases/report/publish-prepared.ts';
import { undoDocuments } from '../../../core/usecases/undo/undo-documents.ts';
import { undoFiles } from '../../../core/usecases/undo/undo-files.ts';
import { undoRoles } from '../../../core/usecases/undo/undo-roles.ts';
import { type Ledger, type UndoStep, undoStep } from '../../../core/usecases/undo/undo-step.ts';
import { readSigningKeys } from '../../../core/usecases/verify/signing-keys.ts';
import { verify } from '../../../core/usecases/verify/verify.ts';
import { defined } from '../../../core/util/defined.ts';
import { fakeAccount, roleSnapshot } from '../fakes/account-reader.ts';
import { ACCOUNT } from '../fakes/demo-cluster.ts';
import { fakeProviders } from '../fakes/identity-providers.ts';
import { fakeBucket, publicReader } from '../fakes/issuer-bucket.ts';
import { fakeStore } from '../fakes/object-store.ts';
import { fakeRoles } from '../fakes/roles.ts';
import { sdkError } from '../fakes/sdk-error.ts';
import { UNLIMITED } from '../fakes/unlimited.ts';
import { deleteInMemory } from './deletion.ts';

/** An account in memory, in which runs of a cluster follow each other. */
export interface ClusterLife {
  readonly store: ReturnType<typeof fakeStore>;
  readonly bucket: ReturnType<typeof fakeBucket>;
  readonly providers: ReturnType<typeof fakeProviders>;
  readonly roles: ReturnType<typeof fakeRoles>;
  /**
   * Runs a bundle to its end, back included; the name of the error, or nothing when the cluster is prepared.
   *
   * @param fault Which of its calls to AWS fails, counted from 1, and how many after it.
   */
  run(key: string, bytes: Uint8Array, fault?: Fault): Promise<string | undefined>;
  /** Uploads a file below `delete/`; how that ended. */
  delete(text: string, fault?: Fault): Promise<string>;
  /** How many calls the last of them made. */
  calls(): number;
}

export interface Fault {
  readonly at: number;
  readonly lasts: number;
}

type Call = (...args: never[]) => Promise<unknown>;

/** The tasks of the state machine, in its order, on gateways that fail by order. */
export function clusterLife(keys: KeyPair | (() => KeyPair)): ClusterLife {
  const generate = async () => (typeof keys === 'function' ? keys() : keys);
  const intake = fakeStore();
  const [store, bucket, providers, roles] = [fakeStore(), fakeBucket(), fakeProviders(), fakeRoles()];
  let calls = 0;
  let failing: Fault | undefined;
  const faulty = <Gateway extends object>(gateway: Gateway): Gateway =>
    new Proxy(gateway, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: never[]) => {
          calls += 1;
          const { at, lasts } = failing ?? { at: 0, lasts: 0 };
          if (calls >= at && calls < at + lasts) throw sdkError('InternalError', 500);
          return (value as Call)(...args);
        };
      },
    });
  const access = {
    store: faulty<ObjectStore>(store),
    issuerBucket: faulty(bucket),
    providers: faulty(providers),
    roles: faulty(roles),
    readIssuer: publicReader(bucket),
  };
  let runs = 0;

  async function forward(run: Run): Promise<void> {
    const planning = {
      ...access,
      issuerOf: () => access,
      ...UNLIMITED,
      ownSigningKeys: false,
      approvalFor: [],
    };
    await keepPlan(run, planning);
    const ledger = await plannedRun(run, access.store);
    if (ledger.plan.approval !== undefined) await approve(run, planning);
    const output = { store: access.store, outputBucket: 'output' };
    const startedAt = new Date(0).toISOString();
    if (ledger.plan.differences !== undefined) {
      await publishAdopted({ run, startedAt }, output);
      return;
    }
    const steps = stepsOf(run.id, ledger);
    const { desired, plan } = ledger;
    await signingKey.apply(steps.signingKey, { ...access, generate });
    await issuer.apply(steps.issuer, {
      ...access,
      readPublicKey: () => readStoredPublicKey(run.cluster.name, access.store),
    });
    await identityProvider.apply(steps.identityProvider, { ...access, fetchThumbprint: async () => 'AB' });
    for (const { index } of plan.roles) {
      const { wanted, planned } = plannedRole(desired, plan, index);
      await role.apply(steps.role(wanted, planned), access);
    }
    const files = await readKeyFiles(run.cluster.name, access.store);
    await installFiles.apply(steps.installFiles, { ...access, keys: files });
    const signing = await readSigningKeys(run.cluster.name, access.store);
    const webIdentity = { assume: async () => 'accepted' as const };
    const { results, facts } = await verify(ledger, signing, {
      ...access,
      webIdentity,
      enforcing: false,
      tokenVerifier: 'none',
    });
    if (results.some(({ outcome }) => outcome === 'failed')) throw sdkError('VerificationFailed');
    if (plan.removals !== undefined)
      await pruneResources(plan.removals, run.cluster.name, {
        ...access,
        files: runFiles(run, access.store),
      });
    const verification = { checks: summarize(results), ...facts };
    await publishPrepared({ run, startedAt, verification }, output);
  }

  /** Somebody approves, and the plan is looked at again. */
  async function approve(run: Run, planning: Planning): Promise<void> {
    const plan = 'a'.repeat(64);
    const decision = { verdict: 'approved', by: 'arn:aws:iam::1:user/jane', at: '2026-11-27', plan } as const;
    await documents.decision.write(placeOf(run), decision, access.store);
    await confirmPlan(run, { decision: digestOf(documents.decision.format(decision)), plan }, planning);
  }

  async function back(run: Run): Promise<void> {
    const output = { ...access, outputBucket: 'output' };
    const undos: Record<UndoStep, (ledger: Ledger) => Promise<readonly UndoOutcome[]>> = {
      'undo-secrets': (ledger) => undoFiles(run, ledger, output),
      'undo-roles': (ledger) => undoRoles(run, ledger, { ...access, guard: DEFAULT_RULES }),
      'undo-provider': (ledger) => identityProvider.undo(stepsOf(run.id, ledger).identityProvider, access),
      'undo-documents': (ledger) => undoDocuments(run, ledger, access),
      'undo-key-pair': (ledger) => signingKey.undo(stepsOf(run.id, ledger).signingKey, output),
    };
    for (const [step, undo] of Object.entries(undos)) {
      try {
        await undoStep(step as UndoStep, run, access.store, undo);
      } catch {
        // The state machine goes on with the next undo, and says that this one did not end.
      }
    }
  }

  return {
    store,
    bucket,
    providers,
    roles,
    calls: () => calls,
    async delete(text, fault) {
      runs += 1;
      const key = 'delete/demo.yaml';
      await intake.put(key, text, { contentType: 'text/yaml' });
      const id = `demo-run-${runs}`;
      const arn = `arn:aws:states:us-east-2:${ACCOUNT}:execution:delete:${id}`;
      const run = { id, arn, cluster: { name: 'demo', region: 'us-east-2' } };
      [calls, failing] = [0, fault];
      return locked(run, store, () =>
        deleteInMemory(run, key, { ...access, intake, account: accountOf(roles.state) }),
      );
    },
    async run(key, bytes, fault) {
      runs += 1;
      const id = `demo-run-${runs}`;
      const [operation = ''] = key.split('/');
      await intake.put(key, bytes, { contentType: 'application/gzip' });
      const run: Run = {
        id,
        arn: `arn:aws:states:us-east-2:${ACCOUNT}:execution:prepare:${id}`,
        cluster: { name: 'demo', region: 'us-east-2' },
      };
      const context = {
        run: id,
        bundle: { bucket: 'intake', key },
        guard: DEFAULT_RULES,
        rules: {},
        placement: { iamPartition: 'aws', accountId: ACCOUNT },
      };
      [calls, failing] = [0, fault];
      try {
        const reading = await readUpload(operation, context, intake, access.store);
        await keepReading({ id, operation }, context.bundle, reading, access.store);
        if (reading.desired === undefined) return reading.problems[0]?.code;
      } catch (error) {
        return (error as Error).name;
      }
      return locked(run, store, async () => {
        try {
          await forward(run);
          return undefined;
        } catch (error) {
          await back(run);
          return (error as Error).name;
        }
      });
    },
  };
}

/** Holds the lock of the cluster meanwhile, whatever fails. */
async function locked<Answer>(run: Run, store: ObjectStore, work: () => Promise<Answer>): Promise<Answer> {
  await documents.lock.write({ cluster: run.cluster.name }, { execution: run.arn, run: run.id }, store);
  try {
    return await work();
  } finally {
    await releaseLock(run, store);
  }
}

/** The listing of an account with these roles. */
function accountOf(roles: ReadonlyMap<string, RoleState>): AccountReader {
  return fakeAccount({
    roles: [...roles].map(([name, { tags, trust }]) => roleSnapshot(name, { tags, ...defined({ trust }) })),
  });
}
