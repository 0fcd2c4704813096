import { describe, expect, it } from 'vitest';
import { reportMarkdown } from '../../../../core/domain/report-markdown.ts';
import { rejection, rejectionReport } from '../../../../core/usecases/prepare/reject.ts';
import { request } from '../../../support/bundles.ts';
import { readTexts } from './read-texts.ts';

const BUNDLE = { bucket: 'intake', key: 'prepare/demo.tgz' };

/** Reads files given as text, and tells of it in all the ways in which a refused bundle is told of. */
function told(files: Readonly<Record<string, string>>, key = BUNDLE.key) {
  const reading = readTexts(files, { bundle: { ...BUNDLE, key } });
  const run = { id: 'run-1', operation: 'prepare', endedAt: '2026-01-01T00:00:00Z' };
  const report = rejectionReport(run, { ...BUNDLE, key }, reading);
  const { cause } = rejection(reading.problems);
  return { reading, cause, texts: [cause, reportMarkdown(report, {}), JSON.stringify(report.problems)] };
}

const CLUSTER = 'name: demo\nregion: us-east-2\n';
const conditional = (condition: string) =>
  request().replace('resource:', `policyCondition: ${condition}\n        resource:`);

describe('text that a terminal would obey, or that passes for other text', () => {
  const EVIL = '\\e]0;PWNED\\a\\e[2Jvic\\u202etim\\u009b31m\\u2066\\u061c\\u200b\\r\\nPrepared and verified';
  it.each<[string, Record<string, string>]>([
    ['a name', { 'cluster.yaml': `name: "${EVIL}"\nregion: us-east-2\n` }],
    ['a region', { 'cluster.yaml': `name: demo\nregion: "${EVIL}"\n` }],
    ['a key', { 'cluster.yaml': `${CLUSTER}"${EVIL}": 1\n` }],
    ['a tag', { 'cluster.yaml': `${CLUSTER}tags: {"${EVIL}": x}\n` }],
    ['a role path', { 'cluster.yaml': `${CLUSTER}rolePath: "${EVIL}"\n` }],
    ['a release', { 'cluster.yaml': `${CLUSTER}release: "${EVIL}"\n` }],
    ['a file that is named', { 'cluster.yaml': `${CLUSTER}publicKeyFile: "${EVIL}"\n` }],
    ['a role to be removed', { 'cluster.yaml': `${CLUSTER}removeRoles: ["${EVIL}"]\n` }],
    ['a kind', { 'cluster.yaml': 'name: Demo\n', 'k.yaml': `kind: "${EVIL}"` }],
    ['a mode', { 'install-config.yaml': `credentialsMode: "${EVIL}"\n` }],
    ['a feature set', { 'install-config.yaml': `featureSet: "${EVIL}"\n` }],
    ['a Secret', { 'r.yaml': request().replace('name: cloud-credentials', `name: "${EVIL}"`) }],
    ['an API group', { 'r.yaml': request({ apiVersion: 'x\u001b[2J\u202ey' }) }],
    [
      'a cloud',
      {
        'cluster.yaml': 'name: Demo\n',
        'r.yaml': request({ 'spec.providerSpec.kind': 'x\u001b[2J\u202ey' }),
      },
    ],
    ['a path', { 'a\u202eb\u200b\u009b.yaml': '- [' }],
  ])('is shown as text: %s', (_, files) => {
    const { reading, texts } = told(files);
    expect(reading.problems).not.toEqual([]);
    for (const text of texts) expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    for (const text of texts) expect(text).not.toMatch(/^[> ]*Prepared and verified/m);
  });

  it('is there to be read', () => {
    const { cause } = told({ 'cluster.yaml': `name: "${EVIL}"\nregion: us-east-2\n` });
    expect(cause).toContain('"\\u{1b}]0;PWNED\\u{7}\\u{1b}[2Jvic\\u{202e}tim');
  });

  it('is shown as text in the key of an object, too', () => {
    const { texts } = told({ 'r.yaml': 'x' }, 'prepare/a\u202eb\u001b[2J\u009b.tgz');
    expect(texts[1]).toContain('a\\\\u{202e}b\\\\u{1b}');
    for (const text of texts) expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});

describe('a secret in the wrong place', () => {
  const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(20);
  const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${BODY}\n-----END RSA PRIVATE KEY-----\n`;
  const quoted = JSON.stringify(PEM);
  it.each<[string, Record<string, string>]>([
    ['a name', { 'cluster.yaml': `name: ${quoted}\nregion: us-east-2\n` }],
    ['a region', { 'cluster.yaml': `name: demo\nregion: ${quoted}\n` }],
    ['a key', { 'cluster.yaml': `${CLUSTER}? ${quoted}\n: 1\n` }],
    ['a tag', { 'cluster.yaml': `${CLUSTER}tags: {x: ${quoted}}\n` }],
    ['a file that is named', { 'cluster.yaml': `${CLUSTER}publicKeyFile: ${quoted}\n` }],
    [
      'a role to be removed',
      { 'cluster.yaml': `${CLUSTER}removeRoles: [${JSON.stringify(PEM.slice(0, 120))}]\n` },
    ],
    ['a mode', { 'install-config.yaml': `credentialsMode: ${quoted}\n` }],
    ['a feature set', { 'install-config.yaml': `featureSet: ${quoted}\n` }],
    ['a kind', { 'k.yaml': `kind: ${quoted}` }],
    ['an API group', { 'r.yaml': request({ apiVersion: PEM }) }],
    [
      'an action',
      {
        'r.yaml': request({
          'spec.providerSpec.statementEntries': [{ effect: 'Allow', action: [PEM], resource: '*' }],
        }),
      },
    ],
    [
      'an effect',
      {
        'r.yaml': request({
          'spec.providerSpec.statementEntries': [{ effect: PEM, action: ['a:b'], resource: '*' }],
        }),
      },
    ],
    ['a public key', { 'cluster.yaml': CLUSTER, 'serviceaccount-signer.public': PEM }],
  ])('is not repeated: %s', (_, files) => {
    const { texts, reading } = told({ 'cluster.yaml': 'name: Demo\n', ...files });
    for (const text of [...texts, JSON.stringify(reading)]) {
      expect(text).not.toContain('--BEGIN');
      expect(text).not.toContain(BODY.slice(0, 60));
    }
  });

  it('is cut short where nobody can know that it is one', () => {
    const secret = 'c2VjcmV0'.repeat(40);
    for (const files of [
      { 'install-config.yaml': `credentialsMode: ${secret}\n` },
      { 'install-config.yaml': `featureSet: ${secret}\n` },
      { 'cluster.yaml': `name: ${secret}\nregion: ${secret}\n` },
    ])
      for (const text of told(files).texts) expect(text).not.toContain(secret.slice(0, 100));
  });
});

describe('a number that is not what was written', () => {
  it.each([
    ['an account id that begins with 0', '{StringEquals: {"aws:SourceAccount": 012345678901}}'],
    ['one in a list', '{StringEquals: {"aws:SourceAccount": ["1", 012345678901]}}'],
    ['more digits than a number keeps', '{StringEquals: {"aws:SourceAccount": 12345678901234567890}}'],
    ['infinity', '{NumericLessThan: {"s3:max-keys": .inf}}'],
    ['less than nothing', '{NumericLessThan: {"s3:max-keys": -.INF}}'],
    ['no number', '{NumericLessThan: {"s3:max-keys": .nan}}'],
  ])('is refused: %s', (_, condition) => {
    const { problems } = told({ 'cluster.yaml': CLUSTER, 'r.yaml': conditional(condition) }).reading;
    expect(problems).toMatchObject([
      {
        code: 'CredentialsRequestInvalid',
        message: expect.stringMatching(/digits|is a number/),
        remedy: expect.stringContaining('Put it in quotes'),
      },
    ]);
  });

  it.each([
    '{StringEquals: {"aws:SourceAccount": "012345678901"}}',
    '{NumericLessThan: {"s3:max-keys": 10}}',
  ])('is not this: %s', (condition) => {
    expect(told({ 'cluster.yaml': CLUSTER, 'r.yaml': conditional(condition) }).reading.problems).toEqual([]);
  });
});
