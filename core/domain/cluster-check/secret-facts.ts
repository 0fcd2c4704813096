import { defined } from '../../util/defined.ts';
import { isMapping, mapping } from '../field-reader.ts';
import type { Facts } from './snapshot.ts';

/** A role's ARN and nothing else: whatever else stands in its place may be a key in the wrong line. */
const ROLE_ARN = /^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,600}$/;
const ABSOLUTE_PATH = /^\/[\w./-]{1,510}$/;

const LONG_LIVED = /aws_(access_key_id|secret_access_key|session_token)/i;

/** Settings of an AWS credentials file that a component needs; all others are another way to credentials. */
const EXPECTED = new Set(['role_arn', 'web_identity_token_file', 'sts_regional_endpoints']);

const LARGEST = 64 * 1024;

/** What of a Secret may be kept, besides its name. Nothing of its values but an ARN and a path leaves this function. */
export function secretFacts(
  secret: Readonly<Record<string, unknown>>,
): Omit<Facts<'secrets'>, 'namespace' | 'name'> {
  const data = mapping(secret['data']);
  const plain = mapping(secret['stringData']);
  const fields = [...Object.keys(data), ...Object.keys(plain)];
  const text = credentialsText(data, plain);
  const lines = (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line));
  const settings = lines.flatMap((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const];
  });
  const settingOf = (wanted: string, form: RegExp) => {
    const value = settings.find(([key]) => key === wanted)?.[1];
    return value !== undefined && form.test(value) ? value : undefined;
  };
  const sections = lines.filter((line) => !line.includes('='));
  const isPlain =
    settings.every(([key]) => EXPECTED.has(key)) &&
    new Set(settings.map(([key]) => key)).size === settings.length &&
    sections.every((line) => line === '[default]') &&
    sections.length <= 1;
  return {
    ...defined({
      roleArn: settingOf('role_arn', ROLE_ARN),
      tokenPath: settingOf('web_identity_token_file', ABSOLUTE_PATH),
    }),
    hasAccessKey: fields.some((field) => LONG_LIVED.test(field)) || LONG_LIVED.test(text ?? ''),
    saysMore: !isPlain,
  };
}

function credentialsText(
  data: Readonly<Record<string, unknown>>,
  plain: Readonly<Record<string, unknown>>,
): string | undefined {
  const written = plain['credentials'];
  if (typeof written === 'string') return written.length > LARGEST ? undefined : written;
  const encoded = data['credentials'];
  if (typeof encoded !== 'string' || encoded.length > LARGEST) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}

/** Whether an object looks like a Secret as the API gives it, values and all. */
export function isWholeSecret(value: unknown): boolean {
  return isMapping(value) && (isMapping(value['data']) || isMapping(value['stringData']));
}
