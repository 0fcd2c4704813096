import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DISCOVERY_KEY, issuerBucketName, JWKS_KEY } from '../../core/domain/names.ts';

/** Issuer buckets are named after clusters, of which there is no list; they may be in any region of the partition. */
const BUCKETS = `arn:${Aws.PARTITION}:s3:::${issuerBucketName('*')}`;
const DOCUMENTS = [`${BUCKETS}/${DISCOVERY_KEY}`, `${BUCKETS}/${JWKS_KEY}`];

/** A bucket of that name in another account is none of ours, whatever its policy would let us do. */
const IN_THIS_ACCOUNT = { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } };

export function observeIssuers(): PolicyStatement[] {
  return [
    // HEAD asks whether there is such a bucket: where there is none no account owns it, and a condition on that would make
    // "403 Access Denied" of "404", which is what a bucket of somebody else answers.
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [BUCKETS] }),
    onBuckets(['s3:GetBucketPolicy', 's3:GetBucketPublicAccessBlock', 's3:GetBucketTagging']),
    onDocuments(['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging']),
  ];
}

/** Whether the account as a whole lets buckets be public. S3 knows no resource for this action. */
export function observeAccountBlock(): PolicyStatement[] {
  return [new PolicyStatement({ actions: ['s3:GetAccountPublicAccessBlock'], resources: ['*'] })];
}

/** Which buckets of the account may be issuers; S3 knows no resource for the list of all. */
export function listIssuers(): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] }),
    onBuckets(['s3:GetBucketTagging']),
  ];
}

export function publishIssuers(): PolicyStatement[] {
  return [
    // A bucket that is not there yet has no owning account to compare.
    new PolicyStatement({ actions: ['s3:CreateBucket', 's3:TagResource'], resources: [BUCKETS] }),
    ...changeIssuers(),
  ];
}

/** What rollback sets back. To overwrite an object makes it private, so those that were public by ACL get it again. */
export function restoreIssuers(): PolicyStatement[] {
  return [...changeIssuers(), onDocuments(['s3:PutObjectAcl'])];
}

/** Of a bucket with versions, made so before the run or while it was at work, each version goes by itself. */
export function removeIssuers(): PolicyStatement[] {
  return [
    onBuckets(['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:ListBucketVersions']),
    onDocuments(['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectVersion']),
  ];
}

/** Whose a bucket is, and what is in it. */
export function listContents(): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [BUCKETS] }),
    onBuckets(['s3:GetBucketTagging', 's3:ListBucketVersions']),
  ];
}

/** The same, and what its documents say. */
export function readContents(): PolicyStatement[] {
  return [...listContents(), onDocuments(['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging'])];
}

/** Takes an issuer out of service: the two documents go, and nothing else of what a bucket holds. */
export function retireIssuers(): PolicyStatement[] {
  return [
    onBuckets([
      's3:DeleteBucket',
      's3:DeleteBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketTagging',
    ]),
    onDocuments(['s3:DeleteObject', 's3:DeleteObjectVersion']),
  ];
}

/** What publishing sets on a bucket that exists. */
function changeIssuers(): PolicyStatement[] {
  return [
    onBuckets(['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketTagging']),
    onDocuments(['s3:PutObject', 's3:PutObjectTagging']),
  ];
}

function onBuckets(actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: [BUCKETS], conditions: IN_THIS_ACCOUNT });
}

function onDocuments(actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources: DOCUMENTS, conditions: IN_THIS_ACCOUNT });
}
