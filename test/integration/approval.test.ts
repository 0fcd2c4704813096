import { DeleteRolePolicyCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../core/domain/report.ts';
import type { TestAccount } from '../support/account.ts';
import { makeTopic, type Reviewer, reviewedBy } from '../support/approving.ts';
import { tgzOf } from '../support/archives.ts';
import { clusterYaml } from '../support/bundles.ts';
import { type OwnEmulator, ownEmulator } from '../support/own-emulator.ts';
import {
  CLUSTER,
  clusterBundle,
  NEWER,
  OLDER,
  releaseBundle,
  requestFiles,
  roleOf,
} from '../support/upgrading.ts';

/* A run whose plan somebody has to approve changes nothing before, and then just that. */

let emulator: OwnEmulator;
let account: TestAccount;

beforeAll(async () => {
  emulator = await ownEmulator();
});
afterAll(() => emulator.stop());
beforeEach(() => anAccount());

async function anAccount(settings: Record<string, string> = {}): Promise<void> {
  account = await emulator.account(settings);
  await makeTopic();
}

const KEY = `prepare/${CLUSTER}.tgz`;
const ASKING = { approval: 'required' };
const WAITED = ['NeedsApproval', 'PublishPlan', 'AskForApproval'];

const prepare = async (facts: object, reviewer?: Reviewer, components = OLDER) =>
  account.run(
    KEY,
    await clusterBundle(components, facts as never),
    reviewer === undefined ? undefined : reviewedBy(account, CLUSTER, reviewer),
  );

const upgrade = async (reviewer?: Reviewer) =>
  account.run(
    `upgrade/${CLUSTER}/4.14.0.tgz`,
    await releaseBundle(NEWER),
    reviewer === undefined ? undefined : reviewedBy(account, CLUSTER, reviewer),
  );

async function reportOf(run: string) {
  return reportSchema.parse(
    JSON.parse((await account.read(`clusters/${CLUSTER}/runs/${run}/report.json`)) ?? ''),
  );
}

const lock = () => account.read(`clusters/${CLUSTER}/lock`);

describe('a run that is approved', () => {
  it('is done, and its report says by whom', async () => {
    const outcome = await prepare(ASKING, { verdict: 'approved', reason: 'CHG-17' });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.states).toEqual(
      expect.arrayContaining([...WAITED, 'ConfirmPlan', 'RegistersOnly', 'CreateRoles', 'Prepared']),
    );
    const report = await reportOf(outcome.run);
    expect(report).toMatchObject({
      outcome: 'prepared',
      approval: { verdict: 'approved', by: expect.stringMatching(/^arn:aws:iam::\d{12}:/), reason: 'CHG-17' },
    });
    const markdown = await account.read(`clusters/${CLUSTER}/runs/${outcome.run}/report.md`);
    expect(markdown).toContain('Approved');
    expect(markdown).toContain('CHG-17');
    expect(await lock()).toBeUndefined();
  });

  it('is asked about with a plan that does not send whoever reads it away to plan again', async () => {
    const withoutKey = await tgzOf({
      'cluster.yaml': clusterYaml({ name: CLUSTER, region: 'us-east-2', ...ASKING }),
      ...requestFiles(OLDER),
    });
    const { run } = await account.run(KEY, withoutKey, reviewedBy(account, CLUSTER, { verdict: 'approved' }));
    const text = await account.read(`clusters/${CLUSTER}/runs/${run}/plan-report.md`);
    expect(text).toContain(`What changes of cluster ${CLUSTER} has to be approved.`);
    expect(text).not.toContain('plan again');
  });

  it('of a converged cluster is not asked about: there is nothing to approve', async () => {
    await prepare(ASKING, { verdict: 'approved' });
    const again = await prepare(ASKING);
    expect(again).toMatchObject({ status: 'SUCCEEDED' });
    expect(again.states).not.toContain('AskForApproval');
  });

  it('binds later bundles that do not say it, until one that is approved takes it back', async () => {
    await prepare(ASKING, { verdict: 'approved' });
    const upgraded = await upgrade({ verdict: 'refused', reason: 'not yet' });
    expect(upgraded.states).toEqual(expect.arrayContaining(WAITED));
    // Nothing of AWS changes by this, and it is asked about all the same.
    const back = { approval: 'none' };
    expect(await prepare(back, { verdict: 'refused', reason: 'no' })).toMatchObject({
      error: 'ApprovalRefused',
    });
    expect((await upgrade({ verdict: 'refused', reason: 'still no' })).states).toEqual(
      expect.arrayContaining(WAITED),
    );
    expect(await prepare(back, { verdict: 'approved' })).toMatchObject({ status: 'SUCCEEDED' });
    const free = await upgrade();
    expect(free).toMatchObject({ status: 'SUCCEEDED' });
    expect(free.states).not.toContain('AskForApproval');
  });

  it('is asked about where the deployment wants it of the operation, whatever the cluster', async () => {
    await anAccount({ APPROVAL_FOR: 'upgrade,prune' });
    expect((await prepare({})).states).not.toContain('AskForApproval');
    const upgraded = await upgrade({ verdict: 'refused', reason: 'not on a Friday' });
    expect(upgraded.states).toEqual(expect.arrayContaining(WAITED));
    expect(upgraded).toMatchObject({ status: 'FAILED', error: 'ApprovalRefused' });
    expect(upgraded.cause).toContain('not on a Friday');
  });
});

describe('a run that is not approved', () => {
  it.each([
    [
      'refused',
      { verdict: 'refused', reason: 'too much' } satisfies Reviewer,
      'ApprovalRefused',
      'approval-refused',
    ],
  ] as const)(
    'but %s ends in a state of its own, with nothing made and the lock released',
    async (_, reviewer, error, outcome) => {
      const before = await account.snapshot();
      const ended = await prepare(ASKING, reviewer);
      expect(ended).toMatchObject({ status: 'FAILED', error });
      expect(ended.states.at(-1)).toBe(error);
      expect(ended.states).not.toContain('UndoRoles');
      expect(await account.snapshot()).toEqual(before);
      expect(await lock()).toBeUndefined();
      expect(await reportOf(ended.run)).toMatchObject({
        outcome,
        approval: { verdict: 'refused', reason: 'too much' },
      });
    },
  );

  it('in time ends in a state of its own', async () => {
    const before = await account.snapshot();
    const ended = await account.run(KEY, await clusterBundle(OLDER, ASKING), async (name, _event, call) => {
      const asked = await call();
      // What Step Functions says of a task that nobody answered for within its TimeoutSeconds.
      if (name === 'ask-for-approval') throw Object.assign(new Error(), { name: 'States.Timeout' });
      return asked;
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'ApprovalTimedOut' });
    expect(ended.states.slice(-4)).toEqual([
      'ReportFailure',
      'UnlockAfterFailure',
      'ChooseOutcome',
      'ApprovalTimedOut',
    ]);
    expect(ended.cause).toContain('72 hours');
    expect(await account.snapshot()).toEqual(before);
    expect(await lock()).toBeUndefined();
    expect(await reportOf(ended.run)).toMatchObject({ outcome: 'approval-timed-out' });
  });

  it('by anybody, though somebody answered Step Functions, ends before anything is made', async () => {
    const before = await account.snapshot();
    const ended = await account.run(KEY, await clusterBundle(OLDER, ASKING), async (name, _event, call) =>
      name === 'ask-for-approval' ? { decision: 'f'.repeat(64) } : call(),
    );
    expect(ended).toMatchObject({ status: 'FAILED', error: 'NotApproved' });
    expect(await account.snapshot()).toEqual(before);
  });
});

describe('what changes in the account while a run waits', () => {
  it.each<readonly [string, () => Promise<unknown>, string]>([
    [
      'a role that was to stay',
      () =>
        account.iam.send(new DeleteRolePolicyCommand({ RoleName: roleOf('dns'), PolicyName: roleOf('dns') })),
      `IAM role ${roleOf('dns')} was as it shall be, and is not any more.`,
    ],
    [
      'a role that is to change',
      () =>
        account.iam.send(
          new TagRoleCommand({ RoleName: roleOf('ingress'), Tags: [{ Key: 'team', Value: 'edge' }] }),
        ),
      `IAM role ${roleOf('ingress')} is other than it was: tags.`,
    ],
  ])('stops it and is named: %s', async (_, change, told) => {
    await prepare(ASKING, { verdict: 'approved' });
    const meanwhile = async () => void (await change());
    const ended = await upgrade({ verdict: 'approved', meanwhile });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'PlanOutdated' });
    expect(ended.states.at(-1)).toBe('PlanOutdated');
    expect(ended.cause).toContain(told);
    expect(await lock()).toBeUndefined();
    // Planned anew, with what is there now.
    expect(await upgrade({ verdict: 'approved' })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a decision', () => {
  it.each<readonly [string, Reviewer['otherwise'], RegExp]>([
    ['about another plan', { plan: 'e'.repeat(64) }, /another plan/],
    ['about a run that does not wait', { run: 'run-77' }, /No run run-77 waits/],
    [
      'that was not signed for',
      { verdict: 'refused', caller: { authorization: 'none', date: '20261127T000000Z' } },
      /does not say/,
    ],
  ])('%s is not taken', async (_, otherwise, message) => {
    const ended = await prepare(ASKING, { verdict: 'approved', ...(otherwise && { otherwise }) });
    // In place of the wait that goes on, the interpreter gets the error of whoever decided.
    expect(ended).toMatchObject({ status: 'FAILED', error: 'DecisionRefused' });
    expect(ended.cause).toMatch(message);
  });
});
