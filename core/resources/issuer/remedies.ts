import type { BucketIssuer } from '../../domain/desired-state.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import { quoted } from '../../util/shell.ts';
import { PUBLIC_ACCESS_BLOCK } from './access-block.ts';

type Place = Pick<BucketIssuer, 'bucket' | 'region'>;

/** What to do where a cluster has its issuer elsewhere. */
export const EXISTING_ISSUER =
  'If the issuer of the cluster is private, behind CloudFront or one of its own, name the identity provider that its roles trust in cluster.yaml of the bundle, below prepare/ or adopt/: issuer: {type: existing, providerArn: "<arn>"}.';

/** Opens a bucket by hand to the policy of an issuer. */
export function openCommand({ bucket, region }: Place): string {
  const block = Object.entries(PUBLIC_ACCESS_BLOCK).map(([name, value]) => `${name}=${value}`);
  return `aws s3api put-public-access-block --bucket ${bucket} --region ${region} --public-access-block-configuration ${block.join(',')}`;
}

/** Removes a discovery document, so that a run writes ours. */
export function removeDiscoveryCommand({ bucket, region }: Place): string {
  return `aws s3 rm s3://${bucket}/${DISCOVERY_KEY} --region ${region}`;
}

export function showPolicyCommand({ bucket, region }: Place): string {
  return `aws s3api get-bucket-policy --bucket ${bucket} --region ${region}`;
}

/** Replaces the policy of a bucket. */
export function putPolicyCommand({ bucket, region }: Place, policy: PolicyDocument): string {
  return `aws s3api put-bucket-policy --bucket ${bucket} --region ${region} --policy ${quoted(JSON.stringify(policy))}`;
}

/** Replaces all tags of a bucket; S3 has no command that adds some. */
export function putTagsCommand({ bucket, region }: Place, tags: Readonly<Record<string, string>>): string {
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return `aws s3api put-bucket-tagging --bucket ${bucket} --region ${region} --tagging ${quoted(JSON.stringify({ TagSet }))}`;
}

export function removeKeysCommand({ bucket, region }: Place): string {
  return `aws s3 rm s3://${bucket}/${JWKS_KEY} --region ${region}`;
}

/** Deletes a bucket with all that is in it, also where it has versions, which `aws s3 rb --force` leaves. */
export function deleteBucketCommands({ bucket, region }: Place): readonly string[] {
  const place = `--bucket ${bucket} --region ${region}`;
  return [
    `aws s3api list-object-versions ${place}`,
    `aws s3api list-object-versions ${place} --query '[Versions,DeleteMarkers][].[VersionId,Key]' --output text | while read -r version key; do aws s3api delete-object ${place} --key "$key" --version-id "$version"; done`,
    `aws s3api delete-bucket ${place}`,
  ];
}
