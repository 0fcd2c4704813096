import { code, factTable, page, section, text } from '../markdown.ts';
import type { Component, Difference, PlanReport } from './schema.ts';
import { planSummary, planTitle, sortedComponents, titleOf, VERDICT_WORDS } from './words.ts';

/** A plan as a page for terminals and reviews. */
export function planMarkdown(report: PlanReport): string {
  const { cluster, bundle, issuer, provider, signingKey, files, components, counts } = report;
  const changing = components.filter(({ verdict }) => verdict !== 'keep');
  return page([
    `# ${text(planTitle(report))}`,
    text(planSummary(report)),
    'Nothing of it was done. What somebody changes after it was made is not in it.',
    factTable([
      ['Cluster', `${cluster.name} in ${cluster.region}`],
      ['Release', cluster.release],
      ['Bundle', `s3://${bundle.bucket}/${bundle.key}`],
      ['Planned at', report.plannedAt],
      ['Run', report.run],
    ]),
    section('Before the roles', [
      `- signing key: ${part(signingKey)}`,
      `- issuer ${code(issuer.url)}, ${text(issuer.resource)}: ${part(issuer)}`,
      `- identity provider ${code(provider.arn)}: ${part(provider)}`,
    ]),
    ...sortedComponents(changing).map(componentSection),
    section(
      'Roles that stay as they are',
      counts.keep === 0
        ? []
        : components
            .filter(({ verdict }) => verdict === 'keep')
            .map(({ role, permissions }) => `- ${code(role)} (${permissions.kept} permissions)`),
    ),
    section('Files', [
      ...files.create.map((file) => `- new: ${code(file)}`),
      ...files.update.map((file) => `- changes: ${code(file)}`),
      ...files.remove.map((file) => `- goes: ${code(file)}`),
    ]),
    section(
      'What stays although nothing asks for it',
      report.staying.map((each) => `- ${text(each)}`),
    ),
    section(
      'Warnings',
      report.warnings.map((each) => `- ${text(each)}`),
    ),
    section(
      'Skipped documents',
      report.skipped.map((each) => `- ${text(each)}`),
    ),
  ]);
}

function part({ verdict, changes }: Pick<Component, 'verdict' | 'changes'>): string {
  return changes.length === 0
    ? VERDICT_WORDS[verdict]
    : `${VERDICT_WORDS[verdict]}: ${text(changes.join(', '))}`;
}

function componentSection(component: Component): string {
  const { role, source, serviceAccounts, permissions, boundary } = component;
  return section(`${text(titleOf(component))}: ${VERDICT_WORDS[component.verdict]}`, [
    `Role ${code(role)}${source === undefined ? '' : `, asked for in ${text(source)}`}: ${part(component)}.`,
    '',
    ...difference('trusts', serviceAccounts),
    ...difference('may', permissions),
    ...(boundary === undefined
      ? []
      : [`- permissions boundary: ${code(boundary.from ?? 'none')} → ${code(boundary.to ?? 'none')}`]),
  ]);
}

function difference(verb: string, { added, removed, kept }: Difference): string[] {
  return [
    ...added.map((line) => `- \\+ ${verb} ${code(line)}`),
    ...removed.map((line) => `- − no longer ${verb} ${code(line)}`),
    ...(kept === 0 || added.length + removed.length === 0 ? [] : [`- ${verb} ${kept} more as before`]),
  ];
}
