import { KINDS } from '../core/domain/audit/kinds.ts';

/** The page of all kinds of findings, from the table that the audit itself uses. */
export function findingsMarkdown(): string {
  const rows = Object.entries(KINDS).map(
    ([kind, [severity, meaning]]) => `| \`${kind}\` | ${severity} | ${meaning} |`,
  );
  return `# Findings of the audit

Every kind of finding, as reports name them. \`critical\`: something fails, or will in the release. \`warning\`: something is
not what was prepared, or cannot be told. \`info\`: nothing has to be done.

| kind | severity | means |
|---|---|---|
${rows.join('\n')}

A role that the pipeline took over keeps the policies and the boundary it had: of such a role \`InlinePolicyExtra\`,
\`PolicyAttached\` and \`BoundaryAdded\` are \`info\`.
`;
}
