import { characters, matches, overlaps, tokensOf, valuePattern } from './policy/patterns.ts';

/** Buckets that no component of a cluster has any business in. */
export interface NobodysBuckets {
  /** The name of a bucket, in which `*` stands for any text. */
  readonly name: string;
  /** What they are, in words. */
  readonly what: string;
  /** Whether reading them is as bad as writing them. */
  readonly holdsSecrets: boolean;
}

/** By their names wherever the pipeline is deployed; a deployment knows the full names of its own. */
export const NOBODYS_BUCKETS: readonly NobodysBuckets[] = [
  { name: '*-oidc', what: 'where clusters have their issuers', holdsSecrets: false },
  { name: 'cdk-*-assets-*', what: 'where the CDK has the code of functions', holdsSecrets: false },
  { name: 'sts-prep-intake-*', what: "the pipeline's own", holdsSecrets: true },
  { name: 'sts-prep-output-*', what: "the pipeline's own", holdsSecrets: true },
];

/** A bucket that nobody has: what matches it names no bucket, as `*` does, which releases really ask for. */
const ANY_BUCKET = characters('0-a-bucket-that-nobody-has-0');

/** Steps of comparing a resource with one name; resources and names of buckets need a fraction. */
const STEPS = 100_000;

/** Which of the buckets a resource names, by itself or by a pattern that takes it in; undefined for one that names none. */
export function nobodysBucket(
  resource: string,
  buckets: readonly NobodysBuckets[],
): NobodysBuckets | undefined {
  const pattern = valuePattern(bucketOf(resource), { wildcards: true, variables: true });
  // One that is too long for a resource is refused for its size.
  if (pattern === undefined) return undefined;
  const tokens = tokensOf(pattern);
  if (matches(tokens, ANY_BUCKET)) return undefined;
  return buckets.find(({ name }) => {
    const its = valuePattern(name, { wildcards: true, variables: false });
    return its !== undefined && overlaps(tokens, tokensOf(its), { left: STEPS });
  });
}

/** The part of a resource that names the bucket: of an ARN all after the fifth colon and before a slash. */
function bucketOf(resource: string): string {
  const [arn, , , , , ...rest] = resource.split(':');
  // IAM completes an ARN of fewer fields with `*`.
  const name = rest.length > 0 ? rest.join(':') : arn === 'arn' ? '*' : resource;
  return name.split('/', 1)[0] ?? '';
}
