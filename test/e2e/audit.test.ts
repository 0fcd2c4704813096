import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport, ReleaseAudit } from '../../core/domain/audit/report.ts';
import { tgzOf } from '../support/archives.ts';
import { clusterYaml, requestOf, statement } from '../support/bundles.ts';
import { type Deployment, deployment, freshName } from './deployed.ts';

const NEXT = '4.14.0';
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');

describe('the deployed audit, with IAM enforced', () => {
  let deployed: Deployment;
  const cluster = freshName();

  beforeAll(async () => {
    deployed = await deployment();
    // An audit is about every cluster that was ever prepared, in other files too.
    for (const Key of await deployed.keys('clusters/'))
      if (Key.endsWith('/cluster.json'))
        await deployed.clients.s3.send(new DeleteObjectCommand({ Bucket: deployed.outputBucket, Key }));
    const bundle = await tgzOf({
      'cluster.yaml': clusterYaml({ name: cluster, region: 'us-east-2', release: '4.13.5' }),
      'ingress.yaml': requestOf('ingress'),
      'registry.yaml': requestOf('image-registry'),
    });
    expect(await deployed.drop(`prepare/${cluster}.tgz`, bundle)).toMatchObject({ status: 'SUCCEEDED' });
  });

  const nextRelease = () =>
    tgzOf({
      'ingress.yaml': requestOf(
        'ingress',
        statement({
          action: ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones', 'sts:AssumeRole'],
        }),
      ),
      'registry.yaml': requestOf('image-registry'),
      'machine-api.yaml': requestOf('machine-api'),
    });

  /** What the schedule starts, as it would. */
  async function scheduledAudit(): Promise<AuditReport> {
    const scheduler = new SchedulerClient({
      endpoint: deployed.endpoint,
      region: deployed.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Target, State } = await scheduler.send(
      new GetScheduleCommand({ GroupName: 'sts-prep-audit', Name: 'sts-prep-audit' }),
    );
    expect(State).toBe('ENABLED');
    return deployed.audit(Target?.Input ?? '', Target?.Arn);
  }

  function release(report: AuditReport): ReleaseAudit | undefined {
    return report.clusters
      .find((found) => found.cluster === cluster)
      ?.releases.find((found) => found.release === NEXT);
  }

  it('says what a release asks for in addition, as soon as its bundle is dropped', async () => {
    const run = await deployed.drop(`releases/${NEXT}.tgz`, await nextRelease());
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    expect(run.name).toMatch(/^all-audit-4-14-0-/);
    expect(run.states).toEqual([
      'ListsAccount',
      'ReadReleases',
      'ListClusters',
      'IsFleetLarge',
      'AuditClusters',
      'PublishAudit',
      'AnnounceAudit',
      'Audited',
    ]);
    const report = JSON.parse(
      text(await deployed.read(`audits/runs/${run.name}/report.json`)),
    ) as AuditReport;
    expect(report).toMatchObject({ trigger: 'upload', clusters: [{ cluster, status: 'clean', drift: [] }] });
    const found = release(report);
    expect(found?.status).toBe('not-ready');
    expect(found?.findings.map(({ kind, actions }) => [kind, actions])).toEqual([
      ['PermissionsMissing', ['sts:AssumeRole']],
      ['ComponentNew', undefined],
      ['NamespaceNeeded', undefined],
    ]);
    expect(found?.gate).toBeUndefined();
  });

  it('is ready after the upgrade, says so when the schedule comes, and gives the commands', async () => {
    const run = await deployed.drop(`upgrade/${cluster}/${NEXT}.tgz`, await nextRelease());
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    expect(await deployed.keys(`clusters/${cluster}/upgrades/`)).toEqual([
      `clusters/${cluster}/upgrades/${NEXT}/manifests/openshift-machine-api-cloud-credentials-credentials.yaml`,
    ]);

    const report = await scheduledAudit();
    expect(report).toMatchObject({
      trigger: 'schedule',
      clusters: [{ cluster, status: 'clean', drift: [] }],
    });
    expect(release(report)).toMatchObject({ status: 'ready', reasons: [], unchanged: 3 });
    expect(release(report)?.gate).toEqual([
      'oc get namespace openshift-machine-api || oc create namespace openshift-machine-api',
      `aws s3 cp s3://${deployed.outputBucket}/clusters/${cluster}/install/manifests/openshift-machine-api-cloud-credentials-credentials.yaml - | oc apply -f -`,
      'oc annotate --overwrite cloudcredential.operator.openshift.io/cluster cloudcredential.openshift.io/upgradeable-to=4.14.0',
    ]);
  });

  it('audits a large fleet in executions of their own', async () => {
    const report = await deployed.audit('{"distributed": true}');
    expect(report.clusters).toMatchObject([{ cluster, status: 'clean' }]);
  });

  it('leaves the page of the latest audit where it is always found', async () => {
    const page = text(await deployed.read('audits/latest/report.html'));
    expect(page).toContain('<!doctype html>');
    expect(page).toContain(cluster);
  });

  it('audits nothing else after a prune, and finds nothing', async () => {
    const run = await deployed.drop(`prune/${cluster}/${NEXT}.tgz`, await nextRelease());
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const [found] = (await scheduledAudit()).clusters;
    expect(found).toMatchObject({ status: 'clean', release: NEXT, drift: [], releases: [], opened: [] });
  });
});
