import { JWKS_KEY } from '../names.ts';
import { json, type OfflineCluster, type OfflineIssuer, tagList } from './input.ts';

/** A template that is larger goes by S3 (CloudFormation quotas); IAM's own limits of 5,000 roles are far above a cluster. */
const NAMED_ROLES = 'CAPABILITY_NAMED_IAM';

/**
 * A CloudFormation template of bucket, provider and roles, for whoever lets nothing else make them. CloudFormation has no
 * resource for the two documents of the issuer: they are put into the bucket afterwards, as the template's description says. The
 * bucket outlives the stack, since whoever got its name would be the issuer that roles trust.
 */
export function cloudFormationTemplate(cluster: OfflineCluster): string {
  const { name, issuer, roles, run } = cluster;
  return json({
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      `STS credentials of the OpenShift cluster ${name}; planned by ${run}. Deploy with ${NAMED_ROLES}` +
      (issuer === undefined
        ? '.'
        : ` in ${issuer.region}, then run documents.sh: ${JWKS_KEY} and the discovery document are objects, for which CloudFormation has no resource.`),
    Resources: {
      ...(issuer === undefined ? {} : issuerResources(cluster, issuer)),
      ...Object.fromEntries(roles.map((role, index) => [`Role${index}`, roleResource(cluster, role)])),
    },
  });
}

function issuerResources({ issuerUrl, audiences, tags }: OfflineCluster, issuer: OfflineIssuer) {
  const { bucket: BucketName, policy, publicAccessBlock } = issuer;
  return {
    Issuer: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName,
        PublicAccessBlockConfiguration: publicAccessBlock,
        Tags: tagList(tags),
      },
    },
    IssuerPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Bucket: { Ref: 'Issuer' }, PolicyDocument: policy },
    },
    Provider: {
      Type: 'AWS::IAM::OIDCProvider',
      DependsOn: ['IssuerPolicy'],
      Properties: { Url: issuerUrl, ClientIdList: audiences, Tags: tagList(tags) },
    },
  };
}

function roleResource(
  { issuer, tags }: OfflineCluster,
  { name, path, description, permissionsBoundaryArn, trust, policy }: OfflineCluster['roles'][number],
) {
  return {
    Type: 'AWS::IAM::Role',
    ...(issuer === undefined ? {} : { DependsOn: ['Provider'] }),
    Properties: {
      RoleName: name,
      Path: path,
      Description: description,
      ...(permissionsBoundaryArn === undefined ? {} : { PermissionsBoundary: permissionsBoundaryArn }),
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: name, PolicyDocument: policy }],
      Tags: tagList(tags),
    },
  };
}
