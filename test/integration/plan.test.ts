import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type PlanReport, planReportSchema } from '../../core/domain/plan-report/schema.ts';
import { type TestAccount, testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  type FileChanges,
  PUBLIC_KEY_FILE,
  publicPem,
  requestOf,
  rsaKeyPair,
  statement,
} from '../support/bundles.ts';
import type { Outcome } from '../support/in-process.ts';
import { runPlan } from '../support/planning.ts';

/* What a plan says is what the run then does; and a plan itself changes nothing. */

let account: TestAccount;
let name: string;
const signingKey = publicPem(rsaKeyPair().publicKey);

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  name = `planned-${account.id}`;
});

const bundleOf = (files: FileChanges = {}, release?: string) =>
  bundle({
    [CLUSTER_FILE]: clusterYaml({ name, ...(release === undefined ? {} : { release }) }),
    [PUBLIC_KEY_FILE]: signingKey,
    ...files,
  });

interface Planned extends Outcome {
  readonly run: string;
  readonly report: PlanReport | undefined;
  /** Keys that it wrote, besides which cluster it was for. */
  readonly written: string[];
}

/** Plans, which writes nothing outside the run's own folder. */
async function plan(key: string, bytes: Uint8Array): Promise<Planned> {
  const before = await account.keys();
  const snapshot = await account.snapshot();
  const outcome = await runPlan(account, key, bytes);
  expect(await account.snapshot()).toEqual(snapshot);
  const written = (await account.keys()).filter((each) => !before.includes(each));
  const text = await account.read(`clusters/${name}/runs/${outcome.run}/plan-report.json`);
  const report = text === undefined ? undefined : planReportSchema.parse(JSON.parse(text));
  return { ...outcome, report, written };
}

const verdicts = (report: PlanReport | undefined) =>
  Object.fromEntries(
    report?.components.map(({ secret, role, verdict }) => [secret?.namespace ?? role, verdict]) ?? [],
  );

describe('a plan', () => {
  it('of a new cluster is all of it, and nothing of it is made', async () => {
    const outcome = await plan(`prepare/${name}.tgz`, await bundleOf({}, '4.20.3'));
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.states).toEqual([
      'ReadBundle',
      'IsBundleAccepted',
      'PlanChanges',
      'PublishPlan',
      'Planned',
    ]);
    const folder = `clusters/${name}/runs/${outcome.run}/`;
    expect(outcome.written.sort()).toEqual(
      [
        `executions/${outcome.run}.json`,
        `${folder}offline.tar.gz`,
        ...['desired', 'plan', 'plan-report', 'reading'].map((file) => `${folder}${file}.json`),
        `${folder}plan-report.html`,
        `${folder}plan-report.md`,
      ].sort(),
    );
    expect(outcome.report).toMatchObject({
      operation: 'prepare',
      isEmpty: false,
      counts: { create: 1, change: 0, keep: 0, remove: 0 },
      issuer: { verdict: 'create' },
      provider: { verdict: 'create' },
    });
    const [component] = outcome.report?.components ?? [];
    expect(component?.serviceAccounts.added).toEqual([
      'system:serviceaccount:openshift-ingress-operator:ingress-operator',
    ]);
    expect(component?.permissions.added).toEqual([
      'elasticloadbalancing:DescribeLoadBalancers on *',
      'route53:ListHostedZones on *',
    ]);
  });

  it('of a bundle that would be refused is refused likewise, and leaves a report of why', async () => {
    const bad = await bundleOf({ 'bad.yaml': requestOf('bad', statement({ action: ['iam:*'] })) });
    const outcome = await plan(`prepare/${name}.tgz`, bad);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'PolicyRefused' });
    expect(outcome.states.at(-1)).toBe('BundleRejected');
  });

  it('of a cluster that is not known is refused by name', async () => {
    const outcome = await plan('upgrade/nobody/4.21.0.tgz', await bundleOf());
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ClusterNotRegistered' });
  });

  it.each(['releases/4.21.0.tgz', 'plan/prepare/a.tgz', 'nonsense/a.tgz', 'a.tgz'])(
    'of %s, which changes no cluster, is refused',
    async (key) => {
      expect(await plan(key, await bundleOf())).toMatchObject({
        status: 'FAILED',
        error: 'UnsupportedOperation',
      });
    },
  );

  it('of a prepared cluster is empty', async () => {
    const bytes = await bundleOf({}, '4.20.3');
    expect(await account.run(`prepare/${name}.tgz`, bytes)).toMatchObject({ status: 'SUCCEEDED' });
    const { report } = await plan(`prepare/${name}.tgz`, bytes);
    expect(report).toMatchObject({
      isEmpty: true,
      counts: { create: 0, change: 0, keep: 1, remove: 0 },
      files: { create: [], update: [], remove: [] },
    });
  });

  const next = {
    'credreqs/10-ingress.yaml': requestOf('x', {
      'spec.secretRef.namespace': 'openshift-ingress-operator',
      'spec.serviceAccountNames': ['ingress-operator', 'router'],
      ...statement({ action: ['elasticloadbalancing:DescribeLoadBalancers', 'ec2:DescribeSubnets'] }),
    }),
    'credreqs/new.yaml': requestOf('storage'),
  };

  it('of an upgrade says what would be added, action by action and account by account, and the run does just that', async () => {
    const bytes = await bundleOf({ ...next, [CLUSTER_FILE]: undefined, [PUBLIC_KEY_FILE]: undefined });
    const key = `upgrade/${name}/4.21.0.tgz`;
    const { report } = await plan(key, bytes);
    expect(report).toMatchObject({ operation: 'upgrade', release: '4.21.0' });
    expect(verdicts(report)).toEqual({
      'openshift-ingress-operator': 'change',
      'openshift-storage': 'create',
    });
    const [ingress] = report?.components ?? [];
    expect(ingress).toMatchObject({
      changes: ['trust policy', 'permissions'],
      serviceAccounts: {
        added: ['system:serviceaccount:openshift-ingress-operator:router'],
        removed: [],
        kept: 1,
      },
    });
    expect(ingress?.permissions).toMatchObject({ added: ['ec2:DescribeSubnets on *'], removed: [], kept: 2 });

    const planned = JSON.stringify(report?.components.map(({ role, changes }) => [role, changes]));
    const run = await account.run(key, bytes);
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const done = JSON.parse((await account.read(`clusters/${name}/runs/${run.run}/report.json`)) ?? '{}');
    const roles: string[] = done.changes.flatMap(({ resource, part }: Record<string, string>) =>
      resource?.startsWith('role ') ? [`${resource.slice(5)}: ${part}`] : [],
    );
    for (const each of roles) {
      const [role = '', part = ''] = each.split(': ');
      expect(planned).toContain(role);
      if (part !== 'all') expect(planned).toContain(part);
    }
    expect(roles).toHaveLength(3);
    expect((await plan(key, bytes)).report).toMatchObject({ isEmpty: true });
  });

  it('of a prune says what would go', async () => {
    const bytes = await bundleOf({
      'credreqs/new.yaml': requestOf('storage'),
      [CLUSTER_FILE]: undefined,
      [PUBLIC_KEY_FILE]: undefined,
    });
    const { report } = await plan(`prune/${name}/4.21.0.tgz`, bytes);
    expect(report?.operation).toBe('prune');
    const ingress = report?.components.find(({ role }) => role.includes('ingress'));
    expect(ingress).toMatchObject({ verdict: 'change' });
    expect(ingress?.permissions.removed).toContain('ec2:DescribeSubnets on *');
    expect(ingress?.serviceAccounts.removed).toEqual([
      'system:serviceaccount:openshift-ingress-operator:router',
    ]);
  });

  it('of an add-on and of its removal', async () => {
    const bytes = await bundleOf({
      'credreqs/10-ingress.yaml': requestOf('efs'),
      [CLUSTER_FILE]: undefined,
      [PUBLIC_KEY_FILE]: undefined,
    });
    const added = await plan(`add/${name}/efs.tgz`, bytes);
    expect(verdicts(added.report)['openshift-efs']).toBe('create');
    expect(await account.run(`add/${name}/efs.tgz`, bytes)).toMatchObject({ status: 'SUCCEEDED' });
    const removed = await plan(`remove/${name}/efs.yaml`, Buffer.from('x'));
    expect(removed.report?.addOn).toBe('efs');
    expect(removed.report?.counts.remove).toBe(1);
  });

  it('that something stands against says what, in its report and its end', async () => {
    const taken = `taken-${account.id}`;
    const other = { 'sts-prep/run': 'x' };
    await account.iam.send(
      new CreateRoleCommand({
        RoleName: `${taken}-openshift-ingress-operator-cloud-credentials`,
        AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
        Tags: Object.entries(other).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    const bytes = await bundleOf({ [CLUSTER_FILE]: clusterYaml({ name: taken }) });
    const { run, ...outcome } = await plan(`prepare/${taken}.tgz`, bytes);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ResourceConflict' });
    expect(outcome.states.slice(-3)).toEqual(['PlanChanges', 'ReportFailure', 'NotPlanned']);
    const text = await account.read(`clusters/${taken}/runs/${run}/report.md`);
    expect(text).toContain('No plan could be made; nothing was changed');
    expect(text).toContain('ResourceConflict');
    expect(outcome.cause).toContain(`${taken}-openshift-ingress-operator-cloud-credentials`);
    expect(outcome.cause).not.toContain('trace');
  });

  it('of a cluster at which a run is at work says so', async () => {
    const bytes = await bundleOf({ ...next }, '4.21.0');
    let during: Planned | undefined;
    await account.run(`prepare/${name}.tgz`, bytes, async (called, _event, call) => {
      if (called === 'verify' && during === undefined) during = await plan(`prepare/${name}.tgz`, bytes);
      return call();
    });
    expect(during?.report?.warnings.join()).toContain('was at work on the cluster');
  });
});
