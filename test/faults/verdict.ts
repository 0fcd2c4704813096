import type { Plan } from '../../core/domain/plan.ts';
import type { Report } from '../../core/domain/report.ts';
import { type AccountState, type Difference, differences } from './account-state.ts';
import { type RunRecord, STEP_FAILURE } from './faulty-run.ts';
import type { Kind } from './kinds.ts';

/** How a run ended, as far as the account and the operator are concerned. */
export const VERDICTS = {
  prepared: 'succeeded, and the cluster is what a run without a fault makes of it',
  deleted: 'succeeded, and of the cluster is left what a deletion without a fault leaves',
  'deleted-again': 'failed, and the same file uploaded again leaves what a deletion without a fault leaves',
  'rolled-back': 'failed, and the account is exactly as before',
  'not-started': 'failed before it changed anything',
  incomplete: 'ended in RollbackIncomplete, and failure.json names all that is left, with commands',
  'report-lost': 'the fault kept the report from being written; ended in RollbackIncomplete',
  'lock-stays': 'the fault kept the lock from being given back; the next run takes it over',
  DEFECT: 'anything else',
} as const;

export type Verdict = keyof typeof VERDICTS;

export interface Judgement {
  readonly verdict: Verdict;
  /** What is wrong with a defect; what is worth knowing of anything else. */
  readonly detail: string;
}

export interface Case {
  readonly before: AccountState;
  /** The account after a run without any fault. */
  readonly prepared: AccountState;
  readonly record: RunRecord;
  /** Address of the call that the fault met. */
  readonly call: string;
  /** Function whose call it is. */
  readonly functionName: string;
  readonly kind: Kind;
  /** Whether the run was to fail before the fault came. */
  readonly failing: boolean;
  /** The error that a run from there ends with anyway, before it changes anything. */
  readonly refused: string | undefined;
}

/** Judges a run by what is in the account, not by what the run says, but for what it says is left. */
export function judge(checked: Case): Judgement {
  const { record, failing } = checked;
  if (!record.met) return defect('the call never came');
  const problems = record.outcome.status === 'SUCCEEDED' ? succeeded(checked) : failed(checked);
  if (typeof problems !== 'string') return problems;
  if (failing && record.outcome.status === 'SUCCEEDED') return defect('succeeded although a step failed');
  if (checked.refused !== undefined && record.outcome.status === 'SUCCEEDED')
    return defect('succeeded where it was to be refused');
  return lockJudgement(checked) ?? { verdict: problems as Verdict, detail: '' };
}

function succeeded({ prepared, record }: Case): Judgement | Verdict {
  const wrong = differences(prepared.meaning, record.after.meaning);
  return wrong.length > 0 ? defect(`prepared, but ${listed(wrong)}`) : 'prepared';
}

function failed(checked: Case): Judgement | Verdict {
  const { before, record, functionName, kind } = checked;
  const { outcome, after } = record;
  const changed = changedSince(before, after);
  const last = outcome.states.at(-1) ?? 'nowhere';
  const name = nameJudgement(checked);
  // A plan that could not be made ends so.
  if (last === 'RolledBack' || last === 'NotPlanned' || last === 'ReadBundle') {
    if (changed.length > 0) return defect(`${last}, but ${listed(changed)}`);
    return name ?? (last === 'ReadBundle' ? 'not-started' : 'rolled-back');
  }
  // Whoever cannot have his decision taken has decided nothing.
  if (last === 'ApprovalTimedOut' && functionName === 'decide-run')
    return changed.length > 0 ? defect(`${last}, but ${listed(changed)}`) : 'rolled-back';
  if (last !== 'RollbackIncomplete') return defect(`ended in ${last}`);
  // Whoever is to tell dies each time, perhaps after the report was written; so the state machine assumes the worst.
  if (functionName === 'report-failure' && kind === 'killed-forever')
    return { verdict: 'report-lost', detail: changed.length > 0 ? listed(changed) : 'nothing is left' };
  const report = after.runFiles['failure.json'];
  if (report === undefined) {
    return functionName === 'report-failure'
      ? { verdict: 'report-lost', detail: changed.length > 0 ? listed(changed) : 'nothing is left' }
      : defect(`RollbackIncomplete without a report, ${listed(changed)}`);
  }
  const parsed = JSON.parse(report) as Report;
  return incomplete(parsed, changed) ?? name ?? lockJudgement(checked) ?? said(parsed, changed);
}

/** What differs after a rollback. A role that was removed and made again has another identity and date, and all else as before. */
export function changedSince(before: AccountState, after: AccountState): Difference[] {
  const { removals } = JSON.parse(after.runFiles['plan.json'] ?? '{}') as Pick<Plan, 'removals'>;
  const removed = new Set(
    'removal.json' in after.runFiles ? removals?.roles.map(({ name }) => `role ${name}`) : [],
  );
  const comparable = ({ resources }: AccountState) =>
    Object.fromEntries(
      Object.entries(resources).map(([resource, state]) => {
        if (!removed.has(resource)) return [resource, state];
        const { RoleId: _, CreateDate: __, ...rest } = state as Record<string, unknown>;
        return [resource, rest];
      }),
    );
  return differences(comparable(before), comparable(after));
}

/** Begins the detail of a run that could not know that everything was undone. */
export const NOTHING_LEFT = 'nothing is left of ';

function said({ undo = [] }: Report, changed: readonly Difference[]): Judgement {
  const left = undo.filter(({ outcome }) => outcome === 'left');
  const list = left.map(({ resource, detail }) => `${resource}: ${detail}`).join('; ');
  return {
    verdict: 'incomplete',
    detail: `${changed.length === 0 ? NOTHING_LEFT : ''}${list}`.slice(0, 500),
  };
}

function incomplete({ undo = [] }: Report, changed: readonly Difference[]): Judgement | undefined {
  const left = undo.filter(({ outcome }) => outcome === 'left');
  const unnamed = changed.filter(({ resource }) => !left.some((each) => names(each.resource, resource)));
  if (unnamed.length > 0) return defect(`RollbackIncomplete does not name ${listed(unnamed)}`);
  const helpless = left.filter(({ commands }) => (commands ?? []).length === 0);
  if (helpless.length > 0)
    return defect(`no commands for ${helpless.map(({ resource }) => resource).join(', ')}`);
  if (left.length === 0) return defect('RollbackIncomplete, and nothing is named');
  // What could not be looked at is named too, whether or not anything of it is left.
  const wrong = left.filter(
    ({ resource, detail }) =>
      !changed.some((each) => names(resource, each.resource)) && !/^\w+: |did not end/.test(detail),
  );
  return wrong.length > 0
    ? defect(`named as left, but is not: ${wrong.map(({ resource }) => resource).join(', ')}`)
    : undefined;
}

/** Whether an entry of a report is about a resource: itself, or the whole that it is a part of. */
function names(entry: string, resource: string): boolean {
  return (
    entry === resource || resource.startsWith(`${entry}: `) || UNDO_STEPS[entry]?.test(resource) === true
  );
}

/** What each undo step is about, for a step that did not come to say so itself. */
const KEY = /\/install\/(tls\/|serviceaccount-signer)/;
const UNDO_STEPS: Readonly<Record<string, { test(resource: string): boolean }>> = {
  'undo-secrets': { test: (resource) => resource.startsWith('s3://') && !KEY.test(resource) },
  'undo-roles': /^role /,
  'undo-provider': /^identity provider /,
  'undo-documents': /^issuer bucket /,
  'undo-key-pair': KEY,
};

/** An error's name must tell what happened first, not what happened to the undo. */
function nameJudgement({ record, kind, call, failing, refused }: Case): Judgement | undefined {
  const error = record.outcome.error ?? '';
  const expected = failing
    ? [STEP_FAILURE]
    : [...NAMES[kind], ...answersTo(call, kind), ...(refused === undefined ? [] : [refused])];
  return expected.includes(error) ? undefined : defect(`the error's name is ${error}`);
}

const TRANSIENT = ['AwsThrottled', 'AwsUnavailable'];
const NAMES: Record<Kind, readonly string[]> = {
  'throttled-twice': [],
  'throttled-forever': TRANSIENT,
  'server-error-forever': ['AwsUnavailable'],
  // While it plans, a run collects what is refused.
  'access-denied': ['AccessDenied', 'RightsMissing'],
  'lost-request': [],
  'lost-request-forever': ['AwsUnavailable'],
  'lost-answer': [],
  'lost-answer-forever': ['AwsUnavailable'],
  killed: [],
  'killed-forever': ['Lambda.Unknown'],
  'bucket-lag': [],
  'delete-conflict': [],
};
/** Names that a refusal has where it is an answer, or cannot be told from one. */
function answersTo(call: string, kind: Kind): readonly string[] {
  if (call.startsWith('verify: ')) return ['VerificationFailed'];
  // HEAD on a bucket says no more than 403, for a bucket of another account too.
  if (call.startsWith('plan-changes: s3 HEAD /demo-oidc/')) return ['ResourceConflict'];
  // IAM refuses this as well while it does not know the tags of a new role yet; the message says what it said.
  if (call.startsWith('create-role: iam PutRolePolicy') && kind === 'access-denied')
    return ['NotYetConsistent'];
  // So does S3 while it goes by a public access block that was opened a moment ago.
  if (call.startsWith('publish-oidc-documents: s3 PUT /demo-oidc/?policy') && kind === 'access-denied')
    return ['NotYetConsistent'];
  // Roles share this one read, as all of them run in one process here.
  if (call.startsWith('create-role: s3 GET')) return ['AwsUnavailable'];
  return [];
}

/** Whether a fault may leave the lock where it is: it was in the way of who releases it, or lasts and lets nobody read it. */
export function mayKeepLock({ call, functionName }: Pick<Case, 'call' | 'functionName'>): boolean {
  return functionName === 'unlock' || /: s3 GET \/output\/clusters\/demo\/lock\b/.test(call);
}

function lockJudgement({ record, ...point }: Case): Judgement | undefined {
  if (record.after.lock === undefined) return undefined;
  return mayKeepLock(point)
    ? { verdict: 'lock-stays', detail: `${record.outcome.states.at(-1)}` }
    : defect('the lock stays');
}

function defect(detail: string): Judgement {
  return { verdict: 'DEFECT', detail };
}

function listed(found: readonly Difference[]): string {
  return found.map(({ resource, how }) => `${how}: ${resource}`).join('; ');
}
