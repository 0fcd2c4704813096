import { finding } from '../../core/domain/audit/finding.ts';
import type { AuditReport, ClusterAudit, Finding, ReleaseAudit } from '../../core/domain/audit/report.ts';
import { permissionPolicy, trustPolicy } from '../../core/domain/policy-document.ts';
import { auditReport, INTAKE, sampleCluster, sampleRelease } from './audit-report.ts';

const REGIONS = ['us-east-2', 'eu-central-1', 'ap-southeast-2'];
const STAGES = ['prod', 'stage', 'dev-team'];
const OUTPUT = 's3://sts-prep-output-123456789012-us-east-2';
const AGAIN =
  'Upload the bundle of the cluster again, under the key of its last prepare, upgrade or prune: a run repairs it.';

const MACHINE_API = ['AllocateAddress', 'AssociateRouteTable', 'AttachNetworkInterface', 'CreateTags'].concat(
  ['AvailabilityZones', 'DhcpOptions', 'Images', 'Instances', 'InstanceTypes', 'InternetGateways'].map(
    (each) => `Describe${each}`,
  ),
  ['NetworkInterfaces', 'Regions', 'SecurityGroups', 'Subnets', 'Volumes', 'Vpcs'].map(
    (each) => `Describe${each}`,
  ),
  ['ModifyInstanceAttribute', 'RunInstances', 'TerminateInstances'],
);

/** Components by namespace, Secret and actions. */
const COMPONENTS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'openshift-cloud-credential-operator',
    'cloud-credential-operator-iam-ro-creds',
    ['iam:GetUser', 'iam:GetUserPolicy', 'iam:ListAccessKeys'],
  ],
  [
    'openshift-cloud-network-config-controller',
    'cloud-credentials',
    [
      'ec2:AssignIpv6Addresses',
      'ec2:AssignPrivateIpAddresses',
      'ec2:DescribeInstances',
      'ec2:DescribeSubnets',
    ],
  ],
  [
    'openshift-cluster-csi-drivers',
    'ebs-cloud-credentials',
    ['AttachVolume', 'CreateSnapshot', 'CreateTags', 'CreateVolume', 'DeleteSnapshot', 'DeleteVolume']
      .concat(['DescribeInstances', 'DescribeSnapshots', 'DescribeVolumes', 'DetachVolume', 'ModifyVolume'])
      .map((action) => `ec2:${action}`),
  ],
  [
    'openshift-image-registry',
    'installer-cloud-credentials',
    ['CreateBucket', 'DeleteBucket', 'GetBucketLocation', 'GetObject', 'ListBucket', 'PutObject'].map(
      (action) => `s3:${action}`,
    ),
  ],
  [
    'openshift-ingress-operator',
    'cloud-credentials',
    [
      'elasticloadbalancing:DescribeLoadBalancers',
      'route53:ChangeResourceRecordSets',
      'route53:ListHostedZones',
    ],
  ],
  ['openshift-machine-api', 'aws-cloud-credentials', MACHINE_API.map((action) => `ec2:${action}`)],
];

interface Place {
  readonly cluster: string;
  readonly host: string;
}

const roleName = (cluster: string, namespace: string, secret: string) =>
  `${cluster}-${namespace}-${secret}`.slice(0, 64);

const policyOf = (action: readonly string[]) =>
  permissionPolicy([{ effect: 'Allow', action, resource: '*' }]);

function trustOf({ host }: Place, namespace: string, accounts: readonly string[]) {
  const subjects = accounts.map((name) => `system:serviceaccount:${namespace}:${name}`);
  return trustPolicy(`arn:aws:iam::123456789012:oidc-provider/${host}`, host, subjects);
}

/** Somebody took an action from every role, added to a trust policy, and forgot a role. */
function drift(place: Place, row: number): Finding[] {
  const lost = COMPONENTS.slice(2).map(([namespace, secret, actions]) =>
    finding('PermissionsLost', {
      resource: `role ${roleName(place.cluster, namespace, secret)}`,
      message: `The role lacks ${actions[0]} on * (no statement allows it).`,
      live: policyOf(actions.slice(1)),
      wanted: policyOf(actions),
      actions: actions.slice(0, 1),
      remedy: AGAIN,
    }),
  );
  const [namespace, secret] = ['openshift-image-registry', 'installer-cloud-credentials'];
  return [
    ...lost,
    finding('TrustChanged', {
      resource: `role ${roleName(place.cluster, namespace, secret)}`,
      message: 'The trust policy admits the service accounts of its component, and is not what was prepared.',
      live: trustOf(place, namespace, ['cluster-image-registry-operator', 'registry', 'default']),
      wanted: trustOf(place, namespace, ['cluster-image-registry-operator', 'registry']),
      remedy: `If nobody you know changed it, look who may assume the role. ${AGAIN}`,
    }),
    finding('RoleOrphaned', {
      resource: `role ${place.cluster}-forgotten-${row}`,
      message: 'The role carries the tags of the cluster, and no CredentialsRequest asks for it.',
      live: `made 2025-01-01T00:00:${String(row % 60).padStart(2, '0')}Z; IAM shows no use of it`,
      remedy: `If an optional operator uses it, upload the operator's request as add/${place.cluster}/<name>.tgz. If nothing does, delete it.`,
    }),
  ];
}

/** What a release brings: actions, a service account, a component, and one component less. */
function lacking(place: Place, release: string): Finding[] {
  const remedy = `Upload the bundle of the release as upgrade/${place.cluster}/${release}.tgz.`;
  const missing = COMPONENTS.slice(2, 6).map(([namespace, secret, actions]) =>
    finding('PermissionsMissing', {
      resource: `role ${roleName(place.cluster, namespace, secret)}`,
      message: `The release asks for ec2:New${release.split('.')[1]}, ec2:Another on * (no statement allows it).`,
      live: policyOf(actions).Statement,
      wanted: policyOf([`ec2:New${release.split('.')[1]}`, 'ec2:Another']).Statement,
      actions: [`ec2:New${release.split('.')[1]}`, 'ec2:Another'],
      remedy,
    }),
  );
  const [namespace, secret] = ['openshift-cluster-api', 'capa-manager-bootstrap-credentials'];
  return [
    ...missing,
    finding('ServiceAccountMissing', {
      resource: `role ${roleName(place.cluster, 'openshift-ingress-operator', 'cloud-credentials')}`,
      message:
        'The role does not trust system:serviceaccount:openshift-ingress-operator:gateway (no statement admits it).',
      live: 'system:serviceaccount:openshift-ingress-operator:ingress-operator',
      wanted:
        'system:serviceaccount:openshift-ingress-operator:ingress-operator\nsystem:serviceaccount:openshift-ingress-operator:gateway',
      remedy,
    }),
    finding('ComponentNew', {
      resource: `role ${roleName(place.cluster, namespace, secret)}`,
      message: `The release brings ${namespace}/${secret}: its role and its Secret are missing.`,
      wanted: {
        trust: trustOf(place, namespace, ['capa-controller-manager']),
        permissions: policyOf(MACHINE_API.map((action) => `ec2:${action}`)),
      },
      remedy,
    }),
    finding('NamespaceNeeded', {
      resource: `namespace ${namespace}`,
      message: `The namespace has to be in the cluster before the Secret ${secret} is applied.`,
      remedy: `oc get namespace ${namespace} || oc create namespace ${namespace}`,
    }),
  ];
}

function releaseOf(place: Place, release: string, turn: number): ReleaseAudit {
  const source = `${INTAKE}/releases/${release}.tgz`;
  if (turn % 4 === 0) {
    const secret = `${OUTPUT}/clusters/${place.cluster}/install/manifests/openshift-cluster-api-capa-manager-bootstrap-credentials-credentials.yaml`;
    return sampleRelease({
      release,
      source,
      gate: [
        'oc get namespace openshift-cluster-api || oc create namespace openshift-cluster-api',
        `aws s3 cp ${secret} - | oc apply -f -`,
        `oc annotate --overwrite cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to=${release}`,
      ],
    });
  }
  return sampleRelease({
    release,
    source,
    status: turn % 9 === 1 ? 'unknown' : 'not-ready',
    reasons: ['6 of 7 components lack something.'],
    notes: ['The release has a request for a feature set that the cluster does not have.'],
    findings: lacking(place, release),
    unchanged: 1,
  });
}

/** Names of the clusters of `fleetAuditReport`, of different lengths. */
export function fleetCluster(row: number): string {
  const stage = STAGES[row % STAGES.length];
  return `${stage}-${REGIONS[row % REGIONS.length]}-${String(row + 1).padStart(3, '0')}`;
}

function clusterOf(row: number, versions: readonly string[]): ClusterAudit {
  const cluster = fleetCluster(row);
  const region = REGIONS[row % REGIONS.length] ?? '';
  const host = `${cluster}-oidc.s3.${region}.amazonaws.com`;
  const found = row % 3 === 0 ? drift({ cluster, host }, row) : [];
  return sampleCluster({
    cluster,
    region,
    issuer: `https://${host}`,
    status: found.length === 0 ? 'clean' : 'drifted',
    drift: found.map((each) => ({ ...each, isNew: row % 2 === 0 })),
    releases: versions.map((release, column) => releaseOf({ cluster, host }, release, row + column)),
    roles: COMPONENTS.map(([namespace, secret]) => ({
      name: roleName(cluster, namespace, secret),
      secret: `${namespace}/${secret}`,
      createdAt: '2025-06-01T10:00:00Z',
      lastUsed: '2026-03-02T03:12:00Z',
      region,
    })),
    opened: versions.slice(0, 1),
    ...(row % 50 === 7
      ? {
          retract: {
            releases: versions.slice(0, 1),
            reason: `${versions[0]} is no longer ready: 6 of 7 components lack something.`,
            commands: [
              'oc annotate cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to-',
            ],
          },
        }
      : {}),
  });
}

/** The report of a large fleet, in which most clusters have the same findings in every release. */
export function fleetAuditReport(clusters: number, releases: number): AuditReport {
  const versions = Array.from({ length: releases }, (_, index) => `4.${15 + index}.0`);
  return auditReport(
    Array.from({ length: clusters }, (_, row) => clusterOf(row, versions)),
    versions.map((release) => ({
      release,
      source: `${INTAKE}/releases/${release}.tgz`,
      requests: 7,
      problems: [],
    })),
  );
}
