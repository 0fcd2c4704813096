import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DesiredState } from '../../core/domain/desired-state.ts';
import type { Plan } from '../../core/domain/plan.ts';
import { DEFAULT_RULES } from '../../core/domain/policy-guard.ts';
import { readBundle } from '../../core/usecases/prepare/read-bundle.ts';
import { project } from '../../scripts/local/paths.ts';

/* What the real `ccoctl aws create-all --dry-run` wrote for a cluster of 4.20, and what a plan with the same requests is. */

const FOLDER = project('test', 'fixtures', 'dry-run');
const PUBLIC_KEY = 'serviceaccount-signer.public';

function textsOf(...path: string[]): Readonly<Record<string, string>> {
  const folder = join(FOLDER, ...path);
  // Manifests have a folder of their own; the discovery document has no ending.
  const names = readdirSync(folder).filter((name) => /\.\w+$|^02-/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** ccoctl's files by name, its manifests too. */
export const DRY_RUN: Readonly<Record<string, string>> = {
  ...textsOf('files'),
  ...Object.fromEntries(
    Object.entries(textsOf('files', 'manifests')).map(([name, text]) => [`manifests/${name}`, text]),
  ),
};

/** @param config Further lines of cluster.yaml. */
export function plannedDryRun(config = ''): { readonly desired: DesiredState; readonly plan: Plan } {
  const files = {
    'cluster.yaml': `name: demo\nregion: us-east-2\n${config}`,
    ...textsOf('credreqs'),
  };
  const { desired, problems } = readBundle(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    {
      run: 'demo-plan-1',
      bundle: { bucket: 'intake', key: 'plan/prepare/demo.tgz' },
      rules: {},
      guard: DEFAULT_RULES,
      placement: { iamPartition: 'aws', accountId: '123456789012' },
    },
  );
  if (desired === undefined) throw new Error(JSON.stringify(problems));
  const changes = { changes: [] };
  return {
    desired,
    plan: {
      version: 1,
      run: 'demo-plan-1',
      signingKey: { changes: [], publicKeyPem: DRY_RUN[PUBLIC_KEY] ?? '' },
      issuer: changes,
      provider: changes,
      roles: [],
      files: changes,
    },
  };
}
