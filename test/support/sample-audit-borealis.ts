import type { ClusterAudit, Finding, ReleaseAudit } from '../../core/domain/audit/report.ts';
import { INTAKE, sampleCluster, sampleFinding, sampleRelease } from './audit-report.ts';

export const ANNOTATION = 'cloudcredential.openshift.io/upgradeable-to';
export const CLUSTER_OBJECT = 'cloudcredential.operator.openshift.io/cluster';
export const json = (value: unknown) => JSON.stringify(value, null, 2);

const COMPONENTS = [
  ['openshift-cloud-credential-operator', 'cloud-credential-operator-iam-ro-creds'],
  ['openshift-cloud-network-config-controller', 'cloud-credentials'],
  ['openshift-cluster-csi-drivers', 'ebs-cloud-credentials'],
  ['openshift-image-registry', 'installer-cloud-credentials'],
  ['openshift-ingress-operator', 'cloud-credentials'],
  ['openshift-machine-api', 'aws-cloud-credentials'],
] as const;

const LAST_USED = ['2026-03-02T03:12:00Z', '2026-03-01T22:45:10Z', '2026-02-27T09:01:44Z', undefined];

export function roles(cluster: string, region: string): ClusterAudit['roles'] {
  return COMPONENTS.map(([namespace, secret], index) => {
    const lastUsed = LAST_USED[index % LAST_USED.length];
    return {
      name: `${cluster}-${namespace}-${secret}`.slice(0, 64),
      secret: `${namespace}/${secret}`,
      ...(lastUsed === undefined ? {} : { lastUsed, region }),
    };
  });
}

export function unreadable(): ReleaseAudit {
  return sampleRelease({
    release: '4.16.0-rc.2',
    source: `${INTAKE}/releases/4.16.0-rc.2.tgz`,
    status: 'unknown',
    reasons: ['The bundle of the release cannot be used: ArchiveDamaged, the archive ends too early.'],
    unchanged: 0,
  });
}

const INGRESS = 'borealis-openshift-ingress-operator-cloud-credentials';
const REGISTRY = 'borealis-openshift-image-registry-installer-cloud-credentials';

/** Drifted, and not ready; what an earlier audit opened has to be taken back. */
export function borealis(): ClusterAudit {
  return sampleCluster({
    cluster: 'borealis',
    region: 'eu-central-1',
    release: '4.14.0',
    issuer: 'https://borealis-oidc.s3.eu-central-1.amazonaws.com',
    status: 'drifted',
    drift: borealisDrift(),
    releases: [
      sampleRelease({
        release: '4.15.3',
        source: `${INTAKE}/audit/borealis/4.15.3.tgz`,
        status: 'not-ready',
        reasons: [
          '2 components lack what the release asks for.',
          'The cluster itself has drifted: TrustNarrowed, PermissionsLost.',
        ],
        unchanged: 4,
        findings: borealisRelease(),
      }),
      unreadable(),
    ],
    roles: roles('borealis', 'eu-central-1'),
    opened: ['4.15.3'],
    retract: {
      releases: ['4.15.3'],
      reason:
        '4.15.3 is no longer ready: 2 components lack what the release asks for. The cluster itself has drifted: TrustNarrowed, PermissionsLost.',
      commands: [`oc annotate ${CLUSTER_OBJECT} ${ANNOTATION}-`],
    },
  });
}

function borealisDrift(): Finding[] {
  const subject = (...names: string[]) =>
    json({
      StringEquals: {
        'borealis-oidc.s3.eu-central-1.amazonaws.com:sub': names.map(
          (name) => `system:serviceaccount:openshift-image-registry:${name}`,
        ),
      },
    });
  return [
    sampleFinding({
      kind: 'TrustNarrowed',
      resource: REGISTRY,
      message:
        'The role no longer trusts system:serviceaccount:openshift-image-registry:registry (no statement admits it).',
      live: subject('cluster-image-registry-operator'),
      wanted: subject('cluster-image-registry-operator', 'registry'),
      isNew: true,
    }),
    sampleFinding({
      resource: INGRESS,
      live: json({
        Statement: [
          {
            Effect: 'Allow',
            Action: [
              'elasticloadbalancing:DescribeLoadBalancers',
              'route53:ListHostedZones',
              'tag:GetResources',
            ],
            Resource: '*',
          },
        ],
      }),
      wanted: json({
        Statement: [
          {
            Effect: 'Allow',
            Action: [
              'elasticloadbalancing:DescribeLoadBalancers',
              'route53:ChangeResourceRecordSets',
              'route53:ListHostedZones',
              'route53:ListTagsForResources',
              'sts:AssumeRole',
              'tag:GetResources',
            ],
            Resource: '*',
          },
        ],
      }),
      actions: ['route53:ChangeResourceRecordSets', 'route53:ListTagsForResources', 'sts:AssumeRole'],
      message:
        'The role lacks route53:ChangeResourceRecordSets, route53:ListTagsForResources and sts:AssumeRole on every resource.',
    }),
    sampleFinding({
      kind: 'PolicyAttached',
      severity: 'warning',
      resource: INGRESS,
      message:
        'The role has the attached policy arn:aws:iam::aws:policy/AmazonRoute53FullAccess, which no request asks for.',
      live: 'arn:aws:iam::aws:policy/AmazonRoute53FullAccess',
      remedy: `If nobody needs it: aws iam detach-role-policy --role-name ${INGRESS} --policy-arn arn:aws:iam::aws:policy/AmazonRoute53FullAccess`,
      isNew: true,
    }),
    sampleFinding({
      kind: 'IssuerTagsChanged',
      severity: 'warning',
      resource: 'borealis-oidc',
      message: 'Tags of the cluster are missing or changed.',
      live: json({}),
      wanted: json({ 'openshift.io/cloud-credential-operator/borealis': 'owned', Name: 'borealis' }),
    }),
  ];
}

function borealisRelease(): Finding[] {
  return [
    sampleFinding({
      kind: 'ComponentNew',
      resource: 'borealis-openshift-cluster-api-capa-manager-bootstrap-credentials',
      message:
        'The release brings openshift-cluster-api/capa-manager-bootstrap-credentials: its role and its Secret are missing.',
      wanted: json({
        trust: {
          Effect: 'Allow',
          Principal: {
            Federated: 'arn:aws:iam::123456789012:oidc-provider/borealis-oidc.s3.eu-central-1.amazonaws.com',
          },
          Action: 'sts:AssumeRoleWithWebIdentity',
        },
        permissions: {
          Effect: 'Allow',
          Action: [
            'ec2:CreateTags',
            'ec2:DescribeInstances',
            'ec2:DescribeSecurityGroups',
            'ec2:RunInstances',
            'ec2:TerminateInstances',
            'iam:PassRole',
          ],
          Resource: '*',
        },
      }),
      remedy: 'Upload the bundle of the release as upgrade/borealis/4.15.3.tgz.',
    }),
    keyGrants('borealis'),
    sampleFinding({
      kind: 'ComponentGone',
      severity: 'info',
      resource: 'borealis-openshift-cloud-network-config-controller-cloud-credential',
      message:
        'The release does not ask for openshift-cloud-network-config-controller/cloud-credentials. The role stays: the cluster uses it until the upgrade is complete.',
      remedy: 'After the upgrade, upload the bundle of the release as prune/borealis/4.15.3.tgz.',
    }),
  ];
}

/** Two clusters have it. */
export function keyGrants(cluster: string): Finding {
  return sampleFinding({
    kind: 'ReleasePermissionsUnclear',
    severity: 'warning',
    resource: `role ${cluster}-openshift-machine-api-aws-cloud-credentials`,
    message:
      'It cannot be told whether the role has kms:CreateGrant on every resource: a condition on aws:PrincipalTag depends on the caller.',
    actions: ['kms:CreateGrant'],
    live: json({ Effect: 'Allow', Action: ['kms:CreateGrant'], Resource: '*', Condition: { Bool: {} } }),
    remedy: `Look at the policies of the role. Upload the bundle of the release as upgrade/${cluster}/4.15.3.tgz.`,
  });
}
