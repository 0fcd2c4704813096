import { DISCOVERY_KEY, RUN_TAG } from '../../domain/names.ts';
import type { IssuerState } from '../../domain/observed.ts';
import { samePolicy } from '../../domain/policy-document.ts';
import { RUN_METADATA } from '../ownership.ts';
import { closingSwitches } from './access-block.ts';
import type { ExpectedBucket } from './checks.ts';
import { EXISTING_ISSUER, openCommand } from './remedies.ts';

/**
 * Why a closed bucket is not to be opened; undefined when it may be. S3 closes new buckets by itself, so one that has
 * never served a cluster may be opened; but `ccoctl --create-private-s3-bucket` closes the bucket of a cluster that is
 * read through CloudFront.
 */
export function whyKeptClosed(issuer: ExpectedBucket, state: IssuerState): string | undefined {
  const switches = closingSwitches(state.publicAccessBlock);
  const signs = signsOfUse(issuer, state);
  if (switches.length === 0 || signs.length === 0) return undefined;
  return `Bucket ${issuer.bucket} is closed to the public (${switches.join(', ')}), and ${signs.join(', and ')}. Whoever closed it meant it, so no run opens it. ${EXISTING_ISSUER} If it was closed by mistake, open it and upload the bundle again: ${openCommand(issuer)}`;
}

/** Why a closed bucket is not one that was made and never used; none when it is. */
function signsOfUse(
  issuer: ExpectedBucket,
  { tags, policy, discovery, jwks }: IssuerState,
): readonly string[] {
  const documents = [discovery, jwks].filter((document) => document !== undefined);
  // A run that ended before it opened its bucket, and could not be undone, leaves documents that nobody has read.
  const ofUnfinishedRun = documents.every(
    ({ metadata }) => RUN_TAG in tags && metadata[RUN_METADATA] === tags[RUN_TAG],
  );
  return [
    ...(issuer.isLive === true ? ['the cluster exists'] : []),
    ...(ofUnfinishedRun ? [] : [`it holds ${discovery === undefined ? 'keys' : DISCOVERY_KEY}`]),
    ...(policy === undefined || samePolicy(policy, issuer.policy) ? [] : ['its policy is somebody else’s']),
  ];
}
