import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { stripInstallConfig } from '../../../cli/install-config.ts';
import { claimOfInstallConfig } from '../../../core/domain/install-config.ts';
import { project } from '../../../scripts/local/paths.ts';

const FULL = `# pull secret of the old account: TOKEN
apiVersion: v1
metadata:
  name: prod # TOKEN
  annotations: {secret: TOKEN}
baseDomain: example.com
credentialsMode: Manual
featureSet: CustomNoUpgrade
featureGates: ["SomeGate=true"]
capabilities:
  baselineCapabilitySet: v4.18
platform:
  aws:
    region: eu-west-1
    userTags: {cost: "0123"}
    serviceEndpoints: [{name: ec2, url: "https://TOKEN"}]
pullSecret: '{"auths":{"TOKEN":{}}}'
sshKey: TOKEN
proxy: {httpsProxy: "http://user:TOKEN@proxy"}
`;

test('what a run reads is kept as it is, and nothing else, comments neither', () => {
  const { text, left } = stripInstallConfig(FULL, 'install-config.yaml');
  expect(text).not.toContain('TOKEN');
  expect(left).toContain('pullSecret');
  expect(left).toContain('platform.aws.serviceEndpoints');
  const claim = (value: unknown) => {
    const [problems, warnings] = [[], []];
    return [claimOfInstallConfig({ file: 'f', value }, problems, warnings), problems, warnings];
  };
  expect(claim(parse(text))).toEqual(claim(parse(FULL)));
  expect(text).toContain('"0123"');
});

test('every field that a run reads is among those that are kept', () => {
  const source = readFileSync(project('core', 'domain', 'install-config.ts'), 'utf8');
  const body = source.slice(
    source.indexOf('export function claimOfInstallConfig'),
    source.indexOf('type Refuse'),
  );
  const read = [...body.matchAll(/\b(?:text|given)\(((?:'\w+'(?:, )?)+)\)/g)].map(([, path = '']) =>
    path.replaceAll("'", '').replaceAll(', ', '.'),
  );
  expect(read.length).toBeGreaterThan(5);
  for (const field of read) {
    const document = field.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), 'value');
    expect([field, stripInstallConfig(JSON.stringify(document), 'f').left]).toEqual([field, []]);
  }
});

test('of another cloud its name stays, by which a run refuses it', () => {
  const { text } = stripInstallConfig('platform: {azure: {secret: TOKEN}}\nmetadata: TOKEN\n', 'f');
  expect(parse(text)).toEqual({ platform: { azure: null }, metadata: null });
});

test.each([
  ['it is not YAML', 'a: [', 'not one document of YAML'],
  ['it has two documents', 'a: 1\n---\npullSecret: x\n', 'not one document of YAML'],
  ['it is a text', 'pullSecret', 'not a mapping'],
  ['what is needed is elsewhere', 'a: &a {name: prod}\nmetadata: *a\n', 'refers to another place'],
  ['a part of what is needed is elsewhere', 'a: &a prod\nmetadata: {name: *a}\n', 'refers to another place'],
])('it is not uploaded at all where %s', (_, text, why) => {
  expect(() => stripInstallConfig(text, 'install-config.yaml')).toThrow(why);
});
