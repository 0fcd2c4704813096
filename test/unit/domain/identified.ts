import type { DeploymentRules } from '../../../core/domain/cluster-checks.ts';
import type { IdentitySources } from '../../../core/domain/cluster-claims.ts';
import { identifyCluster } from '../../../core/domain/cluster-identity.ts';

const KEY = 'prepare/demo.tgz';

export const NAMED = { name: 'demo', region: 'us-east-2' };

export function identify(
  { key = KEY, config, install }: { key?: string; config?: unknown; install?: unknown },
  rules: DeploymentRules = {},
) {
  const sources: IdentitySources = {
    key,
    ...(config === undefined ? {} : { clusterConfig: { file: 'cluster.yaml', value: config } }),
    ...(install === undefined ? {} : { installConfig: { file: 'install-config.yaml', value: install } }),
  };
  return identifyCluster(sources, rules);
}

/** Codes and fields of all problems. */
export function problemsOf(sources: Parameters<typeof identify>[0], rules?: DeploymentRules): string[] {
  return identify(sources, rules).problems.map(({ code, field }) => `${code} ${field ?? '-'}`);
}

export function installConfig(more: Record<string, unknown> = {}, aws: Record<string, unknown> = {}) {
  return {
    apiVersion: 'v1',
    metadata: { name: 'demo' },
    credentialsMode: 'Manual',
    platform: { aws: { region: 'us-east-2', ...aws } },
    pullSecret: '{"auths":{"registry":{"auth":"c2VjcmV0"}}}',
    ...more,
  };
}

/** What an install-config.yaml says that does not mention capabilities: the installer enables all. */
export const ALL = { capabilities: { baseline: 'vCurrent', additional: [] } };
