import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../core/domain/plan.ts';
import { undoCommands } from '../../../../core/usecases/undo/undo-commands.ts';
import { UNDO_STEPS, type UndoStep } from '../../../../core/usecases/undo/undo-step.ts';
import { DEMO_RUN, demoCluster, RUN } from '../../../support/fakes/demo-cluster.ts';

const desired = demoCluster();
const STEPS = Object.keys(UNDO_STEPS) as UndoStep[];
const SHOW_PLAN = `aws s3 cp s3://output/clusters/demo/runs/${RUN}/plan.json -`;
const [ingress = '', registry = ''] = desired.roles.map(({ name }) => name);

const plan: Plan = {
  version: 1,
  run: RUN,
  signingKey: { changes: [] },
  issuer: { changes: [] },
  provider: { changes: [] },
  roles: [
    { index: 0, changes: [] },
    { index: 1, changes: [], before: { arn: 'arn', path: '/', tags: {} } },
  ],
  files: { changes: [] },
};

describe('commands for an operator', () => {
  it.each(STEPS)('show the plan first, for %s', (step) => {
    const commands = undoCommands(step, DEMO_RUN, 'output', { desired, plan });
    expect(commands[0]).toBe(SHOW_PLAN);
    expect(commands.length).toBeGreaterThan(1);
  });

  it('delete roles that the run was to make, and show those it was to change', () => {
    expect(undoCommands('undo-roles', DEMO_RUN, 'output', { desired, plan }).slice(1)).toEqual([
      `aws iam get-role --role-name ${ingress}`,
      `aws iam delete-role-policy --role-name ${ingress} --policy-name ${ingress}`,
      `aws iam delete-role --role-name ${ingress}`,
      `aws iam get-role --role-name ${registry}`,
    ]);
  });

  it('delete a bucket that the run was to make, once its identity provider is gone', () => {
    const made = {
      ...plan,
      issuer: { changes: [{ action: 'create', resource: 'x', part: 'all' }] },
    } as const;
    const provider = `--open-id-connect-provider-arn ${desired.providerArn}`;
    expect(undoCommands('undo-documents', DEMO_RUN, 'output', { desired, plan: made }).slice(1)).toEqual([
      'aws s3api get-bucket-tagging --bucket demo-oidc --region us-east-2',
      `aws iam delete-open-id-connect-provider ${provider}`,
      `aws iam get-open-id-connect-provider ${provider}`,
      'aws s3api list-object-versions --bucket demo-oidc --region us-east-2',
      expect.stringContaining('delete-object --bucket demo-oidc --region us-east-2'),
      'aws s3api delete-bucket --bucket demo-oidc --region us-east-2',
    ]);
  });

  it('make the roles again that the run was to take away', () => {
    const removals = {
      roles: [{ name: 'gone', before: { arn: 'arn', path: '/', tags: {} } }],
      manifests: [],
      kept: [],
    };
    const commands = undoCommands('undo-roles', DEMO_RUN, 'output', {
      desired,
      plan: { ...plan, roles: [], removals },
    });
    expect(commands.slice(1)).toEqual([
      'aws iam get-role --role-name gone',
      expect.stringMatching(/^aws iam create-role --role-name gone --path \/ /),
    ]);
  });

  it.each(STEPS)('delete nothing when the plan cannot be read, for %s', (step) => {
    for (const command of undoCommands(step, DEMO_RUN, 'output', undefined))
      expect(command).not.toMatch(/delete|remove| rb | rm /);
  });
});
