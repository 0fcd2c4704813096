import { code, fenced, indented, text, textAndCommand } from '../markdown.ts';
import type { EvidenceTexts } from './evidence-texts.ts';
import { type FleetProblem, subjectIn } from './fleet-problems.ts';
import { evidenceLines } from './markdown-evidence.ts';
import { link, problemTitle, releaseTitle, stateTitle } from './markdown-links.ts';
import type { ReleaseState, ReleaseStates } from './release-states.ts';
import type { ClusterAudit, Finding, ReleaseAudit } from './report.ts';
import {
  bySeverity,
  NOT_HELD_BACK,
  type PlacedFinding,
  plural,
  SEVERITY_WORDS,
  unchangedText,
} from './view.ts';

/** What is told elsewhere, so that one cluster need not. */
export interface Told {
  /** The problem that a finding belongs to, when other clusters have it too: it is told once for all of them. */
  readonly sharedProblem: (placed: PlacedFinding) => FleetProblem | undefined;
  readonly states: ReleaseStates;
  readonly texts: EvidenceTexts;
}

export function releaseSection(cluster: ClusterAudit, index: number, told: Told): string {
  const release = cluster.releases[index];
  if (release === undefined) return '';
  const { gate } = release;
  const placed = release.findings.map((finding, nth) => ({ cluster, release: index, finding, index: nth }));
  const state = told.states.stateOf(cluster, index);
  return [
    `### ${text(releaseTitle(cluster, release))}`,
    ...(state === undefined
      ? [...about(release), ...gateLines(gate), ...findings(placed, told)]
      : [stateLine(state), ...gateLines(gate)]),
  ].join('\n\n');
}

function gateLines(gate: ReleaseAudit['gate']): string[] {
  if (gate?.length === 0) return [NOT_HELD_BACK];
  return gate === undefined ? [] : ['To open the upgrade, run in this order:', commandBlock(gate).join('\n')];
}

function about(release: ReleaseState['release']): string[] {
  const { source, reasons, notes = [] } = release;
  const list = (lines: readonly string[]) => lines.map((line) => `- ${text(line)}`).join('\n');
  return [
    `Compared with ${code(source)}. ${unchangedText(release)}`.trim(),
    ...(reasons.length === 0 ? [] : [list(reasons)]),
    ...(notes.length === 0 ? [] : ['Worth knowing:', list(notes)]),
  ];
}

function stateLine(state: ReleaseState): string {
  const others = plural(state.clusters.length - 1, 'other cluster');
  return `As in ${link(others, stateTitle(state))}. ${state.release.reasons.map(text).join(' ')}`.trim();
}

/** What several clusters have in common for a release. */
export function commonUpgrades({ states: { all } }: Told): string[] {
  if (all.length === 0) return [];
  return ['## Upgrades that are alike in several clusters', ...all.map(stateSection)];
}

function stateSection(state: ReleaseState): string {
  const { release, problems, clusters } = state;
  return [
    `### ${text(stateTitle(state))}`,
    ...about(release),
    bySeverity(problems)
      .flatMap(([, group]) => group.map((problem) => problemLine(problem, false)))
      .join('\n'),
    `In ${clusters.map(({ cluster }) => text(cluster)).join(', ')}`,
  ].join('\n\n');
}

/** What other clusters have too is a line each, with a link to where it is told. */
export function findings(all: readonly PlacedFinding[], { sharedProblem, texts }: Told): string[] {
  const told = all.map((placed) => ({ placed, problem: sharedProblem(placed) }));
  const own = told.filter(({ problem }) => problem === undefined).map(({ placed }) => placed.finding);
  const shared = told.flatMap(({ placed, problem }) =>
    problem === undefined
      ? []
      : [{ ...problem, finding: placed.finding, subject: subjectIn(problem, placed) }],
  );
  return [
    ...(shared.length === 0
      ? []
      : [
          'As in other clusters:',
          bySeverity(shared)
            .flatMap(([, group]) => group.map((each) => problemLine(each, each.finding.isNew)))
            .join('\n'),
        ]),
    ...bySeverity(own).flatMap(([severity, group]) => [
      `#### ${SEVERITY_WORDS[severity]}${severity === 'info' ? ': nothing has to be done' : ''}`,
      group.map((finding) => findingItem(finding, texts)).join('\n\n'),
    ]),
  ];
}

function problemLine(problem: FleetProblem, isNew: boolean): string {
  const { severity, text: said, subject } = problem;
  return `- ${SEVERITY_WORDS[severity]}${isNew ? ', new' : ''}: ${link(said.kind, problemTitle(problem))} ${code(subject)}`;
}

function findingItem(finding: Finding, texts: EvidenceTexts): string {
  const { isNew, message, resource, kind, actions, remedy } = finding;
  return [
    `- ${isNew ? '**New.** ' : ''}${text(message)} (${code(kind)}, ${code(resource)})`,
    ...indented([
      ...(actions === undefined || actions.length === 0
        ? []
        : ['', `IAM actions: ${actions.map(code).join(', ')}`]),
      ...evidenceLines(finding, texts),
      '',
      `What to do: ${textAndCommand(remedy)}`,
    ]),
  ].join('\n');
}

export function commandBlock(commands: readonly string[]): string[] {
  return fenced(commands.join('\n'), 'sh');
}
