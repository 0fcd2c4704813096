import { DOCUMENTS } from './api-inputs.ts';
import { DOCUMENT_TYPE, json, type OfflineCluster, type OfflineIssuer } from './input.ts';

/** From here on `thumbprint_list` may be left out (changelog of terraform-provider-aws, 5.81.0). */
const PROVIDER_VERSION = '>= 5.81.0';

/**
 * The same as a Terraform configuration in JSON (`main.tf.json`), which reads the two documents from the files beside it. Bucket,
 * documents and provider are guarded against being destroyed: a cluster that runs is cut off without them.
 */
export function terraformConfiguration(cluster: OfflineCluster): string {
  const { region, issuer, roles } = cluster;
  return json({
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: PROVIDER_VERSION } } },
    provider: { aws: [{ region: issuer?.region ?? region, allowed_account_ids: [cluster.accountId] }] },
    resource: {
      ...(issuer === undefined ? {} : issuerResources(cluster, issuer)),
      aws_iam_role: Object.fromEntries(roles.map((role, index) => [`role_${index}`, roleOf(cluster, role)])),
      aws_iam_role_policy: Object.fromEntries(
        roles.map(({ name, policy }, index) => [
          `role_${index}`,
          { name, role: `\${aws_iam_role.role_${index}.name}`, policy: literal(JSON.stringify(policy)) },
        ]),
      ),
    },
  });
}

const GUARDED = { lifecycle: { prevent_destroy: true } } as const;

function issuerResources(
  { issuerUrl, audiences, tags, documentTags }: OfflineCluster,
  { bucket, policy, publicAccessBlock }: OfflineIssuer,
) {
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = publicAccessBlock;
  const ofBucket = { bucket: '${aws_s3_bucket.issuer.id}' };
  return {
    aws_s3_bucket: { issuer: { bucket, tags: literals(tags), ...GUARDED } },
    aws_s3_bucket_public_access_block: {
      issuer: {
        ...ofBucket,
        block_public_acls: BlockPublicAcls,
        ignore_public_acls: IgnorePublicAcls,
        block_public_policy: BlockPublicPolicy,
        restrict_public_buckets: RestrictPublicBuckets,
      },
    },
    aws_s3_bucket_policy: {
      issuer: {
        ...ofBucket,
        policy: literal(JSON.stringify(policy)),
        depends_on: ['aws_s3_bucket_public_access_block.issuer'],
      },
    },
    aws_s3_object: Object.fromEntries(
      DOCUMENTS.map(({ key, file }, index) => [
        `document_${index}`,
        {
          ...ofBucket,
          key,
          source: `\${path.module}/${file}`,
          etag: `\${filemd5("\${path.module}/${file}")}`,
          content_type: DOCUMENT_TYPE,
          tags: literals(documentTags),
          ...GUARDED,
        },
      ]),
    ),
    aws_iam_openid_connect_provider: {
      issuer: {
        url: issuerUrl,
        client_id_list: audiences,
        tags: literals(tags),
        depends_on: ['aws_s3_bucket_policy.issuer', 'aws_s3_object.document_0', 'aws_s3_object.document_1'],
        ...GUARDED,
      },
    },
  };
}

function roleOf(
  { issuer, tags }: OfflineCluster,
  { name, path, description, permissionsBoundaryArn, trust }: OfflineCluster['roles'][number],
) {
  return {
    name,
    path,
    description,
    ...(permissionsBoundaryArn === undefined ? {} : { permissions_boundary: permissionsBoundaryArn }),
    assume_role_policy: literal(JSON.stringify(trust)),
    tags: literals(tags),
    ...(issuer === undefined ? {} : { depends_on: ['aws_iam_openid_connect_provider.issuer'] }),
  };
}

/** Terraform reads `${` and `%{` in every text as the beginning of an expression; doubled they are themselves. */
function literal(text: string): string {
  return text.replaceAll('${', '$${').replaceAll('%{', '%%{');
}

function literals(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [literal(key), literal(value)]));
}
