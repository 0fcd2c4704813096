import { code, fenced, section, text, textAndCommand } from '../markdown.ts';
import { type EvidenceTexts, shownEvidence } from './evidence-texts.ts';
import { type FleetProblem, isShared, newProblems, type ProblemEvidence } from './fleet-problems.ts';
import { evidenceLines } from './markdown-evidence.ts';
import { evidenceTitle, link, placeLink, problemTitle } from './markdown-links.ts';
import type { AuditReport } from './report.ts';
import { nothingNew, plural, SEVERITY_WORDS } from './view.ts';

/** All problems of the fleet as a list, then in full those that several clusters have. */
export function problemSections(problems: readonly FleetProblem[], texts: EvidenceTexts): string[] {
  return [
    section('Problems', problems.map(problemLine)),
    ...problems.filter(isShared).map((problem) => sharedProblem(problem, texts)),
  ];
}

/** What the previous audit did not have. */
export function whatIsNew(report: AuditReport, problems: readonly FleetProblem[]): string {
  if (report.clusters.length === 0) return '';
  const found = newProblems(problems);
  return section(
    'New since the previous audit',
    found.length === 0 ? [nothingNew(report)] : found.map(problemLine),
  );
}

function problemLine(problem: FleetProblem): string {
  const { severity, text: said, clusters, release, places } = problem;
  const where = isShared(problem)
    ? `${link(plural(clusters.length, 'cluster'), problemTitle(problem))}${release === undefined ? '' : `, release ${text(release)}`}`
    : places.slice(0, 1).map(placeLink).join('');
  return `- ${SEVERITY_WORDS[severity]}: ${where}: ${text(said.message)} (${code(problem.subject)})`;
}

function sharedProblem(problem: FleetProblem, texts: EvidenceTexts): string {
  const { severity, text: said, release, subject } = problem;
  const { message, actions = [], remedy } = said;
  return [
    `### ${text(problemTitle(problem))}`,
    [
      `${SEVERITY_WORDS[severity]}, ${release === undefined ? 'drift' : `release ${text(release)}`}: ${text(message)}`,
      `About: ${code(subject)}`,
      ...(actions.length === 0 ? [] : [`IAM actions: ${actions.map(code).join(', ')}`]),
      ...shownEvidence(problem, texts).map((one) => evidencePart(one, texts)),
      `What to do: ${textAndCommand(remedy)}`,
    ].join('\n\n'),
  ].join('\n\n');
}

function evidencePart(evidence: ProblemEvidence, texts: EvidenceTexts): string {
  const names = [...new Set(evidence.places.map(({ cluster }) => cluster.cluster))];
  return [
    `In ${plural(names.length, 'cluster')}: ${names.map(text).join(', ')}`,
    ...evidenceLines(evidence, texts),
  ].join('\n');
}

/** The texts that several problems refer to. */
export function sharedEvidence({ shared }: EvidenceTexts): string[] {
  if (shared.length === 0) return [];
  return [
    '## Policies that several problems have',
    ...shared.flatMap(({ id, text: value }) => [`### ${evidenceTitle(id)}`, fenced(value).join('\n')]),
  ];
}
