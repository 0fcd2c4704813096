import type { BundleFile } from '../../bundle/read-archive.ts';
import type { ClusterSpec } from '../../domain/cluster-spec.ts';
import { SIGNER_COMMAND } from '../../domain/migration/commands.ts';
import { publicKeyPem, readPublicKey } from '../../domain/oidc.ts';
import type { Problem } from '../../domain/problem.ts';
import { quoted } from '../../util/visible.ts';
import { baseName } from './sort-documents.ts';

/** The public key that ccoctl leaves beside its output; taken when cluster.yaml does not name one. */
export const PUBLIC_KEY_FILE = 'serviceaccount-signer.public';

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

/** The file with the path that is named, or else those that may be meant. */
function candidates(files: readonly BundleFile[], named: string | undefined): readonly BundleFile[] {
  if (named === undefined) return files.filter(({ path }) => baseName(path) === PUBLIC_KEY_FILE);
  // macOS writes é as e and an accent in the names of files, and editors write it as one character.
  const wanted = named.normalize();
  const exact = files.filter(({ path }) => path.normalize() === wanted);
  return exact.length > 0 ? exact : files.filter(({ path }) => path.normalize().endsWith(`/${wanted}`));
}

/** The bundle's public key as normalised PEM; undefined when the pipeline is to make a pair. */
export function readBundleKey(
  files: readonly BundleFile[],
  spec: ClusterSpec,
  warnings: string[],
  problems: Problem[],
): string | undefined {
  const named = spec.publicKeyFile?.replace(/^\.\//, '');
  const [file, ...others] = candidates(files, named);
  const rival = file && others.find(({ bytes }) => Buffer.compare(bytes, file.bytes) !== 0);
  if (rival !== undefined) {
    problems.push({
      code: 'PublicKeyInvalid',
      file: file?.path ?? '',
      message: `The bundle holds another public key in ${quoted(rival.path)}, and nothing says which of them the cluster signs with.`,
      remedy: 'Leave all but the right one out, or name it in cluster.yaml by its whole path: publicKeyFile.',
    });
    return undefined;
  }
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
