import { finding } from '../../domain/audit/finding.ts';
import type { Finding, ReleaseAudit } from '../../domain/audit/report.ts';
import { createNamespaceCommand } from '../../domain/cluster-commands.ts';
import type { DesiredRole, DesiredState } from '../../domain/desired-state.ts';
import { secretManifest } from '../../domain/manifests.ts';
import { AUDIENCES } from '../../domain/names.ts';
import { comparePermissions, type LivePermissions } from '../../domain/policy/coverage.ts';
import { actionsOf, describeGaps, missingStatements } from '../../domain/policy/gaps.ts';
import { describeTrust } from '../../domain/policy/trust.ts';
import { trustPolicy } from '../../domain/policy-document.ts';
import { formatLocation, type Problem } from '../../domain/problem.ts';
import { trustCommand } from '../../resources/role/remedies.ts';
import * as layout from '../../storage/layout.ts';
import { defined } from '../../util/defined.ts';
import { componentsGone } from './components-gone.ts';
import type { DesiredRelease, KnownRelease, UnclearRole } from './desired-release.ts';
import { relevantStatements } from './evidence.ts';
import type { LiveCluster } from './live-cluster.ts';
import { livePermissions } from './live-permissions.ts';
import { disagreements, type SimulatedDecision } from './simulate.ts';
import { trustOf } from './trusted.ts';

/** What was found of one release, before it is known whether the way there is open. */
export type ComparedRelease = Omit<ReleaseAudit, 'gate'> & {
  /** Roles whose Secrets the cluster may not have: their components came with an upgrade. */
  readonly added: readonly DesiredRole[];
};

/**
 * Characters of what is found of one release, as JSON: a release of which every role is missing takes a third. Every
 * cluster has findings of its own, so that a bundle that was made to fill reports is unknown instead.
 */
const MAX_FINDINGS_CHARACTERS = 300_000;

/** Compares a live cluster with what a release asks for: its roles, their trust and permissions, its Secrets. Pure. */
export function compareRelease(wanted: DesiredRelease, live: LiveCluster): ComparedRelease {
  const compared = compare(wanted, live);
  const length = JSON.stringify(compared.findings).length;
  return length <= MAX_FINDINGS_CHARACTERS
    ? compared
    : unknownRelease(wanted, [
        `What differs takes ${length} characters to tell, and ${MAX_FINDINGS_CHARACTERS} are told. Leave out of the bundle what is not of the release.`,
      ]);
}

function unknownRelease({ bundle: { release, source } }: DesiredRelease, reasons: string[]): ComparedRelease {
  return { release, source, status: 'unknown', reasons, findings: [], unchanged: 0, added: [] };
}

function compare(wanted: DesiredRelease, live: LiveCluster): ComparedRelease {
  const { desired } = live;
  const { release, source } = wanted.bundle;
  if ('problems' in wanted)
    return unknownRelease(
      wanted,
      firstOf(wanted.problems).map((problem) => `The bundle cannot be used: ${problem}`),
    );
  const upload = `Upload the bundle of the release as upgrade/${desired.cluster.name}/${release}.tgz.`;
  const byRole = wanted.roles.map((role) => compareRole(role, live, upload));
  const unclear = wanted.unclear.flatMap((each) => compareUnclear(each, live, upload));
  const others = [...unclear, ...componentsGone(wanted, live), ...refusedUpgrade(wanted)];
  const findings = [...byRole.flat(), ...others];
  const lacking = byRole.filter((found) => found.some(isCritical)).length;
  const unknown = findings.filter(({ severity }) => severity === 'warning').length;
  const since = new Map(desired.roles.map((role) => [role.name, role.since]));
  return {
    release,
    source,
    status: findings.some(isCritical) ? 'not-ready' : unknown > 0 ? 'unknown' : 'ready',
    reasons: [
      ...(lacking > 0 ? [`${lacking} of ${byRole.length} components lack something.`] : []),
      ...wanted.refusals.slice(0, 1).map((refusal) => `upgrade/ would refuse the bundle: ${saidOf(refusal)}`),
      ...(unknown > 0 ? [`Of ${unknown} things it cannot be told whether they suffice.`] : []),
    ],
    findings,
    unchanged: byRole.filter((found) => found.every(({ severity }) => severity === 'info')).length,
    added: wanted.roles.filter(({ name }) => !since.has(name) || since.get(name) !== undefined),
  };
}

function isCritical({ severity }: Finding): boolean {
  return severity === 'critical';
}

/** A component that may be none of the cluster's matters only where the cluster lacks something for it. */
function compareUnclear(unclear: UnclearRole, live: LiveCluster, upload: string): Finding[] {
  const { role, reason, because, at, problems } = unclear;
  const lacks = role === undefined ? [] : compareRole(role, live, upload);
  if (role !== undefined && lacks.every(({ severity }) => severity === 'info')) return [];
  const secret = role && `${role.secretRef.namespace}/${role.secretRef.name}`;
  return [
    finding('ComponentUnclear', {
      resource: role === undefined ? `request ${formatLocation(at)}` : `role ${role.name}`,
      message: `The release has ${secret ?? 'a request'}, and ${reason}. ${
        role === undefined
          ? `The request cannot be read: ${problems.join(' ')}`
          : `If it is for the cluster: ${lacks.map(({ message }) => message).join(' ')}`
      }`,
      ...defined({ wanted: role && { trust: role.trust, permissions: role.policy } }),
      remedy: HOW_TO_TELL[because],
    }),
  ];
}

const HOW_TO_TELL: Readonly<Record<UnclearRole['because'], string>> = {
  'feature set':
    'Upload the requests of the cluster below prepare/ again, with its feature set as featureSet in cluster.yaml.',
  gate: "Add the release's FeatureGate manifests (0000_50_cluster-config-api_featureGate-*.yaml of its payload) to the bundle, or say featureGates in cluster.yaml below prepare/.",
  capability:
    'Upload the requests of the cluster below prepare/ again, with its install-config.yaml or with capabilities in cluster.yaml, so that it is on record which capabilities it has.',
};

/** So many are told for each cluster; the list of releases has more of them. */
const MAX_TOLD = 20;

function firstOf(texts: readonly string[]): readonly string[] {
  const more = texts.length - MAX_TOLD;
  return more > 0 ? [...texts.slice(0, MAX_TOLD), `There are ${more} more like these.`] : texts;
}

/** An upgrade is never recommended that would be refused. */
function refusedUpgrade({ bundle, refusals }: KnownRelease): Finding[] {
  const refused = (message: string, remedy: string) =>
    finding('UpgradeRefused', { resource: `bundle ${bundle.source}`, message, remedy });
  const more = refusals.length - MAX_TOLD;
  return [
    ...refusals
      .slice(0, MAX_TOLD)
      .map((refusal) =>
        refused(
          `The bundle would be refused below upgrade/: ${saidOf(refusal)}`,
          `Before the bundle is uploaded: ${refusal.remedy}`,
        ),
      ),
    ...(more > 0
      ? [refused(`There are ${more} more like these.`, 'Do what the others say, and audit again.')]
      : []),
  ];
}

function saidOf({ message, ...problem }: Problem): string {
  const location = formatLocation(problem);
  return location === '' ? message : `${location}: ${message}`;
}

function compareRole(wanted: DesiredRole, cluster: LiveCluster, upload: string): Finding[] {
  const { desired, observed, simulated } = cluster;
  const { namespace, name } = wanted.secretRef;
  const resource = `role ${wanted.name}`;
  const live = observed.roles.roles.find((role) => role.name === wanted.name);
  const known = desired.roles.some((role) => role.name === wanted.name);
  if (live === undefined) {
    return [
      finding(known ? 'RoleMissing' : 'ComponentNew', {
        resource,
        message: known
          ? `The role of ${namespace}/${name} does not exist.`
          : `The release brings ${namespace}/${name}: its role and its Secret are missing.`,
        wanted: { trust: wanted.trust, permissions: wanted.policy },
        remedy: upload,
      }),
      ...(known ? [] : [namespaceNeeded(namespace, wanted)]),
    ];
  }
  return [
    ...comparePermissionsOf(
      wanted,
      livePermissions(live, observed.roles),
      simulated.get(wanted.name) ?? [],
      resource,
      upload,
    ),
    ...compareTrust(wanted, desired, live.trust, resource, upload),
    ...compareSecret(wanted, cluster, upload),
  ];
}

function comparePermissionsOf(
  wanted: DesiredRole,
  live: LivePermissions,
  simulated: readonly SimulatedDecision[],
  resource: string,
  upload: string,
): Finding[] {
  const { missing, unknown } = comparePermissions(wanted.policy, live);
  const found: Finding[] = [];
  if (missing.length > 0) {
    found.push(
      finding('PermissionsMissing', {
        resource,
        message: `The release asks for ${describeGaps(missing)}.`,
        live: relevantStatements(live.policies, actionsOf(missing)),
        wanted: missingStatements(missing),
        actions: actionsOf(missing),
        remedy: upload,
      }),
    );
  }
  if (unknown.length > 0) {
    found.push(
      finding('ReleasePermissionsUnclear', {
        resource,
        message: `It cannot be told whether the role has ${describeGaps(unknown)}.`,
        live: relevantStatements(live.policies, actionsOf(unknown)),
        wanted: missingStatements(unknown),
        actions: actionsOf(unknown),
        remedy: `Look at the policies of the role. ${upload}`,
      }),
    );
  }
  return [...found, ...disagreements(wanted, { missing, unknown }, simulated, resource)];
}

function compareTrust(
  wanted: DesiredRole,
  { providerArn, issuer, roles }: DesiredState,
  trust: Parameters<typeof trustOf>[0],
  resource: string,
  upload: string,
): Finding[] {
  const { refused, unclear } = trustOf(trust, providerArn, issuer.host, wanted.subjects, AUDIENCES[0]);
  const { subjects } = describeTrust(trust);
  const evidence = { live: subjects.join('\n') || 'no subject', wanted: wanted.subjects.join('\n') };
  const found: Finding[] = [];
  if (refused.length > 0) {
    found.push(
      finding('ServiceAccountMissing', {
        resource,
        message: `The role does not trust ${refused.map(({ subject, reason }) => `${subject} (${reason})`).join(', ')}.`,
        ...evidence,
        remedy: upload,
      }),
    );
  }
  if (unclear.length > 0) {
    const known = roles.find(({ name }) => name === wanted.name)?.subjects ?? [];
    const all = [...new Set([...known, ...wanted.subjects])];
    const plain = trustCommand(wanted.name, trustPolicy(providerArn, issuer.host, all));
    found.push(
      finding('ReleaseTrustUnclear', {
        resource,
        message: `It cannot be told whether the role trusts ${unclear.map(({ subject, reason }) => `${subject} (${reason})`).join(', ')}.`,
        ...evidence,
        remedy: `Look at the trust policy of the role. An upgrade keeps what restricts it; if nobody wants that, take it out first. ${upload} To take it out: ${plain}`,
      }),
    );
  }
  return found;
}

function compareSecret(
  wanted: DesiredRole,
  { desired: { cluster }, observed: { files }, outputBucket }: LiveCluster,
  upload: string,
): Finding[] {
  const { path, content } = secretManifest(wanted.secretRef, wanted.arn, wanted.cloudTokenPath);
  if (files.manifests[path] === content) return [];
  return [
    finding('SecretMissing', {
      resource: `s3://${outputBucket}/${layout.installFile.of({ cluster: cluster.name, path })}`,
      message: `The Secret ${wanted.secretRef.namespace}/${wanted.secretRef.name} was not prepared, or names another role.`,
      wanted: `role_arn = ${wanted.arn}`,
      remedy: upload,
    }),
  ];
}

function namespaceNeeded(namespace: string, { secretRef }: DesiredRole): Finding {
  return finding('NamespaceNeeded', {
    resource: `namespace ${namespace}`,
    message: `The namespace has to be in the cluster before the Secret ${secretRef.name} is applied.`,
    remedy: createNamespaceCommand(namespace),
  });
}
