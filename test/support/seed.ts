import { execFileSync } from 'node:child_process';

/**
 * Seed of the property tests: that of a commit, so that a commit is as good tomorrow as it was when it was tried, and each
 * one tries other cases than the one before. Without git always the same. PROPERTY_SEED in the environment goes before.
 */
export function propertySeed(): number {
  const given = process.env['PROPERTY_SEED'];
  if (given !== undefined && /^\d+$/.test(given)) return Number(given) | 0;
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: import.meta.dirname,
    });
    return Number.parseInt(commit.slice(0, 7), 16);
  } catch {
    return 20_260_101;
  }
}
