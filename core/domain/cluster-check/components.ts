import { grouped } from '../../util/grouped.ts';
import { TOKEN_PATH } from '../names.ts';
import { isOlder } from '../release.ts';
import { checkTokens } from './pod-tokens.ts';
import { fullName, type PreparedCluster, type PreparedRole } from './prepared.ts';
import type { ClusterCheckResult } from './report.ts';
import { itemsOf, note, unknown, verified, whyNotAll, wrong } from './results.ts';
import type { ClusterSnapshot, Facts } from './snapshot.ts';

type Request = Facts<'credentialsrequests'>;
type Secret = Facts<'secrets'>;

/** After so many requests that nobody prepared, the rest is counted. */
const MOST_TOLD = 200;

/** What is said of every component: those that were prepared, and those that ask in the cluster. */
export function checkComponents(cluster: ClusterSnapshot, prepared: PreparedCluster): ClusterCheckResult[] {
  const requests = itemsOf(cluster.credentialsrequests).filter(({ forAws }) => forAws);
  const requestsOf = new Map(grouped(requests, ({ secret }) => fullName(secret)));
  const secrets = new Map(itemsOf(cluster.secrets).map((secret) => [fullName(secret), secret]));
  const roles = new Map(prepared.roles.map((role) => [fullName(role.secret), role]));
  const current = itemsOf(cluster.clusterversion)[0]?.releases.at(-1);
  const all = prepared.roles.map((role) => {
    const name = fullName(role.secret);
    const asking = requestsOf.get(name) ?? [];
    const absence = asking.length > 0 ? undefined : expectedAbsence(role, current);
    return { role, name, asking, absence };
  });
  return [
    ...all.map(({ role, name, absence }) => checkSecret(role, name, secrets.get(name), cluster, absence)),
    ...checkRequests(requests, roles, cluster),
    ...all.map(({ name, asking, absence }) => checkPrepared(name, asking, cluster, absence)),
    ...checkTokens(cluster.pods, prepared),
  ];
}

/** Why a component need not be in the cluster; undefined when it has to be. */
function expectedAbsence({ since, ofAddOn }: PreparedRole, current: string | undefined): string | undefined {
  if (since !== undefined && current !== undefined && isOlder(current, since))
    return `It is for release ${since}, which is not reached.`;
  return ofAddOn ? 'It is of an optional operator, which may not be installed.' : undefined;
}

function checkSecret(
  { arn, tokenPath }: PreparedRole,
  name: string,
  found: Secret | undefined,
  { secrets }: ClusterSnapshot,
  absence: string | undefined,
): ClusterCheckResult {
  const remedy = `Apply the Secret of the output bucket again: the file ${name.replace('/', '-')}-credentials.yaml below manifests/ of the cluster.`;
  if (found === undefined) {
    const reason = whyNotAll(secrets);
    if (reason !== undefined) return unknown('secret', name, reason);
    return absence === undefined
      ? wrong('secret', name, 'The Secret is not there.', remedy)
      : note('secret', name, `The Secret is not there. ${absence}`);
  }
  const reasons = [
    ...(found.hasAccessKey ? ['it holds a long-lived access key'] : []),
    ...(found.roleArn === arn ? [] : [roleWords(found.roleArn, arn)]),
    ...(found.tokenPath === tokenPath ? [] : [tokenWords(found.tokenPath, tokenPath)]),
    ...(found.saysMore ? ['its credentials have settings beyond one role and its token'] : []),
  ];
  return reasons.length === 0
    ? verified('secret', name)
    : wrong('secret', name, `${sentence(reasons.join('; '))}.`, remedy);
}

function roleWords(found: string | undefined, wanted: string): string {
  return found === undefined
    ? `it names no role, and ${wanted} was prepared`
    : `it names the role ${found}, and ${wanted} was prepared`;
}

function tokenWords(found: string | undefined, wanted: string): string {
  return found === undefined
    ? `it names no token, and ${wanted} was prepared`
    : `it names the token ${found}, and ${wanted} was prepared`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function checkRequests(
  requests: readonly Request[],
  roles: ReadonlyMap<string, PreparedRole>,
  { credentialsrequests }: ClusterSnapshot,
): ClusterCheckResult[] {
  const results = requests.map((request) => checkRequest(request, roles.get(fullName(request.secret))));
  const findings = results.filter(({ outcome }) => outcome === 'finding');
  const told = new Set(findings.slice(0, MOST_TOLD));
  const reason = whyNotAll(credentialsrequests);
  return [
    ...results.filter((result) => result.outcome !== 'finding' || told.has(result)),
    ...(findings.length > MOST_TOLD
      ? [
          wrong(
            'request',
            'all others',
            `${findings.length - MOST_TOLD} more requests do not fit.`,
            'Mend those that are named, and verify again.',
          ),
        ]
      : []),
    ...(reason === undefined ? [] : [unknown('request', 'all CredentialsRequests', reason)]),
  ];
}

function checkRequest(request: Request, role: PreparedRole | undefined): ClusterCheckResult {
  const subject = fullName(request);
  if (role === undefined)
    return wrong(
      'request',
      subject,
      `Nobody prepared a role for it: its Secret would be ${fullName(request.secret)}.`,
      'Prepare it below upgrade/ where it is of the release, below add/ where it is of an optional operator; or delete the request.',
    );
  const strangers = request.serviceAccounts.filter((account) => !role.serviceAccounts.includes(account));
  const tokenPath = request.tokenPath ?? TOKEN_PATH;
  const reasons = [
    ...(strangers.length === 0 ? [] : [`the role does not trust ${strangers.slice(0, 10).join(', ')}`]),
    ...(tokenPath === role.tokenPath
      ? []
      : [`it has its token at ${tokenPath}, and ${role.tokenPath} was prepared`]),
  ];
  return reasons.length === 0
    ? verified('request', subject)
    : wrong(
        'request',
        subject,
        `${sentence(reasons.join('; '))}.`,
        'Prepare the release, or the optional operator, again with this request in its bundle.',
      );
}

function checkPrepared(
  name: string,
  asking: readonly Request[],
  { credentialsrequests }: ClusterSnapshot,
  absence: string | undefined,
): ClusterCheckResult {
  if (asking.length > 0) return verified('prepared', name);
  const reason = whyNotAll(credentialsrequests);
  if (reason !== undefined) return unknown('prepared', name, reason);
  if (absence !== undefined) return note('prepared', name, absence);
  return wrong(
    'prepared',
    name,
    'No CredentialsRequest of the cluster asks for it: a role is there that nobody needs.',
    'Upload the requests of the cluster, extracted with --included, below prune/; it removes what nobody asks for.',
  );
}
