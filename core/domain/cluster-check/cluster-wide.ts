import { isOlder, parseRelease, sameRelease } from '../release.ts';
import type { PreparedCluster } from './prepared.ts';
import type { ClusterCheckName, ClusterCheckResult } from './report.ts';
import { itemsOf, note, unknown, verified, whyNotAll, wrong } from './results.ts';
import type { ClusterSnapshot } from './snapshot.ts';

/** What is said of the cluster as a whole. */
export function checkClusterWide(cluster: ClusterSnapshot, prepared: PreparedCluster): ClusterCheckResult[] {
  return [
    checkMode(cluster, prepared),
    checkRootSecret(cluster),
    checkIssuer(cluster, prepared),
    checkVersion(cluster, prepared),
    checkUpgradeableTo(cluster, prepared),
  ];
}

function checkMode({ cloudcredential }: ClusterSnapshot, { name }: PreparedCluster): ClusterCheckResult {
  const [found] = itemsOf(cloudcredential);
  if (found === undefined) return notRead('mode', name, cloudcredential);
  if (found.mode === 'Manual') return verified('mode', name);
  const mode = found.mode === '' ? 'the default one' : `"${found.mode}"`;
  return wrong(
    'mode',
    name,
    `The mode is ${mode}: the operator makes credentials of its own where it finds root ones.`,
    'Set spec.credentialsMode of cloudcredential.operator.openshift.io/cluster to Manual.',
  );
}

const ROOT_SECRET = { namespace: 'kube-system', name: 'aws-creds' };

function checkRootSecret({ secrets }: ClusterSnapshot): ClusterCheckResult {
  const subject = `${ROOT_SECRET.namespace}/${ROOT_SECRET.name}`;
  const isThere = itemsOf(secrets).some(
    ({ namespace, name }) => namespace === ROOT_SECRET.namespace && name === ROOT_SECRET.name,
  );
  if (isThere)
    return wrong(
      'root-secret',
      subject,
      'The Secret of the root credentials is there.',
      `Delete it, once the mode is Manual: oc delete secret ${ROOT_SECRET.name} -n ${ROOT_SECRET.namespace}. Then deactivate its key in IAM.`,
    );
  return whyNotAll(secrets) === undefined
    ? verified('root-secret', subject)
    : notRead('root-secret', subject, secrets);
}

function checkIssuer(
  { authentication }: ClusterSnapshot,
  { name, issuer }: PreparedCluster,
): ClusterCheckResult {
  const [found] = itemsOf(authentication);
  if (found === undefined) return notRead('issuer', name, authentication);
  if (found.issuer === issuer) return verified('issuer', name);
  const live = found.issuer === '' ? 'its default one' : `"${found.issuer}"`;
  return wrong(
    'issuer',
    name,
    `The issuer is ${live}, and "${issuer}" was prepared: STS refuses every token.`,
    'An issuer is set when a cluster is installed. Find out who changed it, and set spec.serviceAccountIssuer of authentication.config.openshift.io/cluster back.',
  );
}

function checkVersion({ clusterversion }: ClusterSnapshot, prepared: PreparedCluster): ClusterCheckResult {
  const { name, release, upgrades } = prepared;
  const [found] = itemsOf(clusterversion);
  if (found === undefined) return notRead('version', name, clusterversion);
  if (release === undefined)
    return {
      ...unknown('version', name, 'The registry does not say which release the cluster was prepared for.'),
      remedy: 'Upload the bundle of the cluster again, with the release in its cluster.yaml.',
    };
  const strange = found.releases.filter(
    (each) => ![release, ...upgrades].some((known) => sameRelease(each, known)),
  );
  if (strange.length > 0)
    return wrong(
      'version',
      name,
      `The cluster is at, or on its way to, ${strange.map((each) => `"${each}"`).join(' and ')}; it was prepared for ${[release, ...upgrades].join(' and ')}.`,
      `Upload the bundle of that release below upgrade/${name}/, and below prune/${name}/ once it is reached.`,
    );
  const reached = found.releases.at(-1) ?? '';
  if (!sameRelease(reached, release))
    return note('version', name, `${reached} is reached; a prune makes it the release of the cluster.`);
  return found.releases.length === 1
    ? verified('version', name)
    : note('version', name, `An upgrade from ${reached} to ${found.releases[0]} is under way.`);
}

function checkUpgradeableTo(
  { cloudcredential, clusterversion }: ClusterSnapshot,
  { name, audit }: PreparedCluster,
): ClusterCheckResult {
  const check = 'upgradeable-to';
  const [found] = itemsOf(cloudcredential);
  if (found === undefined) return notRead(check, name, cloudcredential);
  const { upgradeableTo } = found;
  if (upgradeableTo === undefined) {
    if (typeof audit === 'string' || audit.opened.length === 0) return verified(check, name);
    return note(check, name, `No annotation; the audit of ${audit.at} opens ${audit.opened.join(', ')}.`);
  }
  const current = itemsOf(clusterversion)[0]?.releases.at(-1);
  const remedy =
    'oc annotate cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to-';
  if (current !== undefined && isReached(upgradeableTo, current))
    return note(check, name, `The annotation is for ${upgradeableTo}, which is reached: it opens nothing.`);
  if (typeof audit === 'string')
    return {
      ...unknown(check, name, audit),
      remedy: 'Copy the audit of the cluster beside cluster.json, once there is one.',
    };
  const opens = (releases: readonly string[]) =>
    releases.some((release) => sameMinor(release, upgradeableTo));
  if (opens(audit.retracted))
    return wrong(
      check,
      name,
      `The annotation is for "${upgradeableTo}", and the audit of ${audit.at} takes that back.`,
      remedy,
    );
  if (opens(audit.opened)) return verified(check, name);
  return wrong(check, name, `The annotation is for "${upgradeableTo}", and no audit opens that.`, remedy);
}

/** The operator compares minor releases. */
function sameMinor(left: string, right: string): boolean {
  const [a, b] = [parseRelease(left), parseRelease(right)];
  return a !== undefined && b !== undefined && a.major === b.major && a.minor === b.minor;
}

function isReached(release: string, current: string): boolean {
  return sameMinor(release, current) || isOlder(release, current);
}

function notRead(
  check: ClusterCheckName,
  subject: string,
  reading: ClusterSnapshot[keyof ClusterSnapshot],
): ClusterCheckResult {
  return unknown(check, subject, whyNotAll(reading) ?? 'It was not read.');
}
