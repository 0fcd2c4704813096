import type { PublicAccessBlock } from '../../domain/observed.ts';

/** Public by policy, never by ACL: as ccoctl sets it. */
export const PUBLIC_ACCESS_BLOCK: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

/** The switches by which a bucket is closed to the public, as far as they are on. */
export function closingSwitches(block: PublicAccessBlock | undefined): readonly string[] {
  return (['BlockPublicPolicy', 'RestrictPublicBuckets'] as const).filter((name) => block?.[name] === true);
}

/** Whether two public access blocks have the same switches on. */
export function sameBlock(
  left: PublicAccessBlock | undefined,
  right: PublicAccessBlock | undefined,
): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (Object.keys(PUBLIC_ACCESS_BLOCK) as (keyof PublicAccessBlock)[]).every(
    (key) => left[key] === right[key],
  );
}
