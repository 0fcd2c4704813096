import type { FunctionName } from '../../core/runtime/environment.ts';
import { ACCOUNT, isAllowed, plain, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, resources, synthesise } from './synthesise.ts';

export const template = synthesise();
export const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/limit`;
export const bounded = synthesise({ requiredPermissionsBoundaryArn: BOUNDARY });

export const output = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1`;
export const intake = `arn:aws:s3:::sts-prep-intake-${ACCOUNT}-eu-central-1`;
export const [[keyId] = []] = resources(template, 'AWS::KMS::Key');
export const dataKey = plain(template, { 'Fn::GetAtt': [keyId, 'Arn'] }) as string;
export const issuer = 'arn:aws:s3:::prod-oidc';
export const ours = { 'aws:ResourceAccount': ACCOUNT };
export const role = `arn:aws:iam::${ACCOUNT}:role/prod-openshift-image-registry-installer-cloud-credentials`;
export const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/prod-oidc.s3.eu-west-1.amazonaws.com`;
export const execution = `arn:aws:states:eu-central-1:${ACCOUNT}:execution:sts-prep-prepare:prod-prepare-1`;

export const AUDIT: FunctionName[] = [
  'read-releases',
  'list-clusters',
  'discover-clusters',
  'audit-cluster',
  'publish-audit',
  'announce-audit',
];

export const TAGS = {
  'aws:RequestTag/Name': 'prod',
  'aws:TagKeys': ['Name', 'openshift.io/cloud-credential-operator/prod', 'sts-prep/run'],
};
export const TAGGED = { 'aws:ResourceTag/Name': 'prod' };

export type Context = Record<string, string | string[]>;
export const may = (
  name: FunctionName,
  action: string,
  resource: string,
  context: Context = {},
  of = template,
) => isAllowed(statementsOf(of, name), { action, resource, context });
export const whoMay = (action: string, resource: string, context: Context = {}) =>
  FUNCTION_NAMES.filter((name) => may(name, action, resource, context));
