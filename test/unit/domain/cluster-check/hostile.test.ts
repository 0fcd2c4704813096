import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reducedText } from '../../../../core/domain/cluster-check/read-facts.ts';
import { clusterCheckReportSchema } from '../../../../core/domain/cluster-check/report.ts';
import { FACTS_NAMES } from '../../../../core/domain/cluster-check/snapshot.ts';
import { clusterCheckText } from '../../../../core/domain/cluster-check/text.ts';
import { verifyCluster } from '../../../../core/domain/cluster-check/verify.ts';
import { clusterSnapshot } from '../../../../core/usecases/verify-cluster.ts';
import { terminalJson } from '../../../../core/util/visible.ts';
import {
  CREDENTIALS,
  GOOD,
  listOf,
  PREPARED,
  podOf,
  requestOf,
  secretOf,
} from '../../../support/verified-cluster.ts';

const AT = '2026-11-27T00:00:00.000Z';
const MARKER = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';

const texts = (objects: Partial<Record<(typeof FACTS_NAMES)[number], unknown>>) =>
  clusterSnapshot((name) => JSON.stringify({ ...GOOD, ...objects }[name]));

/** Everything that leaves the command. */
function everything(objects: Parameters<typeof texts>[0]): string {
  const report = verifyCluster(texts(objects), PREPARED, AT);
  const reduced = reducedText('secrets', JSON.stringify(objects.secrets ?? GOOD.secrets)) ?? '';
  return [clusterCheckText(report), terminalJson(report), reduced].join('\n');
}

describe('nothing of a Secret but its role and token path', () => {
  it.each<[string, unknown]>([
    ['in a field of its own', secretOf(CREDENTIALS, { aws_secret_access_key: MARKER })],
    ['in a field of another name', secretOf(CREDENTIALS, { [MARKER]: MARKER })],
    ['in the credentials', secretOf(`${CREDENTIALS}\naws_secret_access_key = ${MARKER}`)],
    ['in place of the role', secretOf(`[default]\nrole_arn = ${MARKER}`)],
    ['behind the role', secretOf(CREDENTIALS.replace('\nweb', ` ${MARKER}\nweb`))],
    ['in place of the token', secretOf(`[default]\nweb_identity_token_file = ${MARKER}`)],
    ['as a section', secretOf(`[${MARKER}]\n${CREDENTIALS}`)],
    ['as a setting', secretOf(`${CREDENTIALS}\n${MARKER} = x`)],
    ['in a comment', secretOf(`# ${MARKER}\n${CREDENTIALS}`)],
    ['without encoding', { ...secretOf(''), stringData: { credentials: MARKER } }],
    [
      'in an annotation',
      { ...secretOf(CREDENTIALS), metadata: { namespace: 'a', name: 'b', annotations: { a: MARKER } } },
    ],
    ['in place of its data', { metadata: { namespace: 'a', name: 'b' }, data: MARKER }],
    ['in what is no name', { metadata: { namespace: 7, name: MARKER }, data: {} }],
    ['in place of the Secret', MARKER],
  ])('is told or kept of one that stands %s', (_, secret) => {
    const told = everything({ secrets: listOf(secret) });
    expect(told).not.toContain(MARKER);
    expect(told).not.toContain(Buffer.from(MARKER).toString('base64').slice(4, 40));
  });

  it('is told or kept of any', () => {
    const part = fc.constantFrom(
      '\n',
      '=',
      ' ',
      '[default]',
      'role_arn',
      'web_identity_token_file',
      MARKER,
      '/x',
      '"',
      '\r',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const credentials = parts.join('');
        // A path that is written as one is a path, wherever it comes from.
        fc.pre(!credentials.includes(`/x${MARKER}`));
        expect(everything({ secrets: listOf(secretOf(credentials)) })).not.toContain(MARKER);
      }),
    );
  });

  it('is needed: what is reduced is verified as the whole is', () => {
    const reduced = clusterSnapshot((name) => reducedText(name, JSON.stringify(GOOD[name])));
    expect(verifyCluster(reduced, PREPARED, AT)).toEqual(verifyCluster(texts({}), PREPARED, AT));
    expect(verifyCluster(reduced, PREPARED, AT).outcome).toBe('verified');
  });

  it('is lost of a list that was not read as a whole: it stays unknown when it is reduced', () => {
    const page = JSON.stringify({ ...listOf(secretOf(CREDENTIALS)), metadata: { continue: 'x' } });
    const reduced = reducedText('secrets', page);
    const snapshot = clusterSnapshot((name) => (name === 'secrets' ? reduced : JSON.stringify(GOOD[name])));
    expect(verifyCluster(snapshot, PREPARED, AT).outcome).toBe('unknown');
  });
});

describe('a hostile cluster', () => {
  const ESCAPES = '\u001b[2J\u202e\n';

  it.each<[string, Parameters<typeof texts>[0]]>([
    [
      'requests',
      {
        credentialsrequests: listOf(
          requestOf(ESCAPES, ESCAPES, { serviceAccountNames: [ESCAPES], cloudTokenPath: ESCAPES }),
        ),
      },
    ],
    [
      'the issuer',
      {
        authentication: {
          kind: 'Authentication',
          metadata: { name: 'cluster' },
          spec: { serviceAccountIssuer: ESCAPES },
        },
      },
    ],
    ['an audience', { pods: listOf(podOf(ESCAPES)) }],
    [
      'the mode',
      {
        cloudcredential: {
          kind: 'CloudCredential',
          metadata: { name: 'cluster' },
          spec: { credentialsMode: ESCAPES },
        },
      },
    ],
  ])('does nothing to a terminal by %s', (_, objects) => {
    const report = verifyCluster(texts(objects), PREPARED, AT);
    expect(report.outcome).toBe('findings');
    for (const text of [clusterCheckText(report), terminalJson(report)])
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(
      clusterCheckText(report)
        .split('\n')
        .every((line) => line === '' || /^( {2}|[A-Z0-9])/.test(line)),
    ).toBe(true);
  });

  it('does not swamp: of many requests that do not fit some are told, and all are counted', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => requestOf(`r${index}`, `s${index}`));
    const report = verifyCluster(texts({ credentialsrequests: listOf(requestOf(), ...many) }), PREPARED, AT);
    expect(report.results.filter(({ check }) => check === 'request')).toHaveLength(202);
    expect(JSON.stringify(report)).toContain('19800 more');
  });

  it('is never the end of the command, nor verified by what is no text of the API', () => {
    const name = fc.constantFrom(...FACTS_NAMES);
    const json = fc.oneof(
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ kind: 'List', items: [value] })),
      fc
        .record({
          metadata: fc.jsonValue(),
          spec: fc.jsonValue(),
          status: fc.jsonValue(),
          data: fc.jsonValue(),
        })
        .map((value) => JSON.stringify({ kind: 'List', items: [value] })),
      fc.string(),
    );
    fc.assert(
      fc.property(name, json, (changed, text) => {
        const snapshot = clusterSnapshot((each) => (each === changed ? text : JSON.stringify(GOOD[each])));
        const report = verifyCluster(snapshot, PREPARED, AT);
        expect(clusterCheckReportSchema.safeParse(report).success).toBe(true);
        expect(report.outcome === 'verified' && !text.includes('"items"')).toBe(false);
      }),
    );
  });
});
