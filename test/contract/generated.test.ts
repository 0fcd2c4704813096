import { describe, expect, it } from 'vitest';
import { clusterConfigSchema } from '../../core/domain/cluster-config.ts';
import * as errors from '../../core/domain/errors.ts';
import { REJECTIONS } from '../../core/domain/problem.ts';
import { reportSchema } from '../../core/domain/report.ts';
import { diagram, generatedFiles, staleFiles } from '../../scripts/generate.ts';
import { runbookNames } from '../../scripts/runbook.ts';
import { allStates, following, MACHINES, machineOf } from './asl.ts';

const files = generatedFiles();
const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';

describe('generated files', () => {
  it.each(files.map((file) => [file.path, file] as const))(
    '%s is up to date (npm run generate)',
    (_, file) => {
      expect(staleFiles([file])).toEqual([]);
    },
  );

  it('are all state machines that there are', () => {
    const machines = files.filter(({ path }) => path.endsWith('.asl.json')).map(({ path }) => path);
    expect(machines).toEqual(Object.keys(MACHINES).map((name) => `statemachine/${name}.asl.json`));
  });

  it('are the same whenever they are made', () => {
    expect(generatedFiles()).toEqual(files);
  });

  it('are named when they differ or are missing', () => {
    const [first] = files;
    const changed = { path: first?.path ?? '', text: `${first?.text} ` };
    const missing = { path: 'docs/schemas/no-such.json', text: '' };
    expect(staleFiles([changed, missing])).toEqual([changed.path, missing.path]);
  });

  it('end with a newline and hold no path of this machine', () => {
    for (const { text } of files) {
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toContain(process.cwd());
    }
  });
});

describe('the published schemas', () => {
  it.each([
    ['cluster', clusterConfigSchema],
    ['report', reportSchema],
  ] as const)('%s has every field of its source, and says what dialect it is', (name, source) => {
    const schema = JSON.parse(textOf(`docs/schemas/${name}.schema.json`));
    expect(Object.keys(schema.properties)).toEqual(Object.keys(source.shape));
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:sts-prep:schema:${name}`,
      title: expect.stringContaining(name),
    });
  });

  it('let an editor warn of a field that does not exist', () => {
    const schema = JSON.parse(textOf('docs/schemas/cluster.schema.json'));
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.issuer.additionalProperties).toBe(false);
  });

  it('describe every field of cluster.yaml', () => {
    const { properties } = JSON.parse(textOf('docs/schemas/cluster.schema.json'));
    for (const [name, field] of Object.entries<{ description?: string }>(properties))
      expect(field.description, name).toMatch(/\.$/);
  });
});

describe('the page of the workflow', () => {
  it('has every state of every machine with its comment', () => {
    const page = textOf('docs/workflow.md');
    for (const [name, { Comment }] of Object.values(MACHINES).flatMap(allStates)) {
      expect(page).toMatch(new RegExp(`\\| (\\w+ / )?${name} \\|`));
      expect(page).toContain(Comment);
    }
  });

  it('tells the way forward, the way back and the ends apart', () => {
    const lines = diagram(machineOf('prepare'))
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        'CreateKeyPair["CreateKeyPair"]:::forward',
        'HasChanges{"HasChanges"}:::forward',
        'UndoKeyPair["UndoKeyPair"]:::undo',
        'ReportFailure["ReportFailure"]:::undo',
        'Prepared(["Prepared"]):::good',
        'RolledBack(["RolledBack"]):::bad',
        'CreateKeyPair --> IsIssuerDue',
        'CreateKeyPair -.-> UndoKeyPair',
        'HasChanges -->|"plan.changes = 0"| Verify',
        'subgraph CreateRoles["CreateRoles, for each"]',
      ]),
    );
  });

  it('draws one arrow for every transition, and no other', () => {
    for (const machine of Object.values(MACHINES)) {
      const drawn = [...diagram(machine).matchAll(/^ *(\w+) (?:-->|-\.->)(?:\|"[^"]*"\|)? (\w+)$/gm)];
      const wanted = allStates(machine).flatMap(([name, state]) =>
        following(state).map((next) => `${name} ${next}`),
      );
      expect(new Set(drawn.map(([, from, to]) => `${from} ${to}`))).toEqual(new Set(wanted));
    }
  });
});

it('the runbook has a section for every end, and for every error that a task throws', () => {
  const ends = Object.values(MACHINES).flatMap(({ States }) =>
    Object.entries(States).flatMap(([name, { Type }]) => (Type === 'Fail' ? name : [])),
  );
  // ReadBundle hands this one on as a result.
  const thrown = Object.keys(errors).filter((name) => name !== 'BundleRejected');
  expect(runbookNames()).toEqual(expect.arrayContaining([...ends, ...thrown, ...Object.keys(REJECTIONS)]));
  for (const name of runbookNames()) expect(textOf('docs/runbook.md')).toContain(`\n### ${name}\n`);
});
