import { parseDocument } from 'yaml';
import { mapping } from '../../domain/field-reader.ts';
import type { SecretRef } from '../../domain/manifests.ts';
import { TOKEN_PATH } from '../../domain/names.ts';
import { isYamlText } from '../../domain/yaml-text.ts';

/*
 * Manifests as the API server reads them. That a file has the right bytes says nothing of what a cluster makes of them.
 */

/** Why a manifest is not the Secret that it shall be; undefined when it is. */
export function whyNoSecret(
  text: string,
  { namespace, name }: SecretRef,
  roleArn: string,
  tokenPath: string = TOKEN_PATH,
): string | undefined {
  const { kind, metadata, stringData } = read(text);
  if (kind !== 'Secret') return 'it is no Secret';
  const named = mapping(metadata);
  if (named['name'] !== name || named['namespace'] !== namespace) return 'it is another Secret';
  const strange = [name, namespace].find((word) => !isYamlText(word));
  if (strange !== undefined) return `Kubernetes reads ${strange} as null, a boolean or a number`;
  const lines = String(mapping(stringData)['credentials']).split('\n');
  const has = (setting: string, value: string) => lines.includes(`${setting} = ${value}`);
  if (!has('role_arn', roleArn)) return 'it is for another role';
  if (!has('web_identity_token_file', tokenPath)) return 'it names another token';
  return lines.some((line) => /aws_(access_key_id|secret_access_key)/.test(line))
    ? 'it holds a long-lived key'
    : undefined;
}

/** Why a manifest does not give the cluster its issuer; undefined when it does. */
export function whyNoIssuer(text: string, url: string): string | undefined {
  const { kind, metadata, spec } = read(text);
  if (kind !== 'Authentication' || mapping(metadata)['name'] !== 'cluster')
    return 'it is no Authentication of the cluster';
  return mapping(spec)['serviceAccountIssuer'] === url ? undefined : 'it names another issuer';
}

/** Every scalar as the text that it is; which of them Kubernetes takes for something else is asked apart. */
function read(text: string) {
  const document = parseDocument(text, { schema: 'failsafe' });
  return document.errors.length > 0 ? {} : mapping(document.toJS());
}
