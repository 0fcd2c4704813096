import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { project } from '../../scripts/local/paths.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }>
  >;
}

const FOLDER = project('.github', 'workflows');
const files = readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')] as const);
const { scripts } = JSON.parse(readFileSync(project('package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

it('there are workflows', () => {
  expect(files.map(([name]) => name)).toEqual(expect.arrayContaining(['check.yml', 'release.yml']));
});

describe.each(files)('%s', (_, text) => {
  const workflow: Workflow = parse(text);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('names every action by its digest, and says which version that is', () => {
    const used = text.split('\n').filter((line) => line.includes('uses:'));
    expect(used).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of used) expect(line).toMatch(/uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read and nothing else, unless a job says so, and ends by itself', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('leaves no credentials in its checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  it('runs scripts that there are', () => {
    const named = steps.flatMap(({ run }) => /npm run ([\w:-]+)/.exec(run ?? '')?.[1] ?? []);
    for (const name of named) expect(scripts).toHaveProperty([name]);
  });

  it('puts nothing that others write into a command line', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });
});

test.each(readdirSync(project('.github', 'ISSUE_TEMPLATE')))('%s is YAML', (name) => {
  expect(parse(readFileSync(project('.github', 'ISSUE_TEMPLATE', name), 'utf8'))).toBeTypeOf('object');
});
