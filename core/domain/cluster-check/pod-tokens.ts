import { grouped } from '../../util/grouped.ts';
import { fullName, type PreparedCluster, type PreparedRole } from './prepared.ts';
import type { ClusterCheckResult } from './report.ts';
import { itemsOf, note, unknown, verified, whyNotAll, wrong } from './results.ts';
import type { Facts, Reading } from './snapshot.ts';

type Pod = Facts<'pods'>;

/** What is said of every service account that a role trusts: whether its pods have a token that STS takes. */
export function checkTokens(pods: Reading<'pods'>, prepared: PreparedCluster): ClusterCheckResult[] {
  const podsOf = new Map(
    grouped(itemsOf(pods), ({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`),
  );
  return prepared.roles.flatMap((role) =>
    role.serviceAccounts.map((account) => {
      const subject = fullName({ namespace: role.secret.namespace, name: account });
      return checkAccount(subject, podsOf.get(subject) ?? [], role, prepared.audiences, whyNotAll(pods));
    }),
  );
}

function checkAccount(
  subject: string,
  pods: readonly Pod[],
  { tokenPath }: PreparedRole,
  audiences: readonly string[],
  notAll: string | undefined,
): ClusterCheckResult {
  const found = pods.map((pod) => ({
    pod,
    audiences: pod.tokens.filter(({ path }) => path === tokenPath).map(({ audience }) => audience),
  }));
  const refused = found.find((each) => each.audiences.some((audience) => !audiences.includes(audience)));
  if (refused !== undefined) {
    const audience = refused.audiences.find((each) => !audiences.includes(each)) ?? '';
    const words = audience === '' ? 'of the API server' : `"${audience}"`;
    return wrong(
      'token',
      subject,
      `The token of pod ${fullName(refused.pod)} is for the audience ${words}; the provider takes ${audiences.join(' and ')}.`,
      'Set the audience of the projected token in the Deployment, or DaemonSet, of the pod.',
    );
  }
  const withToken = found.filter((each) => each.audiences.length > 0);
  if (notAll !== undefined) return unknown('token', subject, notAll);
  if (found.length === 0) return note('token', subject, 'No pod runs with it.');
  if (withToken.length === 0)
    return wrong(
      'token',
      subject,
      `None of its pods has a token at ${tokenPath}, where its Secret says that it is.`,
      'Mount a projected service account token there, for the audience openshift.',
    );
  return withToken.length === found.length
    ? verified('token', subject)
    : note('token', subject, `${withToken.length} of ${found.length} pods have the token.`);
}
