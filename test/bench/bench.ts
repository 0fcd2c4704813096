import { parseArgs } from 'node:util';
import { measureAudit } from './audit.ts';
import { measureBundles } from './bundles.ts';
import { measurePolicies } from './policies.ts';
import { measureRuns } from './runs.ts';

/**
 * Prints the benchmarks: `npm run bench [-- runs | bundles | policies | audit]`. Numbers are of this machine; compare them with
 * each other and with earlier ones of the same machine.
 */
const { positionals } = parseArgs({ allowPositionals: true });
const wanted = new Set(positionals.length === 0 ? ['runs', 'bundles', 'policies', 'audit'] : positionals);
if (wanted.has('runs')) await measureRuns();
if (wanted.has('bundles')) await measureBundles();
if (wanted.has('policies')) measurePolicies();
if (wanted.has('audit')) await measureAudit();
