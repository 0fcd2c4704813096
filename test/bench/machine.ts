import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { PROJECT } from '../../scripts/local/paths.ts';

/** What figures depend on besides the code, and which code it is, in a line. */
export function machine(): string {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.trim() || process.arch;
  return [
    `${cores} core${cores === 1 ? '' : 's'} (${model})`,
    `load ${loadavg()[0]?.toFixed(2)} at the start`,
    `Node ${process.versions.node}`,
    ...commit(),
  ].join(', ');
}

/** Nothing where the sources are not a checkout. */
function commit(): string[] {
  try {
    const args = ['describe', '--always', '--dirty', '--exclude=*'];
    const text = execFileSync('git', args, {
      cwd: PROJECT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [`commit ${text.trim()}`];
  } catch {
    return [];
  }
}
