import type { Finding } from '../../../domain/audit/report.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import { signingKey } from '../../../resources/signing-key/resource.ts';
import type { Specs } from '../../../resources/specs.ts';
import * as layout from '../../../storage/layout.ts';
import { defined } from '../../../util/defined.ts';
import type { ObservedCluster } from '../observe.ts';
import { findingsOf, shown, type Texts } from './findings.ts';

const RESTORE = 'The output bucket keeps old versions: restore the latest that a run wrote.';

/** What differs between the files of the signing key as they were written and as they are. */
export function signingKeyDrift(
  spec: Specs['signingKey'],
  {
    signingKey: state,
    signingKeyConflict: conflict,
  }: Pick<ObservedCluster, 'signingKey' | 'signingKeyConflict'>,
): Finding[] {
  const missing = (file: string) => () => ({
    resource: layout.installFile.of({ cluster: spec.cluster, path: file }),
    message: 'The file is gone. The cluster goes on with its own copy.',
    remedy: 'The output bucket keeps old versions: restore the latest.',
  });
  const other = (file: string) => (found: Discrepancy) => ({
    resource: layout.installFile.of({ cluster: spec.cluster, path: file }),
    message: 'The file holds another key than the cluster signs with.',
    ...shown(found),
    remedy: RESTORE,
  });
  const texts: Texts<'signingKey'> = {
    conflict: ({ actual }) => ({ message: String(actual), remedy: RESTORE }),
    'public-missing': missing(layout.PUBLIC_KEY_FILE),
    'public-other': other(layout.PUBLIC_KEY_FILE),
    'private-missing': missing(layout.PRIVATE_KEY_FILE),
    'private-other': other(layout.PRIVATE_KEY_FILE),
  };
  const actual = { ...state, ...defined({ conflict }) };
  return findingsOf(
    'signingKey',
    layout.installFile.of({ cluster: spec.cluster, path: 'tls' }),
    signingKey.checks(spec, actual),
    texts,
  );
}
