import type { Measured, Row } from './table.ts';

/** The chain of each run as a page with a picture: a box for each step, in the function that takes it. */
export function chainPage({ title, rows }: Measured, machine: string): string {
  const runs = [...new Set(rows.map(({ run }) => String(run)))];
  return `# ${title}

Written by \`npm run bench -- chain --picture docs/chain.md\`, which runs the machines through a proxy that records every call.
Calls in one box go side by side; a box waits for the one above it. A run cannot be faster than its boxes times what one
call takes. (${machine})
${runs
  .map((run) =>
    section(
      run,
      rows.filter((row) => String(row['run']) === run),
    ),
  )
  .join('')}`;
}

function section(run: string, rows: readonly Row[]): string {
  const calls = rows.reduce((sum, row) => sum + Number(row['side by side']), 0);
  return `
## ${run.charAt(0).toUpperCase()}${run.slice(1)}: ${rows.length} steps, ${calls} calls

\`\`\`mermaid
flowchart TB
${subgraphs(rows).join('\n')}
  ${rows.map(({ step }) => `s${step}`).join(' --> ')}
\`\`\`
`;
}

function subgraphs(rows: readonly Row[]): string[] {
  const functions = [...new Set(rows.map((row) => String(row['function'])))];
  return functions.map((name) => {
    const steps = rows.filter((row) => String(row['function']) === name);
    const boxes = steps.map(({ step, calls }) => `    s${step}["${step}: ${labelOf(String(calls))}"]`);
    return [`  subgraph ${name}`, ...boxes, '  end'].join('\n');
  });
}

/** Where an object is does not matter here, nor which of several of a kind it is. */
function labelOf(calls: string): string {
  const counts = new Map<string, number>();
  for (const call of calls.split(', ')) {
    const [, count = '1', what = ''] = /^(?:(\d+) × )?(.*)$/.exec(call) ?? [];
    const short = what
      .replace(/ GET \S*list-type=2&prefix=(\S+)/, (_, prefix) => ` LIST /${decodeURIComponent(prefix)}`)
      .replace(/\?versionId=.*/, '')
      .replace(/\/\S*?([^/\s]+\/?)$/, '$1')
      .replace(/-\d+-/, '-N-');
    counts.set(short, (counts.get(short) ?? 0) + Number(count));
  }
  return [...counts]
    .map(([what, count]) => (count === 1 ? what : `${count} × ${what}`))
    .map((text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
    .join('<br/>');
}
