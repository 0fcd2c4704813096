import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { issuerBucketName, providerArn } from '../../core/domain/names.ts';

/** Providers of issuer buckets, in any region. Those of EKS, GitHub and others are out of reach. */
export const IDENTITY_PROVIDERS = providerArn(Aws.PARTITION, Aws.ACCOUNT_ID, `${issuerBucketName('*')}.s3.*`);

/** Whatever issuer a cluster has: of one that somebody else keeps, the provider is looked at and never written. */
export const ALL_PROVIDERS = providerArn(Aws.PARTITION, Aws.ACCOUNT_ID, '*');

export function observeProviders(providers: string): PolicyStatement[] {
  return [on(providers, 'GetOpenIDConnectProvider')];
}

/** All providers of the account; IAM knows no resource for the list of them. */
export function listProviders(providers: string): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['iam:ListOpenIDConnectProviders'], resources: ['*'] }),
    ...observeProviders(providers),
  ];
}

export function registerProviders(providers: string): PolicyStatement[] {
  return [
    on(
      providers,
      'AddClientIDToOpenIDConnectProvider',
      'CreateOpenIDConnectProvider',
      'TagOpenIDConnectProvider',
    ),
  ];
}

export function undoProviders(providers: string): PolicyStatement[] {
  return [
    on(
      providers,
      'DeleteOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
      'TagOpenIDConnectProvider',
      'UntagOpenIDConnectProvider',
    ),
  ];
}

export function deleteProviders(providers: string): PolicyStatement[] {
  return [on(providers, 'DeleteOpenIDConnectProvider')];
}

function on(providers: string, ...actions: string[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `iam:${action}`), resources: [providers] });
}
