import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { auditReportSchema } from '../core/domain/audit/report.ts';
import { clusterCheckReportSchema } from '../core/domain/cluster-check/report.ts';
import { clusterConfigSchema } from '../core/domain/cluster-config.ts';
import { deletionReportSchema } from '../core/domain/deletion/report.ts';
import { planReportSchema } from '../core/domain/plan-report/schema.ts';
import { reportSchema } from '../core/domain/report.ts';
import type { Condition, State, StateGraph } from '../statemachine/source/asl.ts';
import { aslText, STATE_MACHINES } from '../statemachine/source/machines.ts';
import { clientPage } from './client-page.ts';
import { configurationPage } from './configuration-page.ts';
import { findingsMarkdown } from './findings.ts';
import { withPart } from './generated-part.ts';
import { iamActionsJson } from './iam-actions.ts';
import { project } from './local/paths.ts';
import { withoutEngines } from './lock-file.ts';
import { operationsTable } from './operations-table.ts';
import { partitionsJson } from './partitions.ts';
import { roomsDiagram, sourceFiles } from './rooms.ts';
import { runbookMarkdown } from './runbook.ts';
import { sensitiveActionsTable } from './sensitive-actions.ts';

/**
 * Writes what is derived from sources: the state machine files that are deployed, with the diagrams of the workflow;
 * the JSON Schemas of cluster.yaml, report.json and an audit's report from the zod schemas that check them; the runbook;
 * the names of IAM's actions; the parts of README.md, CONTRIBUTING.md and docs/policy-guard.md that tables and imports say; and takes out of package-lock.json what npm must not check.
 *
 *   node scripts/generate.ts [--check]
 *
 * With --check nothing is written; files that are not up to date are named and the exit code is 1.
 */

export interface GeneratedFile {
  /** Path in the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const LOCK_FILE = 'package-lock.json';

/** Names as the development dependency has them that was installed. */
const IAM_ACTIONS = { path: 'core/domain/iam-actions.json', text: await iamActionsJson() };

/** Every generated file as it shall be. The same sources always give the same text. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [
    ...Object.entries(STATE_MACHINES).map(([name, machine]) => ({
      path: aslPath(name),
      text: aslText(machine),
    })),
    schemaFile('cluster', 'cluster.yaml of sts-prep', clusterConfigSchema, 'input'),
    schemaFile('report', 'report.json of sts-prep', reportSchema, 'output'),
    schemaFile('plan-report', 'plan-report.json of sts-prep', planReportSchema, 'output'),
    schemaFile('deletion-report', 'deletion-report.json of sts-prep', deletionReportSchema, 'output'),
    schemaFile('audit-report', 'report.json of an audit by sts-prep', auditReportSchema, 'output'),
    schemaFile('cluster-check', 'what verify-cluster of sts-prep found', clusterCheckReportSchema, 'output'),
    { path: 'core/domain/aws-partitions.json', text: partitionsJson() },
    { path: 'docs/client.md', text: clientPage() },
    { path: 'docs/configuration.md', text: configurationPage() },
    { path: 'docs/workflow.md', text: workflowPage() },
    { path: 'docs/runbook.md', text: runbookMarkdown() },
    { path: 'docs/findings.md', text: findingsMarkdown() },
    IAM_ACTIONS,
    pageWithPart('docs/policy-guard.md', 'sensitive', sensitiveActionsTable()),
    pageWithPart('README.md', 'operations', operationsTable()),
    pageWithPart('CONTRIBUTING.md', 'rooms', `\`\`\`mermaid\n${roomsDiagram(sourceFiles())}\n\`\`\``),
    { path: LOCK_FILE, text: withoutEngines(textOf(LOCK_FILE) ?? '') },
  ];
}

/** Paths of the files that are missing or not up to date. */
export function staleFiles(files: readonly GeneratedFile[]): string[] {
  return files.filter(({ path, text }) => text !== textOf(path)).map(({ path }) => path);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(project(...path.split('/')), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function schemaFile(name: string, title: string, schema: z.ZodType, io: 'input' | 'output'): GeneratedFile {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  const document = { $schema, $id: `urn:sts-prep:schema:${name}`, title, ...rest };
  return { path: `docs/schemas/${name}.schema.json`, text: `${JSON.stringify(document, null, 2)}\n` };
}

function pageWithPart(path: string, name: string, part: string): GeneratedFile {
  return { path, text: withPart(textOf(path) ?? '', name, part) };
}

function aslPath(machine: string): string {
  return `statemachine/${machine}.asl.json`;
}

function workflowPage(): string {
  const sections = Object.entries(STATE_MACHINES).map(([name, machine]) =>
    [
      `## ${name}`,
      `\`${aslPath(name)}\`. ${machine.Comment}`,
      ['```mermaid', diagram(machine), '```'].join('\n'),
      stateTable(machine),
    ].join('\n\n'),
  );
  return `${[
    '# The workflow, state by state',
    'Generated by `npm run generate` from the files that are deployed; do not edit it.',
    'Blue states lead forward, orange ones roll back what was made and tell of it, green and red ones are ends. A dotted arrow is taken when a state fails after its retries; where there is none, the run goes on all the same.',
    ...sections,
  ].join('\n\n')}\n`;
}

/** A state machine as a Mermaid flowchart. */
export function diagram(machine: StateGraph): string {
  return [
    'flowchart TD',
    ...lines(machine).map((line) => `  ${line}`),
    '  classDef forward fill:#dbeafe,stroke:#1d4ed8,color:#111827',
    '  classDef undo fill:#ffedd5,stroke:#c2410c,color:#111827',
    '  classDef good fill:#dcfce7,stroke:#15803d,color:#111827',
    '  classDef bad fill:#fee2e2,stroke:#b91c1c,color:#111827',
  ].join('\n');
}

function lines(machine: StateGraph): string[] {
  const forward = forwardStates(machine);
  return Object.entries(machine.States).flatMap(([name, state]) => [
    ...node(name, state, kindOf(name, state, forward)),
    ...arrows(name, state),
  ]);
}

function node(name: string, state: State, kind: string): string[] {
  if (state.ItemProcessor !== undefined) {
    const inner = lines(state.ItemProcessor).map((line) => `  ${line}`);
    return [`subgraph ${name}["${name}, for each"]`, ...inner, 'end', `class ${name} ${kind}`];
  }
  const shape: Readonly<Record<string, [string, string]>> = {
    Choice: ['{', '}'],
    Wait: ['(', ')'],
    Succeed: ['([', '])'],
    Fail: ['([', '])'],
  };
  const [open, close] = shape[state.Type] ?? ['[', ']'];
  return [`${name}${open}"${name}"${close}:::${kind}`];
}

function arrows(name: string, { Next, Default, Choices = [], Catch = [] }: State): string[] {
  const caught = new Set(Catch.map((catcher) => catcher.Next).filter((next) => next !== Next));
  return [
    ...(Next === undefined ? [] : [`${name} --> ${Next}`]),
    ...Choices.map(({ Next, ...when }) => `${name} -->|"${condition(when)}"| ${Next}`),
    ...(Default === undefined ? [] : [`${name} -->|"else"| ${Default}`]),
    ...[...caught].map((next) => `${name} -.-> ${next}`),
  ];
}

/** A condition in short. */
function condition({ And, Not, Variable = '', IsPresent, ...equals }: Condition): string {
  if (And !== undefined) return And.map(condition).join(', ');
  if (Not !== undefined) return `not ${condition(Not)}`;
  const variable = Variable.replace(/^\$\./, '');
  return IsPresent ? variable : `${variable} = ${Object.values(equals).join(', ')}`;
}

/**
 * What a state is for: an end, a step of the way back, or one forward. The way back is the undo states, and
 * every state from which no good end can be reached without a failure.
 */
function kindOf(
  name: string,
  { Type }: State,
  forward: ReadonlySet<string>,
): 'forward' | 'undo' | 'good' | 'bad' {
  if (Type === 'Succeed') return 'good';
  if (Type === 'Fail') return 'bad';
  return forward.has(name) && !name.startsWith('Undo') ? 'forward' : 'undo';
}

/** States from which a good end, or the end of a Map's iteration, can be reached without a failure. */
function forwardStates({ States }: StateGraph): ReadonlySet<string> {
  const isEnd = (state: State) => state.Type === 'Succeed' || state.End === true;
  const reached = new Set(Object.keys(States).filter((name) => isEnd(States[name] as State)));
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const [name, { Next, Default, Choices = [] }] of Object.entries(States)) {
      const next = [Next, Default, ...Choices.map((choice) => choice.Next)];
      if (next.some((each) => each !== undefined && reached.has(each))) reached.add(name);
    }
  }
  return reached;
}

function stateTable({ States }: StateGraph): string {
  const rows = Object.entries(States).flatMap(([name, state]) => [
    row(name, state),
    ...Object.entries(state.ItemProcessor?.States ?? {}).map(([inner, each]) =>
      row(`${name} / ${inner}`, each),
    ),
  ]);
  return ['| State | Type | What it does |', '|---|---|---|', ...rows].join('\n');
}

function row(name: string, { Type, Comment = '' }: State): string {
  return `| ${name} | ${Type} | ${Comment.replaceAll('|', '\\|')} |`;
}

function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } });
  const files = generatedFiles();
  const stale = staleFiles(files);
  if (values.check) {
    for (const path of stale) process.stderr.write(`${path} is not up to date; run npm run generate.\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const { path, text } of files.filter((file) => stale.includes(file.path))) {
    const file = project(...path.split('/'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${path}\n`);
  }
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
