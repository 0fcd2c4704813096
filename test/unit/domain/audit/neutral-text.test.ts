import { describe, expect, it } from 'vitest';
import { neutralSubject, neutralText } from '../../../../core/domain/audit/neutral-text.ts';
import { sampleCluster } from '../../../support/audit-report.ts';

const ROLE = 'prod-openshift-machine-api-aws-cloud-credentials';
const cluster = sampleCluster({
  cluster: 'prod',
  issuer: 'https://prod-oidc.s3.us-east-2.amazonaws.com',
  roles: [{ name: ROLE, secret: 'openshift-machine-api/aws-cloud-credentials' }],
});

describe('what is said of a cluster, without its names', () => {
  it.each([
    ['its name', 'upgrade/prod/4.15.3.tgz', 'upgrade/<cluster>/4.15.3.tgz'],
    ['what begins with its name', 'arn:aws:s3:::prod-registry', 'arn:aws:s3:::<cluster>-registry'],
    ['its issuer', 'oidc-provider/prod-oidc.s3.us-east-2.amazonaws.com', 'oidc-provider/<issuer>'],
    ['its role', `role/${ROLE}`, 'role/<role of openshift-machine-api/aws-cloud-credentials>'],
    ['its name twice', 'prod and prod.', '<cluster> and <cluster>.'],
    ['a longer word', 'production reprod', 'production reprod'],
    ['the end of another name', 'my-prod', 'my-prod'],
    ['nothing of it', 'ec2:RunInstances on *', 'ec2:RunInstances on *'],
  ])('%s', (_, text, neutral) => {
    expect(neutralText(cluster)(text)).toBe(neutral);
  });

  it('takes a name for text, whatever characters it has', () => {
    expect(neutralText(sampleCluster({ cluster: 'a.b+(c)' }))('a.b+(c) aXb+(c)')).toBe('<cluster> aXb+(c)');
  });

  it('leaves a text alone when nothing is known of the cluster', () => {
    const { issuer: _, ...unknown } = sampleCluster({ cluster: '' });
    expect(neutralText(unknown)('as it is')).toBe('as it is');
  });
});

describe('what a finding is about', () => {
  const subject = (resource: string, of = cluster) => neutralSubject(resource, of, neutralText(of));

  it('is the component of a role that is on record', () => {
    expect(subject(`role ${ROLE}`)).toBe('openshift-machine-api/aws-cloud-credentials');
  });

  it('is another resource without the names of the cluster', () => {
    expect(subject('namespace openshift-dns')).toBe('namespace openshift-dns');
    expect(subject('role prod-forgotten')).toBe('role <cluster>-forgotten');
  });

  it('is the same of a role whose name IAM cuts at another place in another cluster', () => {
    const of = (name: string) =>
      subject(
        `role ${`${name}-openshift-cluster-api-capa-manager-bootstrap-credentials`.slice(0, 64)}`,
        sampleCluster({ cluster: name }),
      );
    expect(of('prod')).toBe('role <cluster>-openshift-cluster-api-capa-man…');
    for (const name of ['p', 'production-east', 'stage-eu-central-1-017']) expect(of(name)).toBe(of('prod'));
  });
});
