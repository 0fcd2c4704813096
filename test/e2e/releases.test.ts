import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ReleaseAudit } from '../../core/domain/audit/report.ts';
import { type Files, tgzOf } from '../support/archives.ts';
import { clusterYaml, requestOf, statement } from '../support/bundles.ts';
import { sharedFolder, textsOf } from '../support/reference.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

const CREDREQS = sharedFolder('credreqs');
const filesOf = (folder: string): Files =>
  CREDREQS === undefined ? {} : textsOf(new URL(`${folder}/`, CREDREQS));
const annotated = (key: string, value: string) => ({
  'metadata.annotations': {
    'include.release.openshift.io/self-managed-high-availability': 'true',
    [`release.openshift.io/${key}`]: value,
  },
});
const HARMLESS = statement({ action: ['ec2:DescribeInstances'] });

/** What a payload says of the gates of Default clusters of a major version. */
const gates = (major: number, enabled: readonly string[]) =>
  stringify({
    apiVersion: 'config.openshift.io/v1',
    kind: 'FeatureGate',
    metadata: {
      name: 'cluster',
      annotations: {
        'include.release.openshift.io/self-managed-high-availability': 'false-except-for-the-config-operator',
        'release.openshift.io/feature-set': 'Default',
        'release.openshift.io/major-version': String(major),
      },
    },
    status: { featureGates: [{ version: '', enabled: enabled.map((name) => ({ name })), disabled: [] }] },
  });

/** 4.22's payload with a component that a gate opens in 5 only, one behind a gate that is off, and one that is gone. */
function fiveOf(payload: Files): Files {
  const requests = Object.fromEntries(Object.entries(payload).filter(([name]) => !/featureGate/.test(name)));
  return {
    ...requests,
    'gates-4.yaml': gates(4, []),
    'gates-5.yaml': gates(5, ['NewInFive']),
    'new.yaml': requestOf('cloud-controller', { ...annotated('feature-gate', 'NewInFive'), ...HARMLESS }),
    'dark.yaml': requestOf('dark', { ...annotated('feature-gate', 'StillDark'), ...HARMLESS }),
    'both.yaml': requestOf('both', {
      'metadata.annotations': {
        'release.openshift.io/feature-set': 'Default',
        'release.openshift.io/feature-gate': 'NewInFive',
      },
    }),
  };
}

// Without the manifests of real releases beside the project there is nothing to go through.
describe.skipIf(CREDREQS === undefined)('a default cluster on its way from 4.20 over 4.22 to 5.0', () => {
  let deployed: Deployment;
  const cluster = freshName();
  const releases: Record<string, Files> = {
    '4.21.0': filesOf('4.20'),
    '4.22.0': filesOf('payload-4.22'),
    '5.0.0': fiveOf(filesOf('payload-4.22')),
  };
  const bundleOf = (release: string) => tgzOf(releases[release] ?? {});

  beforeAll(async () => {
    deployed = await deployment();
    const bundle = await tgzOf({
      'cluster.yaml': clusterYaml({ name: cluster, region: 'us-east-2', release: '4.20.3' }),
      ...filesOf('4.20'),
    });
    expect(await deployed.drop(`prepare/${cluster}.tgz`, bundle)).toMatchObject({ status: 'SUCCEEDED' });
    for (const release of Object.keys(releases))
      await deployed.drop(`audit/${cluster}/${release}.tgz`, await bundleOf(release));
  });

  async function audited(): Promise<Record<string, ReleaseAudit>> {
    const { clusters } = await deployed.audit(JSON.stringify({ clusters: [cluster] }));
    const [found] = clusters;
    expect(found).toMatchObject({ status: 'clean', drift: [] });
    return Object.fromEntries((found?.releases ?? []).map((release) => [release.release, release]));
  }
  const upgradeTo = async (release: string) =>
    expect(await deployed.drop(`upgrade/${cluster}/${release}.tgz`, await bundleOf(release))).toMatchObject({
      status: 'SUCCEEDED',
    });
  const reach = async (release: string) =>
    expect(await deployed.drop(`prune/${cluster}/${release}.tgz`, await bundleOf(release))).toMatchObject({
      status: 'SUCCEEDED',
    });
  const opens = (release: string) =>
    expect.arrayContaining([expect.stringContaining(`upgradeable-to=${release}`)]);

  it('is ready for what asks for nothing more, and is told what 4.22 and 5.0 ask for', async () => {
    const audit = await audited();
    expect(audit['4.21.0']).toMatchObject({ status: 'ready', gate: opens('4.21.0') });
    expect(audit['4.22.0']?.status).toBe('not-ready');
    expect(audit['5.0.0']?.findings.filter(({ kind }) => kind === 'ComponentNew')).toMatchObject([
      { resource: `role ${cluster}-openshift-cloud-controller-cloud-credentials` },
    ]);
    const found = JSON.stringify(audit);
    for (const unasked of ['cluster-api', 'openshift-dark', 'openshift-both'])
      expect(found).not.toContain(unasked);
  });

  it('is ready for 4.22 after its upgrade, and for 5.0 not before its own', async () => {
    await upgradeTo('4.22.0');
    expect(await audited()).toMatchObject({
      '4.21.0': { status: 'ready' },
      '4.22.0': { status: 'ready', gate: opens('4.22.0') },
      '5.0.0': { status: 'not-ready' },
    });
  });

  it('goes from 4.22 to 5.0, and is told what the annotation opens besides', async () => {
    await reach('4.22.0');
    await upgradeTo('5.0.0');
    const audit = await audited();
    expect(Object.keys(audit)).toEqual(['5.0.0']);
    expect(audit['5.0.0']).toMatchObject({
      status: 'ready',
      gate: opens('5.0.0'),
      notes: [expect.stringContaining('4.23')],
    });
    await reach('5.0.0');
    expect(await audited()).toEqual({});
  });
});
