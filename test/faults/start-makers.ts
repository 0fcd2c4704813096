import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { TestAccount } from '../support/account.ts';
import { rsaKeyPair } from '../support/bundles.ts';
import { CLOSED, cloudFrontPolicy } from '../support/closed-bucket.ts';
import { type AwsState, makeAsCcoctl } from '../support/reference.ts';
import type { Components } from '../support/upgrading.ts';

export const CLUSTER = 'demo';
export const REGION = 'us-east-2';

/** An account as a run may find it. */
export interface Start {
  readonly about: string;
  /** Brings an account with nothing in it but the pipeline's buckets into this state; `run` runs a bundle. */
  readonly make: (account: TestAccount, run: RunBundle, foreignKeys: string) => Promise<unknown>;
  readonly bundle: () => Promise<Uint8Array>;
  /** The error that a run from here ends with, before any write; absent where it makes the cluster. */
  readonly refused?: string;
  /** The state that a run without a fault ends in; `Prepared` when nothing is said. */
  readonly end?: string;
  /** Where the bundle is uploaded; below `prepare/` when nothing is said. */
  readonly key?: string;
  /** Whether the run deletes the cluster, so that there is no way back, and the same file is to finish it. */
  readonly deletes?: true;
}

/** Uploads a bundle, below `prepare/` when nothing is said, and runs it. */
export type RunBundle = (bundle: Uint8Array, key?: string) => Promise<unknown>;

/** The key that a cluster was rotated to. */
export const ROTATED = rsaKeyPair().publicKey;

export const TWO: Components = { ingress: {}, 'image-registry': {} };

export const OWNER = { [`openshift.io/cloud-credential-operator/${CLUSTER}`]: 'owned', Name: CLUSTER };

type Make = Start['make'];

const HOST = `${CLUSTER}-oidc.s3.${REGION}.amazonaws.com`;
const Bucket = `${CLUSTER}-oidc`;

export async function makePrivate(...[account, _run, foreignKeys]: Parameters<Make>): Promise<void> {
  const distribution = 'd111111abcdef8.cloudfront.net';
  const state = JSON.parse(
    JSON.stringify(ccoctlState(account.id, foreignKeys)).replaceAll(HOST, distribution),
  );
  await makeAsCcoctl(account, { region: REGION, state } as Parameters<typeof makeAsCcoctl>[1], {
    publicAccess: false,
  });
  const policy = cloudFrontPolicy(Bucket);
  const s3 = account.s3(REGION);
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
  await s3.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: CLOSED,
    }),
  );
}

export async function makePublicByAcl(...[account, _run, foreignKeys]: Parameters<Make>): Promise<void> {
  const state = ccoctlState(account.id, foreignKeys);
  await makeAsCcoctl(account, { region: REGION, state } as Parameters<typeof makeAsCcoctl>[1], {
    publicAccess: false,
  });
  const s3 = account.s3(REGION);
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    }),
  );
  for (const Key of ['.well-known/openid-configuration', 'keys.json'])
    await s3.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'public-read' }));
}

export async function makeVersioned(account: TestAccount): Promise<void> {
  const s3 = account.s3(REGION);
  const TagSet = Object.entries(OWNER).map(([Key, Value]) => ({ Key, Value }));
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

/** What `ccoctl aws create-all` leaves for the two components, written down by hand from its rules. */
export function ccoctlState(account: string, keys: string, trustedBucket = `${CLUSTER}-oidc`): AwsState {
  const bucket = `${CLUSTER}-oidc`;
  const host = `${bucket}.s3.${REGION}.amazonaws.com`;
  const trusted = `${trustedBucket}.s3.${REGION}.amazonaws.com`;
  const document = (body: string) => ({ body, contentType: 'application/octet-stream', tags: OWNER });
  return {
    buckets: {
      [bucket]: {
        location: REGION,
        tags: OWNER,
        publicAccessBlock: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: false,
          RestrictPublicBuckets: false,
        },
        policy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'AllowReadPublicAccess',
              Principal: '*',
              Effect: 'Allow',
              Action: ['s3:GetObject'],
              Resource: [`arn:aws:s3:::${bucket}/*`],
            },
          ],
        },
        objects: {
          '.well-known/openid-configuration': document(discovery(`https://${host}`)),
          'keys.json': document(keys),
        },
      },
    },
    providers: {
      [`arn:aws:iam::${account}:oidc-provider/${host}`]: {
        url: host,
        clientIds: ['openshift', 'sts.amazonaws.com'],
        tags: OWNER,
      },
    },
    roles: Object.fromEntries(
      Object.keys(TWO).map((component) => {
        const namespace = `openshift-${component}`;
        const name = `${CLUSTER}-${namespace}-cloud-credentials`;
        return [
          name,
          {
            path: '/',
            description: `OpenShift role for ${namespace}/cloud-credentials`,
            boundary: null,
            tags: OWNER,
            trust: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${trusted}` },
                  Action: 'sts:AssumeRoleWithWebIdentity',
                  Condition: {
                    StringEquals: {
                      [`${trusted}:sub`]: [`system:serviceaccount:${namespace}:${component}-operator`],
                    },
                  },
                },
              ],
            },
            inline: {
              [name]: {
                Version: '2012-10-17',
                Statement: [
                  {
                    Effect: 'Allow',
                    Action: ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones'],
                    Resource: '*',
                  },
                ],
              },
            },
          },
        ];
      }),
    ),
  } as unknown as AwsState;
}

function discovery(issuer: string): string {
  return `{
\t"issuer": "${issuer}",
\t"jwks_uri": "${issuer}/keys.json",
    "response_types_supported": [
        "id_token"
    ],
    "subject_types_supported": [
        "public"
    ],
    "id_token_signing_alg_values_supported": [
        "RS256"
    ],
    "claims_supported": [
        "aud",
        "exp",
        "sub",
        "iat",
        "iss",
        "sub"
    ]
}`;
}
