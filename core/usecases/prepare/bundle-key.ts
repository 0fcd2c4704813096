import type { BundleFile } from '../../bundle/read-archive.ts';
import type { ClusterSpec } from '../../domain/cluster-spec.ts';
import { SIGNER_COMMAND } from '../../domain/migration/commands.ts';
import { publicKeyPem, readPublicKey } from '../../domain/oidc.ts';
import type { Problem } from '../../domain/problem.ts';
import { quoted } from '../../util/visible.ts';
import { baseName } from './sort-documents.ts';

/** The public key that ccoctl leaves beside its output; taken when cluster.yaml does not name one. */
const PUBLIC_KEY_FILE = 'serviceaccount-signer.public';

/** With another key than its own no token of a cluster that runs would be accepted. One that cannot be used is told of already. */
export function signingKeyNeeded(problems: readonly Problem[]): Problem[] {
  if (problems.some(({ code }) => code === 'PublicKeyInvalid')) return [];
  return [
    {
      code: 'SigningKeyNeeded',
      message:
        'The cluster runs and signs with a key of its own, and the bundle does not hold its public half. With another key no token of the cluster would be accepted.',
      remedy: `Put it into the bundle as ${PUBLIC_KEY_FILE}: ${SIGNER_COMMAND}`,
    },
  ];
}

/** The bundle's public key as normalised PEM; undefined when the pipeline is to make a pair. */
export function readBundleKey(
  files: readonly BundleFile[],
  spec: ClusterSpec,
  warnings: string[],
  problems: Problem[],
): string | undefined {
  const named = spec.publicKeyFile?.replace(/^\.\//, '');
  const file = files.find(({ path }) =>
    named === undefined ? baseName(path) === PUBLIC_KEY_FILE : path === named || path.endsWith(`/${named}`),
  );
  if (file === undefined) {
    if (named !== undefined) {
      problems.push({
        code: 'PublicKeyInvalid',
        field: 'publicKeyFile',
        message: `The bundle holds no file ${quoted(named)}.`,
        remedy: 'Add it, or leave the field out to have a key pair made.',
      });
    }
    return undefined;
  }
  if (named === undefined)
    warnings.push(`${file.path}: taken as the cluster's public signing key; no key pair is made.`);
  try {
    return publicKeyPem(readPublicKey(Buffer.from(file.bytes).toString('utf8')));
  } catch (error) {
    problems.push({
      code: 'PublicKeyInvalid',
      file: file.path,
      message: `The public key cannot be used. ${(error as Error).message}`,
      remedy: 'Give an RSA public key of at least 2,048 bits in PEM (BEGIN PUBLIC KEY).',
    });
    return undefined;
  }
}
