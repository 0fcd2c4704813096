import { readYamlDocuments } from '../../../core/bundle/read-yaml.ts';

export const read = (text: string | Uint8Array) => readYamlDocuments('a.yaml', Buffer.from(text));

/** The problems of a file, short: code, document and message. */
export function faultsOf(text: string | Uint8Array): string[] {
  return read(text).problems.map(({ code, document, message }) => `${code} ${document ?? '-'} ${message}`);
}
