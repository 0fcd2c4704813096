import { expect, it } from 'vitest';
import { registryEntry, registryKey } from '../../../functions/domain/registry.ts';
import { demoCluster } from '../../support/fakes/demo-cluster.ts';

const FACTS = {
  keyId: 'kid',
  hashes: { desired: 'a', archive: 'b' },
  lastRun: { id: 'run', endedAt: '2026-01-02T03:04:05.000Z', report: 'report.json' },
};

it('the registry entry says where everything of a cluster is', () => {
  const entry = registryEntry(demoCluster(), FACTS);
  expect(entry).toEqual({
    version: 1,
    name: 'demo',
    region: 'us-east-2',
    release: '4.20.3',
    featureSet: 'Default',
    issuer: {
      type: 'public-bucket',
      url: 'https://demo-oidc.s3.us-east-2.amazonaws.com',
      bucket: 'demo-oidc',
    },
    providerArn: 'arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com',
    roles: [
      {
        name: 'demo-openshift-ingress-operator-cloud-credentials',
        arn: 'arn:aws:iam::123456789012:role/demo-openshift-ingress-operator-cloud-credentials',
        secret: 'openshift-ingress-operator/cloud-credentials',
        serviceAccounts: ['system:serviceaccount:openshift-ingress-operator:ingress-operator'],
      },
      {
        name: 'demo-openshift-image-registry-installer-cloud-credentials',
        arn: 'arn:aws:iam::123456789012:role/demo-openshift-image-registry-installer-cloud-credentials',
        secret: 'openshift-image-registry/installer-cloud-credentials',
        serviceAccounts: [
          'system:serviceaccount:openshift-image-registry:registry',
          'system:serviceaccount:openshift-image-registry:operator',
        ],
      },
    ],
    ...FACTS,
  });
});

it('it has no release when the bundle gives none', () => {
  const { release: _, ...cluster } = demoCluster().cluster;
  expect(registryEntry({ ...demoCluster(), cluster }, FACTS)).not.toHaveProperty('release');
});

it('it stands beside the runs of its cluster', () => {
  expect(registryKey('demo')).toBe('clusters/demo/cluster.json');
});
