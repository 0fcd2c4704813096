import { describe, expect, it } from 'vitest';
import { archiveDigest, desiredManifests } from '../../../../core/resources/install-files/desired.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';
import { MANIFESTS } from './files.ts';

describe('the manifests of a cluster', () => {
  it('are the Authentication and one Secret per role, in byte order of their paths', () => {
    expect(MANIFESTS.map(({ path }) => path)).toEqual([
      'manifests/cluster-authentication-02-config.yaml',
      'manifests/openshift-image-registry-installer-cloud-credentials-credentials.yaml',
      'manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml',
    ]);
  });

  it('name the ARN of each role, with its path', () => {
    const [, registry] = desiredManifests(demoCluster({ rolePath: '/ocp/' }));
    expect(registry?.content).toContain(
      'role_arn = arn:aws:iam::123456789012:role/ocp/demo-openshift-image-registry-installer-cloud-credentials\n',
    );
  });
});

describe('the digest of an archive', () => {
  const digest = archiveDigest(MANIFESTS, 'kid');
  it('is the same for the same content', () => {
    expect(archiveDigest(structuredClone(MANIFESTS), 'kid')).toBe(digest);
  });

  it.each([
    ['key', archiveDigest(MANIFESTS, 'other')],
    [
      'content',
      archiveDigest(
        MANIFESTS.map((file) => ({ ...file, content: `${file.content} ` })),
        'kid',
      ),
    ],
    [
      'path',
      archiveDigest(
        MANIFESTS.map((file) => ({ ...file, path: `${file.path}x` })),
        'kid',
      ),
    ],
    ['number of files', archiveDigest(MANIFESTS.slice(1), 'kid')],
  ])('is another for another %s', (_, other) => {
    expect(other).not.toBe(digest);
  });
});
