import { describe, expect, it } from 'vitest';
import { clusterYaml, request, requestOf, requestValue, statement } from '../../../support/bundles.ts';
import { readTexts as read } from './read-texts.ts';

describe('a bundle whose cluster is not known', () => {
  it.each([
    ['no cluster is named', {}, 'ClusterIdentityMissing'],
    ['the region is unknown', { 'cluster.yaml': clusterYaml({ region: 'us-est-1' }) }, 'RegionUnknown'],
    ['the name is refused', { 'cluster.yaml': clusterYaml({ name: 'Demo' }) }, 'ClusterNameInvalid'],
  ])('tells what is wrong with its requests too, where %s', (_, files, code) => {
    const { problems, desired } = read({
      ...files,
      'a.yaml': request(),
      'b.yaml': request(),
      'c.yaml': requestOf('other', statement({ action: ['iam:*'] })),
      'd.yaml': requestOf('large', statement({ resource: `arn:aws:s3:::${'x'.repeat(11_000)}` })),
    });
    expect(problems.map((problem) => problem.code).sort()).toEqual(
      [code, 'PolicyRefused', 'PolicyTooLarge', 'SecretRefDuplicate'].sort(),
    );
    expect(desired).toBeUndefined();
  });

  it('does not say that requests are missing which belong to its feature set', () => {
    const annotations = {
      'metadata.annotations': { 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' },
    };
    const { problems } = read({
      'cluster.yaml': clusterYaml({ region: 'us-est-1', featureSet: 'TechPreviewNoUpgrade' }),
      'a.yaml': request(annotations),
    });
    expect(problems.map((problem) => problem.code)).toEqual(['RegionUnknown']);
  });
});

describe('a bundle that does not say the release of its cluster', () => {
  it('is told that no audit can open an upgrade, and how to say it', () => {
    const warned = (facts: Parameters<typeof clusterYaml>[0]) =>
      read({ 'cluster.yaml': clusterYaml(facts), 'a.yaml': request() }).warnings;
    expect(warned({})).toEqual([
      expect.stringMatching(/which release the cluster runs.*release in cluster\.yaml/),
    ]);
    expect(warned({ release: '4.20.3' })).toEqual([]);
  });

  it.each(['v4.20.3', '4.20.3-x86_64'])('may write it as %s', (release) => {
    const { desired } = read({ 'cluster.yaml': clusterYaml({ release }), 'a.yaml': request() });
    expect(desired?.cluster.release).toBe('4.20.3');
  });
});

describe('a bundle that is made to swamp whoever reads it', () => {
  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index));
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a request with 150,000 service accounts',
      { 'a.yaml': JSON.stringify(requestValue({ 'spec.serviceAccountNames': many(150_000, () => 'a') })) },
      /There are 150000 service accounts/,
    ],
    [
      'a request with 8,000 that are none',
      { 'a.yaml': request({ 'spec.serviceAccountNames': many(8_000, () => '*') }) },
      /There are 8000 service accounts/,
    ],
    [
      'a request with 5,000 statements',
      { 'a.yaml': request({ 'spec.providerSpec.statementEntries': many(5_000, String) }) },
      /There are 5000 statements/,
    ],
    [
      'a region of 400,000 characters',
      { 'cluster.yaml': clusterYaml({ region: 'a-b1'.repeat(100_000) }), 'a.yaml': request() },
      /is not an AWS region|…$/,
    ],
    [
      '3,000 documents that are wrong in three ways each',
      { 'a.yaml': many(3_000, () => 'kind: CredentialsRequest\n').join('---\n') },
      /these are the first 500/,
    ],
  ])('%s is answered in few words', (_, files, problem) => {
    const reading = read({ 'cluster.yaml': clusterYaml({}), ...files });
    expect(reading.desired).toBeUndefined();
    expect(reading.problems.map(({ message }) => message).join('\n')).toMatch(problem);
    expect(JSON.stringify(reading).length).toBeLessThan(300_000);
  });
});
