import type { AuditReport, ClusterAudit } from '../../core/domain/audit/report.ts';
import { auditReport, INTAKE, sampleCluster, sampleFinding, sampleRelease } from './audit-report.ts';
import { sampleNews } from './release-news.ts';
import {
  ANNOTATION,
  borealis,
  CLUSTER_OBJECT,
  json,
  keyGrants,
  roles,
  unreadable,
} from './sample-audit-borealis.ts';

/** Clean, and ready for 4.14.0. */
function atlas(): ClusterAudit {
  return sampleCluster({
    cluster: 'atlas',
    issuer: 'https://atlas-oidc.s3.us-east-2.amazonaws.com',
    drift: [
      sampleFinding({
        kind: 'BoundaryAdded',
        severity: 'info',
        resource: 'atlas-openshift-machine-api-aws-cloud-credentials',
        message:
          'The role has a permissions boundary that was not prepared. It can only take permissions away.',
        live: 'arn:aws:iam::123456789012:policy/platform-boundary',
        remedy: 'If it is wanted, name it in cluster.yaml (permissionsBoundaryArn) and prepare again.',
      }),
    ],
    releases: [
      sampleRelease({
        gate: [
          'oc get namespace openshift-cluster-api || oc create namespace openshift-cluster-api',
          'aws s3 cp s3://sts-prep-output-123456789012-us-east-2/clusters/atlas/manifests/openshift-cluster-api-capa-manager-bootstrap-credentials-credentials.yaml - | oc apply -f -',
          `oc annotate --overwrite ${CLUSTER_OBJECT} ${ANNOTATION}=4.14.0`,
        ],
        findings: [
          sampleFinding({
            kind: 'NamespaceNeeded',
            severity: 'info',
            resource: 'openshift-cluster-api',
            message:
              'The namespace has to be in the cluster before the Secret capa-manager-bootstrap-credentials is applied.',
            remedy: 'oc get namespace openshift-cluster-api || oc create namespace openshift-cluster-api',
          }),
        ],
      }),
      sampleRelease({
        release: '4.15.3',
        source: `${INTAKE}/releases/4.15.3.tgz`,
        status: 'not-ready',
        reasons: ['1 component lacks permissions that the release asks for.'],
        unchanged: 6,
        findings: [
          sampleFinding({
            kind: 'PermissionsMissing',
            resource: 'atlas-openshift-cluster-csi-drivers-ebs-cloud-credentials',
            message: 'The release asks for ec2:EnableFastSnapshotRestores on every resource.',
            live: json({
              Effect: 'Allow',
              Action: ['ec2:AttachVolume', 'ec2:CreateSnapshot', 'ec2:CreateTags', 'ec2:DetachVolume'],
              Resource: '*',
            }),
            wanted: json({ Effect: 'Allow', Action: ['ec2:EnableFastSnapshotRestores'], Resource: '*' }),
            actions: ['ec2:EnableFastSnapshotRestores'],
            remedy: 'Upload the bundle of the release as upgrade/atlas/4.15.3.tgz.',
            isNew: true,
          }),
          keyGrants('atlas'),
        ],
      }),
      unreadable(),
    ],
    roles: roles('atlas', 'us-east-2'),
    opened: ['4.14.0'],
  });
}

/** Registered, and nothing could be read of it. */
function cygnus(): ClusterAudit {
  const {
    region: _,
    release: __,
    issuer: ___,
    ...rest
  } = sampleCluster({
    cluster: 'cygnus',
    status: 'unknown',
    reason: 'Its registry entry cannot be read: Unexpected end of JSON input',
  });
  return rest;
}

/** A realistic report: a cluster that is ready, one that has drifted, one of which nothing is known. */
export function sampleAuditReport(): AuditReport {
  return auditReport(
    [atlas(), borealis(), cygnus()],
    [
      {
        release: '4.14.0',
        source: `${INTAKE}/releases/4.14.0.tgz`,
        requests: 7,
        problems: [],
        news: { notes: ['No earlier release is on hand that it could be compared with.'], requests: [] },
      },
      {
        release: '4.15.3',
        source: `${INTAKE}/releases/4.15.3.tgz`,
        requests: 7,
        problems: [],
        news: sampleNews(),
      },
      {
        release: '4.15.3',
        source: `${INTAKE}/audit/borealis/4.15.3.tgz`,
        cluster: 'borealis',
        requests: 7,
        problems: [],
      },
      {
        release: '4.16.0-rc.2',
        source: `${INTAKE}/releases/4.16.0-rc.2.tgz`,
        requests: 0,
        problems: [
          'ArchiveDamaged: the archive ends too early. Make it again with `oc adm release extract`, and upload it.',
        ],
      },
    ],
  );
}
