import { LocalError } from '../../scripts/local/local-error.ts';
import type { PartName, Sizes } from './arguments.ts';
import type { Task } from './process.ts';
import type { Measured } from './table.ts';

/*
 * Measures one part and hands its table to the parent; started by process.ts. Only what the part itself needs is
 * loaded: the rest would be in its time and its memory.
 */
const MEASURES: Readonly<Record<PartName, (sizes: Sizes, endpoint: string) => Promise<Measured>>> = {
  runs: async (sizes, endpoint) => (await import('./runs.ts')).measureRuns(sizes, endpoint),
  chain: async (sizes, endpoint) => (await import('./chain.ts')).measureChain(sizes, endpoint),
  plans: async (sizes, endpoint) => (await import('./plans.ts')).measurePlans(sizes, endpoint),
  deletions: async (sizes, endpoint) => (await import('./deletions.ts')).measureDeletions(sizes, endpoint),
  bundles: async (sizes) => (await import('./bundles.ts')).measureBundles(sizes),
  cold: async (sizes) => (await import('./cold.ts')).measureCold(sizes),
  policies: async (sizes) => (await import('./policies.ts')).measurePolicies(sizes),
  audit: async (sizes, endpoint) => (await import('./audit.ts')).measureAudit(sizes, endpoint),
  page: async (sizes) => (await import('./page.ts')).measurePage(sizes),
  bombs: async (sizes) => (await import('./bombs.ts')).measureBombs(sizes),
};

process.once('disconnect', () => process.exit(1));
const { part, sizes, endpoint } = JSON.parse(process.argv[2] ?? '') as Task;
try {
  const measured = await MEASURES[part](sizes, endpoint);
  process.send?.(measured, () => process.exit());
} catch (error) {
  if (!(error instanceof LocalError)) throw error;
  console.error([error.message, error.remedy].join('\n'));
  process.exit(1);
}
