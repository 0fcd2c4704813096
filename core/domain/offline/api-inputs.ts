import { DISCOVERY_KEY, JWKS_KEY } from '../names.ts';
import { json, type OfflineCluster, type OfflineFile, type OfflineIssuer, tagList } from './input.ts';

/** S3 makes a bucket in us-east-1 where no place is named, and refuses that name (API_CreateBucketConfiguration). */
const DEFAULT_REGION = 'us-east-1';

/** Where the documents are; a folder keeps no name that begins with a dot in sight. */
const DISCOVERY_FILE = '02-openid-configuration';
const JWKS_FILE = '03-keys.json';
export const PROVIDER_FILE = '04-iam-identity-provider.json';

/** The calls that set up the bucket, in their order, with the file that each reads. */
export const BUCKET_FILES = {
  'create-bucket': '01-oidc-bucket.json',
  'put-bucket-tagging': '01-oidc-bucket-tagging.json',
  'put-public-access-block': '01-oidc-bucket-public-access-block.json',
  'put-bucket-policy': '01-oidc-bucket-policy.json',
} as const;

/** The files of a role; named by its whole name, of which IAM takes 64 characters, as ccoctl names them. */
export function roleFiles(
  { name }: Pick<OfflineCluster, 'name'>,
  { secretRef }: OfflineCluster['roles'][number],
  index: number,
): { readonly role: string; readonly policy: string } {
  const whole = `${name}-${secretRef.namespace}-${secretRef.name}`;
  return { role: `05-${index}-${whole}-role.json`, policy: `06-${index}-${whole}-policy.json` };
}

/**
 * What `ccoctl aws create-all --dry-run` writes, each file for `aws … --cli-input-json`, and what it leaves out: the bucket's tags,
 * access block and policy, the provider's tags, and the values where it has placeholders. The provider has no thumbprint: IAM
 * gets it itself, and does not go by it for issuers in S3 (API_CreateOpenIDConnectProvider).
 */
export function apiInputs(cluster: OfflineCluster): readonly OfflineFile[] {
  const { issuer } = cluster;
  return [
    ...(issuer === undefined ? [] : issuerInputs(cluster, issuer)),
    ...cluster.roles.flatMap((role, index) => roleInputs(cluster, role, index)),
    ...cluster.manifests,
  ];
}

function issuerInputs({ issuerUrl, audiences, tags }: OfflineCluster, issuer: OfflineIssuer) {
  const { bucket: Bucket, region, policy, publicAccessBlock, discovery, jwks } = issuer;
  const place =
    region === DEFAULT_REGION ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  const inputs: Readonly<Record<keyof typeof BUCKET_FILES, object>> = {
    'create-bucket': { ACL: 'private', Bucket, ...place },
    'put-bucket-tagging': { Bucket, Tagging: { TagSet: tagList(tags) } },
    'put-public-access-block': { Bucket, PublicAccessBlockConfiguration: publicAccessBlock },
    'put-bucket-policy': { Bucket, Policy: JSON.stringify(policy) },
  };
  return [
    ...Object.entries(inputs).map(([call, input]) => ({
      path: BUCKET_FILES[call as keyof typeof BUCKET_FILES],
      content: json(input),
    })),
    { path: DISCOVERY_FILE, content: discovery },
    { path: JWKS_FILE, content: jwks },
    {
      path: PROVIDER_FILE,
      content: json({ Url: issuerUrl, ClientIDList: audiences, Tags: tagList(tags) }),
    },
  ];
}

function roleInputs(cluster: OfflineCluster, role: OfflineCluster['roles'][number], index: number) {
  const { name: RoleName, path, description, permissionsBoundaryArn, trust, policy } = role;
  const files = roleFiles(cluster, role, index);
  return [
    {
      path: files.role,
      content: json({
        AssumeRolePolicyDocument: JSON.stringify(trust),
        Description: description,
        ...(path === '/' ? {} : { Path: path }),
        ...(permissionsBoundaryArn === undefined ? {} : { PermissionsBoundary: permissionsBoundaryArn }),
        RoleName,
        Tags: tagList(cluster.tags),
      }),
    },
    {
      path: files.policy,
      content: json({ PolicyDocument: JSON.stringify(policy), PolicyName: RoleName, RoleName }),
    },
  ];
}

/** Objects of the issuer bucket, with the file of each. */
export const DOCUMENTS = [
  { key: DISCOVERY_KEY, file: DISCOVERY_FILE },
  { key: JWKS_KEY, file: JWKS_FILE },
] as const;
