import { describe, expect, it } from 'vitest';
import { DecisionRefused } from '../../../../core/domain/errors.ts';
import { digestOf } from '../../../../core/storage/document.ts';
import * as documents from '../../../../core/storage/documents.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { approvalMessage, askForApproval } from '../../../../core/usecases/approval/ask-for-approval.ts';
import { type Deciding, decide } from '../../../../core/usecases/approval/decide.ts';
import { DEMO_RUN } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';

const PLAN = 'a'.repeat(64);
const ASKED = {
  run: DEMO_RUN,
  operation: 'upgrade',
  token: 'token-1',
  digest: PLAN,
  page: 'clusters/demo/runs/run-1/plan-report.html',
  summary: '2 roles made.',
};
const CALLER = { authorization: 'AWS4', date: '20261127T210000Z' };

/** A run that waits, and what Step Functions is told of it. */
async function waiting() {
  const store = fakeStore();
  const published: string[] = [];
  await askForApproval(ASKED, {
    store,
    bucket: 'output',
    publish: async ({ message }) => void published.push(message),
  });
  const answers: unknown[] = [];
  const statements: string[] = [];
  let isOver = false;
  const answered = async (...answer: unknown[]) => {
    if (isOver) throw new DecisionRefused('The run does not wait any more.');
    answers.push(answer);
  };
  const access = (by: string) => ({
    store,
    responses: {
      succeed: (token: string, output: object) => answered('succeed', token, output),
      fail: (token: string, failure: object) => answered('fail', token, failure),
    },
    accountId: '123456789012',
    callerOf: async (_: unknown, statement: string) => {
      statements.push(statement);
      return by.startsWith('arn:') ? by : `arn:aws:iam::123456789012:user/${by}`;
    },
  });
  const decision = (verdict: Deciding['verdict'], by = 'jane', more: Partial<Deciding> = {}) =>
    decide({ run: DEMO_RUN.id, verdict, plan: PLAN, caller: CALLER, ...more }, access(by));
  const end = () => {
    isOver = true;
  };
  return { store, published, answers, statements, decision, end };
}

const kept = (store: ReturnType<typeof fakeStore>) =>
  store.text(layout.decision.of({ cluster: 'demo', run: DEMO_RUN.id }));

describe('a run that waits for an approval', () => {
  it('tells where its plan is, until when, and the two commands', () => {
    const { subject, message } = approvalMessage(ASKED, 'output', new Date('2026-11-30T21:00:00Z'));
    expect(subject).toBe('sts-prep: approve upgrade of demo?');
    expect(message.split('\n')).toEqual([
      `Run ${DEMO_RUN.id} (upgrade of cluster demo) changes nothing until somebody approves its plan, and ends without a change on 2026-11-30T21:00Z.`,
      'Plan: 2 roles made.',
      'Page: s3://output/clusters/demo/runs/run-1/plan-report.html',
      `Approve it: sts-prep approve ${DEMO_RUN.id}`,
      `Refuse it: sts-prep refuse ${DEMO_RUN.id} --reason "why"`,
    ]);
  });

  it('has its token in one place, and in no message', async () => {
    const { store, published } = await waiting();
    expect(published.join()).not.toContain('token-1');
    const holding = Object.entries(store.texts()).filter(([, text]) => text.includes('token-1'));
    expect(holding.map(([key]) => key)).toEqual([layout.approvalRequest.of({ run: DEMO_RUN.id })]);
  });

  it('has a subject that SNS takes, however long the names are', () => {
    const name = 'a'.repeat(100);
    const run = { ...DEMO_RUN, cluster: { name, region: 'us-east-1' } };
    const { subject } = approvalMessage({ ...ASKED, run }, 'output', new Date());
    expect(subject.length).toBeLessThanOrEqual(100);
  });
});

describe('a decision', () => {
  it('that approves is kept with whose it is, and lets the run go on with what was kept', async () => {
    const { store, answers, statements, decision } = await waiting();
    await decision('approved', 'jane', { reason: 'CHG-17' });
    expect(JSON.parse(kept(store) ?? '')).toEqual({
      verdict: 'approved',
      by: 'arn:aws:iam::123456789012:user/jane',
      at: expect.stringMatching(/^\d{4}-/),
      plan: PLAN,
      reason: 'CHG-17',
    });
    expect(answers).toEqual([['succeed', 'token-1', { decision: digestOf(kept(store) ?? '') }]]);
    expect(statements).toEqual([`approved ${DEMO_RUN.id} ${PLAN}`]);
  });

  it('that refuses ends the run, with who and why', async () => {
    const { answers, decision } = await waiting();
    await decision('refused', 'jane', { reason: 'too wide' });
    expect(answers).toEqual([
      [
        'fail',
        'token-1',
        {
          error: 'ApprovalRefused',
          cause: 'arn:aws:iam::123456789012:user/jane refused the plan: too wide',
        },
      ],
    ]);
  });

  it('is the first one; another is told of it, and the same once more is answered again', async () => {
    const { store, answers, decision } = await waiting();
    await decision('approved', 'jane');
    const first = kept(store);
    await expect(decision('refused', 'john')).rejects.toThrow(/was approved by arn:.*user\/jane/);
    await decision('approved', 'john');
    expect(kept(store)).toBe(first);
    expect(answers).toEqual([
      ['succeed', 'token-1', { decision: digestOf(first ?? '') }],
      ['succeed', 'token-1', { decision: digestOf(first ?? '') }],
    ]);
  });

  it('about another plan than the one that waits is not taken, and nobody is asked who decides', async () => {
    const { store, answers, statements, decision } = await waiting();
    await expect(decision('approved', 'jane', { plan: 'b'.repeat(64) })).rejects.toThrow(DecisionRefused);
    expect([kept(store), answers, statements]).toEqual([undefined, [], []]);
  });

  it('about a run that does not wait is not taken', async () => {
    const { decision, end } = await waiting();
    await expect(decision('approved', 'jane', { run: 'run-2' })).rejects.toThrow(/No run run-2 waits/);
    end();
    await expect(decision('approved')).rejects.toThrow(DecisionRefused);
  });

  it.each([
    'arn:aws:iam::999999999999:user/jane',
    'arn:aws:sts::999999999999:assumed-role/Admin/123456789012',
  ])('of %s, which is of another account, is not taken', async (by) => {
    const { store, answers, decision } = await waiting();
    await expect(decision('approved', by)).rejects.toThrow(/of another account.*123456789012/);
    expect([kept(store), answers]).toEqual([undefined, []]);
  });

  it('has a reason that does nothing to a terminal', async () => {
    const { store, decision } = await waiting();
    await decision('refused', 'jane', { reason: 'no\u001b[2Jway' });
    expect(JSON.parse(kept(store) ?? '').reason).not.toContain('\u001b');
  });

  it('goes to the attempt that waits now: a later one replaces the token', async () => {
    const { store, answers, decision } = await waiting();
    const options = { store, bucket: 'output', publish: async () => undefined };
    await askForApproval({ ...ASKED, token: 'token-2' }, options);
    await decision('approved');
    expect(answers).toEqual([['succeed', 'token-2', expect.anything()]]);
  });

  it('is a document that its own reader takes', async () => {
    const { store, decision } = await waiting();
    await decision('refused', 'jane', { reason: 'x' });
    const found = await documents.decision.read({ cluster: 'demo', run: DEMO_RUN.id }, store);
    expect(found?.value.verdict).toBe('refused');
  });
});
