import { IAMClient } from '@aws-sdk/client-iam';
import { CLIENT_DEFAULTS } from './clients.ts';

/** IAM has one endpoint for all regions of a partition; the SDK knows it. */
export function iamClient(): IAMClient {
  return new IAMClient(CLIENT_DEFAULTS);
}
