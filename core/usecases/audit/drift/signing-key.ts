import type { Finding } from '../../../domain/audit/report.ts';
import { listVersionsCommand } from '../../../resources/object-commands.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import { signingKey } from '../../../resources/signing-key/resource.ts';
import type { Specs } from '../../../resources/specs.ts';
import * as layout from '../../../storage/layout.ts';
import { defined } from '../../../util/defined.ts';
import type { ObservedCluster } from '../observe.ts';
import { findingsOf, shown, type Texts } from './findings.ts';

/** The version that is meant is for the operator to choose: what is there now may be somebody else's. */
function restore(bucket: string, key: string): string {
  return `The output bucket keeps old versions. Find the latest that a run wrote, and restore it: ${listVersionsCommand(bucket, key)}; aws s3api copy-object --bucket ${bucket} --key ${key} --copy-source '${bucket}/${key}?versionId=<version>'`;
}

/** What differs between the files of the signing key as they were written and as they are. */
export function signingKeyDrift(
  spec: Specs['signingKey'],
  {
    signingKey: state,
    signingKeyConflict: conflict,
  }: Pick<ObservedCluster, 'signingKey' | 'signingKeyConflict'>,
  outputBucket: string,
): Finding[] {
  const keyOf = (file: string) => layout.installFile.of({ cluster: spec.cluster, path: file });
  const missing = (file: string) => () => ({
    resource: keyOf(file),
    message: 'The file is gone. The cluster goes on with its own copy.',
    remedy: restore(outputBucket, keyOf(file)),
  });
  const other = (file: string) => (found: Discrepancy) => ({
    resource: keyOf(file),
    message: 'The file holds another key than the cluster signs with.',
    ...shown(found),
    remedy: restore(outputBucket, keyOf(file)),
  });
  const texts: Texts<'signingKey'> = {
    conflict: ({ actual }) => ({
      message: String(actual),
      remedy: restore(outputBucket, keyOf(layout.PRIVATE_KEY_FILE)),
    }),
    'public-missing': missing(layout.PUBLIC_KEY_FILE),
    'public-other': other(layout.PUBLIC_KEY_FILE),
    'private-missing': missing(layout.PRIVATE_KEY_FILE),
    'private-other': other(layout.PRIVATE_KEY_FILE),
  };
  const actual = { ...state, ...defined({ conflict }) };
  return findingsOf('signingKey', keyOf('tls'), signingKey.checks(spec, actual), texts);
}
