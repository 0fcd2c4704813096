import * as z from 'zod';
import { DEFAULT_RULES, type GuardRules, widenRules } from '../domain/policy-guard.ts';
import type { Environment } from './environment.ts';

/** What the deployment lets requests ask for: whoever reads a bundle, plans by it, audits, or makes a role of it goes by the same. */
export function guardRules(
  env: Pick<Environment<'create-role'>, 'POLICY_GUARD_ADDITIONS' | 'OUTPUT_BUCKET'> & {
    readonly INTAKE_BUCKET?: string;
    readonly OTHER_OPTIONS?: string;
  },
): GuardRules {
  const actions = env.POLICY_GUARD_ADDITIONS.split(',')
    .map((action) => action.trim())
    .filter((action) => action !== '');
  const own = [env.OUTPUT_BUCKET, ...(env.INTAKE_BUCKET === undefined ? [] : [env.INTAKE_BUCKET])];
  const rules = widenRules(DEFAULT_RULES, actions);
  return {
    ...rules,
    ...(env.OTHER_OPTIONS === undefined ? {} : { otherOptions: listOf(env.OTHER_OPTIONS) }),
    nobodysBuckets: [
      ...rules.nobodysBuckets,
      ...own.map((name) => ({ name, what: "the pipeline's own", holdsSecrets: true })),
    ],
  };
}

function listOf(json: string): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(json));
}
