import { mapping } from '../domain/field-reader.ts';
import { parseRelease } from '../domain/release.ts';
import { compareMinors } from '../domain/release-path.ts';
import type { BundleFile } from './collect-files.ts';

/** A file that says of which release what lies beside it is. */
export interface SaidRelease {
  readonly file: string;
  readonly release: string;
}

/**
 * The files by which `oc adm release extract` says of which release a payload is (openshift/oc, pkg/cli/admin/release: both are
 * JSON without an ending), and where the release stands in them.
 */
const PAYLOAD_FILES: Readonly<Record<string, (content: unknown) => unknown>> = {
  'release-metadata': (content) => mapping(content)['version'],
  'image-references': (content) => mapping(mapping(content)['metadata'])['name'],
};

/** What a payload says of its own release; nothing where a bundle has only its requests. Never throws. */
export function payloadReleases(files: readonly BundleFile[]): readonly SaidRelease[] {
  return files.flatMap(({ path, bytes }) => {
    const releaseIn = PAYLOAD_FILES[path.split('/').at(-1) ?? ''];
    const release = releaseIn?.(parsed(bytes));
    return typeof release === 'string' ? { file: path, release } : [];
  });
}

/**
 * Those of another minor version than a bundle is said to be of: what is missing for the one would look as if it were missing
 * for neither. What is no release says nothing, and a patch brings no other requests.
 */
export function ofAnotherMinor(said: readonly SaidRelease[], release: string): readonly SaidRelease[] {
  const its = parseRelease(release);
  return said.filter((each) => {
    const other = parseRelease(each.release);
    return its !== undefined && other !== undefined && compareMinors(its, other) !== 0;
  });
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
