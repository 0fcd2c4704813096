import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { tgzOf } from '../support/archives.ts';
import { clusterYaml, requestOf } from '../support/bundles.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

/** A bundle with the requests of these components. */
function bundleOf(components: readonly string[], facts?: Parameters<typeof clusterYaml>[0]) {
  return tgzOf({
    ...(facts && { 'cluster.yaml': clusterYaml(facts) }),
    ...Object.fromEntries(components.map((component) => [`${component}.yaml`, requestOf(component)])),
  });
}

describe('an optional operator of a deployed cluster, with IAM enforced', () => {
  let deployed: Deployment;
  let iam: IAMClient;
  const cluster = freshName();
  const secrets = `clusters/${cluster}/add-ons/efs/manifests/`;

  beforeAll(async () => {
    deployed = await deployment();
    iam = deployed.iam;
  });

  async function succeeds(key: string, bundle: Uint8Array): Promise<void> {
    expect(await deployed.drop(key, bundle), key).toMatchObject({ status: 'SUCCEEDED' });
  }
  const roleOf = (component: string) =>
    iam
      .send(new GetRoleCommand({ RoleName: `${cluster}-openshift-${component}-cloud-credentials` }))
      .catch((error: Error) => error.name);

  it('is still there when the cluster was upgraded and pruned', async () => {
    const next = await bundleOf(['ingress']);
    await succeeds(
      `prepare/${cluster}.tgz`,
      await bundleOf(['ingress', 'storage'], { name: cluster, region: 'us-east-2', release: '4.21.0' }),
    );
    await succeeds(`add/${cluster}/efs.tgz`, await bundleOf(['efs']));
    const before = await roleOf('efs');
    await succeeds(`upgrade/${cluster}/4.22.0.tgz`, next);
    await succeeds(`prune/${cluster}/4.22.0.tgz`, next);
    expect(await roleOf('storage')).toMatch(/^NoSuchEntity/);
    expect(await roleOf('efs')).toMatchObject({ Role: (before as { Role?: unknown }).Role });
    expect(await deployed.keys(secrets)).toHaveLength(1);
  });

  it('goes by a file without content', async () => {
    await succeeds(`remove/${cluster}/efs.yaml`, new Uint8Array());
    expect(await roleOf('efs')).toMatch(/^NoSuchEntity/);
    expect(await roleOf('ingress')).toHaveProperty('Role');
    expect(await deployed.keys(secrets)).toEqual([]);
  });
});
