import type { ReleaseNews } from '../../core/domain/audit/news-schema.ts';

/** News of a release as they may be. */
export function sampleNews(): ReleaseNews {
  const allow = (action: string, resource = '*') => ({ effect: 'Allow', action, resource });
  const none = { new: [], gone: [] };
  return {
    against: '4.14.0',
    notes: [],
    requests: [
      {
        change: 'new',
        name: 'openshift-cluster-api-aws',
        secret: 'openshift-cluster-api/capa-manager-bootstrap-credentials',
        gates: { featureSet: 'TechPreviewNoUpgrade' },
        permissions: { new: [allow('ec2:RunInstances'), allow('ec2:TerminateInstances')], gone: [] },
        serviceAccounts: { new: ['capa-controller-manager'], gone: [] },
      },
      {
        change: 'changed',
        name: 'aws-ebs-csi-driver-operator',
        secret: 'openshift-cluster-csi-drivers/ebs-cloud-credentials',
        gates: {},
        permissions: {
          new: [allow('ec2:EnableFastSnapshotRestores'), allow('kms:CreateGrant', 'arn:aws:kms:*:*:key/*')],
          gone: [allow('kms:CreateGrant')],
        },
        serviceAccounts: none,
      },
      {
        change: 'taken-away',
        name: 'openshift-cloud-network-config-controller-aws',
        secret: 'openshift-cloud-network-config-controller/cloud-credentials',
        gates: {},
        permissions: none,
        serviceAccounts: none,
      },
    ],
  };
}

/** News in which every text is the given one. */
export function hostileNews(text: string): ReleaseNews {
  const permissions = [{ effect: text, action: text, resource: text, condition: text }];
  return {
    against: text,
    notes: [text],
    requests: [
      {
        change: 'changed',
        name: text,
        secret: text,
        gates: { featureSet: text, featureGate: text },
        gatesBefore: { featureSet: text },
        permissions: { new: permissions, gone: permissions },
        serviceAccounts: { new: [text], gone: [text] },
      },
    ],
  };
}
