import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonParts } from '../../../core/bundle/json-stream.ts';
import { readJsonDocuments } from '../../../core/bundle/read-yaml.ts';

const SPACES = fc.stringMatching(/^[ \t\n]{1,4}$/);

describe('a stream of JSON', () => {
  it('is taken apart into its values, whatever is between them and however they are indented', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), fc.nat(3), SPACES), {
          maxLength: 5,
        }),
        (values) => {
          const text = values
            .map(([value, indent, space]) => JSON.stringify(value, null, indent) + space)
            .join('');
          expect([...jsonParts(text)].map((part) => JSON.parse(part.text))).toEqual(
            JSON.parse(JSON.stringify(values.map(([value]) => value))),
          );
        },
      ),
    );
  });

  it('tells where each value begins', () => {
    expect([...jsonParts('{"a": 1}\n\n  {"b": 2} {"c":\n3}')]).toEqual([
      { text: '{"a": 1}', line: 0, column: 0 },
      { text: '{"b": 2}', line: 2, column: 2 },
      { text: '{"c":\n3}', line: 2, column: 11 },
    ]);
  });

  it('may have a byte order mark before each value, as files that were put one after the other have', () => {
    const parts = [...jsonParts('\ufeff{"a": "\ufeffb"}\n\ufeff{"c": 1}\ufeff[]')];
    expect(parts.map(({ text }) => JSON.parse(text))).toEqual([{ a: '\ufeffb' }, { c: 1 }, []]);
  });

  it('tells where in the file a value is broken', () => {
    const text = '{"kind": "CredentialsRequest"}\n\n {"a": 1, "a": 2}\n';
    const { documents, problems } = readJsonDocuments('a.json', Buffer.from(text));
    expect(documents).toHaveLength(1);
    expect(problems).toMatchObject([{ document: 2, message: expect.stringMatching(/^Line 3, column 11: /) }]);
  });

  it('of more values than a file may have is not read to its end', () => {
    const text = `{"kind": "CredentialsRequest"}\n${'1\n'.repeat(6_000)}`;
    const { documents, problems } = readJsonDocuments('a.json', Buffer.from(text));
    expect(documents).toHaveLength(5_000);
    expect(problems).toMatchObject([{ code: 'YamlTooComplex', document: 5_001 }]);
  });

  it('in which nothing is mentioned that is read has no documents', () => {
    expect(readJsonDocuments('metadata.json', Buffer.from('{"a": '))).toMatchObject({
      documents: [],
      problems: [],
    });
  });
});
