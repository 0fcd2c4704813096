import { describe, expect, test } from 'vitest';
import { readManifests } from '../../../core/bundle/read-manifests.ts';
import { request } from '../../support/bundles.ts';

const NOTES = '# für später\nkind: ConfigMap\n';
const inLatin1 = (text: string) => Buffer.from(text, 'latin1');
const inUtf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const inBigUtf16 = (text: string) => inUtf16(text).swap16();
const inUtf32 = (text: string) =>
  Buffer.concat([...text].map((each) => Buffer.from([...Buffer.from(each, 'latin1'), 0, 0, 0])));

/** Messages of what refuses a bundle with this file beside a good request, and what is left aside of it. */
function read(name: string, bytes: Uint8Array) {
  const files = [
    { path: 'a.yaml', bytes: Buffer.from(request()) },
    { path: name, bytes },
  ];
  const manifests = readManifests(files, (path) => path === 'cluster.yaml');
  return {
    refused: manifests.flatMap(({ problems }) => problems.map(({ file, remedy }) => [file, remedy])),
    left: manifests.flatMap(({ unread }) => unread.map(({ file, reason }) => [file, reason])),
  };
}

describe('a file in another encoding than UTF-8', () => {
  test.each([
    ['Latin-1', inLatin1],
    ['UTF-16', inUtf16],
    ['UTF-16 the other way round', inBigUtf16],
    ['UTF-32', inUtf32],
  ])('is left aside when it mentions nothing that is read, in %s', (_, encoded) => {
    expect(read('notes.yaml', encoded(NOTES))).toEqual({
      refused: [],
      left: [['notes.yaml', 'not YAML, and no CredentialsRequest']],
    });
    expect(read('notes.json', encoded('{"für": 1}'))).toEqual({
      refused: [],
      left: [['notes.json', 'mentions no CredentialsRequest']],
    });
  });

  test.each([
    ['a request', `${NOTES}---\n${request()}`],
    ['a request in JSON', `{"\u00fc": 1}{"kind": "CredentialsRequest"}`],
    ['a FeatureGate', `${NOTES}---\nkind: FeatureGate\n`],
    ['a word that may be one in other letters', `${NOTES}---\nkind: "\\u0043redentialsRequest"\n`],
  ])('is refused when it may hold %s', (_, text) => {
    for (const name of ['b.yaml', 'b.json'])
      for (const encoded of [inLatin1, inUtf16, inBigUtf16, inUtf32])
        expect(read(name, encoded(text))).toEqual({
          refused: [[name, expect.stringMatching(/^Save it as plain text in UTF-8/)]],
          left: [],
        });
  });

  test('is refused when it is a configuration, or when no request is found anywhere', () => {
    expect(read('cluster.yaml', inLatin1('name: für')).refused).toHaveLength(1);
    const [notes] = readManifests([{ path: 'notes.yaml', bytes: inLatin1(NOTES) }], () => false);
    expect(notes?.problems).toHaveLength(1);
  });

  test('is told how Windows PowerShell writes another one, when it is UTF-16', () => {
    const [[, remedy] = []] = read('b.yaml', inUtf16(request())).refused;
    expect(remedy).toContain('Out-File -Encoding utf8');
  });
});
