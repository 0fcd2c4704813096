import { describe, expect, it } from 'vitest';
import { installConfig, request, requestOf } from '../../../support/bundles.ts';
import { readTexts } from './read-texts.ts';

function read(files: Readonly<Record<string, string>>) {
  const { problems, warnings, clusterName } = readTexts(files);
  return { told: problems.map(({ code }) => code), warnings, clusterName };
}

describe('a configuration behind an empty document', () => {
  const install = installConfig();
  it.each([
    [
      'cluster.yaml',
      { 'cluster.yaml': '---\n# of demo\n---\nname: demo\nregion: us-east-2\nrelease: "4.20.3"\n' },
    ],
    [
      'install-config.yaml',
      { 'install-config.yaml': `# x\n---\n---\n${install}`, 'cluster.yaml': 'release: "4.20.3"\n' },
    ],
  ])('is read: %s', (_, files) => {
    expect(read({ ...files, 'a.yaml': request() })).toMatchObject({
      told: [],
      warnings: [],
      clusterName: 'demo',
    });
  });

  it.each(['name: demo\nregion: us-east-2\n', request()])(
    'is not known where what is before it cannot be read: %#',
    (text) => {
      expect(read({ 'cluster.yaml': `a: [\n---\n${text}`, 'a.yaml': requestOf('b') }).told).toEqual([
        'YamlMalformed',
      ]);
    },
  );
});

describe('a file that is called nearly like a configuration', () => {
  it('is not said to be one where it is an object of Kubernetes', () => {
    const object = 'apiVersion: config.openshift.io/v1\nkind: Authentication\n';
    const warnings = (text: string) =>
      read({ 'install-config.yaml': installConfig(), 'manifests/cluster-x.yaml': text, 'a.yaml': request() })
        .warnings;
    expect(warnings('name: demo\n').filter((text) => text.includes('call it cluster.yaml'))).toHaveLength(1);
    expect(warnings(object).filter((text) => text.includes('call it cluster.yaml'))).toEqual([]);
  });
});
