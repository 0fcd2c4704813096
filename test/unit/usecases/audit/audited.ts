import type { IssuerReader } from '../../../../core/aws/issuer-reader.ts';
import type { ReleaseBundle } from '../../../../core/domain/audit/release-bundle.ts';
import type { ClusterAudit } from '../../../../core/domain/audit/report.ts';
import type { ClusterCheckReport } from '../../../../core/domain/cluster-check/report.ts';
import type { DesiredRole } from '../../../../core/domain/desired-state.ts';
import type { RoleSnapshot } from '../../../../core/domain/observed.ts';
import { jwkThumbprint } from '../../../../core/domain/oidc.ts';
import type { PolicyDocument } from '../../../../core/domain/policy-document.ts';
import { DEFAULT_RULES } from '../../../../core/domain/policy-guard.ts';
import { registryEntry } from '../../../../core/domain/registry.ts';
import type { SourceDocument } from '../../../../core/domain/source-document.ts';
import { auditCluster } from '../../../../core/usecases/audit/audit-cluster.ts';
import type { ClusterRecord } from '../../../../core/usecases/audit/cluster-record.ts';
import type { DesiredRelease } from '../../../../core/usecases/audit/desired-release.ts';
import { type ObservedCluster, observeCluster } from '../../../../core/usecases/audit/observe.ts';
import type { Simulated } from '../../../../core/usecases/audit/simulate.ts';
import { defined } from '../../../../core/util/defined.ts';
import { type Changes, requestValue } from '../../../support/bundles.ts';
import { ACCOUNT, RUN } from '../../../support/fakes/demo-cluster.ts';
import { publicReader } from '../../../support/fakes/issuer-bucket.ts';
import { type Account, BOUNDARY, JWK, KID, preparedAccount } from '../prepare/prepared.ts';

/** The demo cluster, prepared in memory, with all that an audit takes of it. Tests may change any of it. */
export interface PreparedCluster {
  readonly account: Account;
  record: ClusterRecord;
  /** Roles by name. */
  readonly roles: Map<string, RoleSnapshot>;
  readonly policies: Record<string, PolicyDocument | null>;
  readIssuer: IssuerReader;
}

/** A policy that allows everything, as boundaries do. */
export const EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

export async function preparedCluster(): Promise<PreparedCluster> {
  const account = await preparedAccount();
  const { desired, issuerBucket, providers, roles } = account;
  const entry = registryEntry(desired, {
    keyId: KID,
    keys: [{ kid: KID, thumbprint: jwkThumbprint(JWK), state: 'signing' }],
    providerThumbprints: providers.state.get(desired.providerArn)?.thumbprints ?? [],
    hashes: { desired: '', archive: '' },
    lastRun: { id: RUN, endedAt: '2026-03-01T10:00:00.000Z', report: '' },
  });
  return {
    account,
    record: { entry, desired },
    roles: new Map(
      [...roles.state].map(([name, { policy, maxSessionDuration: _, description: __, ...state }]) => [
        name,
        { name, ...state, inline: policy === undefined ? {} : { [name]: policy }, attached: [] },
      ]),
    ),
    policies: { [BOUNDARY]: EVERYTHING },
    readIssuer: publicReader(issuerBucket),
  };
}

/** Looks at the cluster as an audit does. */
export function observed({
  account,
  record,
  roles,
  policies,
  readIssuer,
}: PreparedCluster): Promise<ObservedCluster> {
  return observeCluster(record, { roles: [...roles.values()], policies }, { ...account, readIssuer });
}

export async function audited(
  cluster: PreparedCluster,
  more: {
    releases?: readonly DesiredRelease[];
    previous?: ClusterAudit;
    simulated?: Simulated;
    audit?: string;
    doubt?: string;
    brokenOff?: string;
    verified?: ClusterCheckReport;
  } = {},
): Promise<ClusterAudit> {
  const { releases = [], previous, simulated, audit = 'audit-1', doubt, brokenOff, verified } = more;
  return auditCluster({
    audit,
    record: cluster.record,
    observed: await observed(cluster),
    releases,
    previous,
    outputBucket: 'output',
    ...defined({ simulated, doubt, brokenOff, verified }),
  });
}

/** A role as it is in IAM when it is just what it shall be, and nobody tagged it. */
export function asDesired({ name, arn, path, trust, policy }: DesiredRole): RoleSnapshot {
  return { name, arn, path, tags: {}, trust, inline: { [name]: policy }, attached: [] };
}

/** Changes a role of the cluster. */
export function changeRole(
  { roles }: PreparedCluster,
  name: string,
  change: (role: RoleSnapshot) => RoleSnapshot,
): void {
  const role = roles.get(name);
  if (role === undefined) throw new RangeError(`There is no role ${name}.`);
  roles.set(name, change(role));
}

/** A CredentialsRequest as a document of a bundle. */
export function asks(
  namespace: string,
  name: string,
  accounts: readonly string[],
  changes: Changes = {},
): SourceDocument {
  const value = requestValue({
    'metadata.name': name,
    'spec.secretRef': { namespace, name },
    'spec.serviceAccountNames': accounts,
    'spec.providerSpec.statementEntries': [
      { effect: 'Allow', action: ['s3:GetObject', 's3:ListBucket'], resource: '*' },
    ],
    ...changes,
  });
  return { file: `${namespace}.yaml`, document: 1, value };
}

/** What the demo cluster was prepared with. */
export const INGRESS_REQUEST = [
  'openshift-ingress-operator',
  'cloud-credentials',
  ['ingress-operator'],
] as const;
export const REGISTRY_REQUEST = [
  'openshift-image-registry',
  'installer-cloud-credentials',
  ['registry', 'operator'],
] as const;

export function bundleOf(
  release: string,
  documents: readonly SourceDocument[],
  more: Partial<ReleaseBundle> = {},
): ReleaseBundle {
  return { release, source: `s3://intake/releases/${release}.tgz`, documents, problems: [], ...more };
}

/** A release that asks for just what the demo cluster has. */
export const sameRelease = (release: string) =>
  bundleOf(release, [asks(...INGRESS_REQUEST), asks(...REGISTRY_REQUEST)]);

export const RULES = { placement: { iamPartition: 'aws', accountId: ACCOUNT }, guard: DEFAULT_RULES };

/** When the cluster is looked at. */
export const AT = '2026-03-02T10:00:00.000Z';
