import * as z from 'zod';
import { APPROVALS } from './approval.ts';
import { PARTITIONS } from './aws-partition.ts';
import { FEATURE_SETS } from './feature-set.ts';
import { BASELINE } from './inclusion/capabilities.ts';
import { RELEASE } from './release.ts';

/** As the installer reads them: a name, and what Go takes for a boolean. */
export const FEATURE_GATE = /^([A-Za-z0-9]{1,253})=(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/;

/** What the installer takes has no limit; these are over all that there are, by far. */
export const MAX_FEATURE_GATES = 1_000;
export const MAX_CAPABILITIES = 100;

/** IAM: PermissionsBoundary, and all other ARNs. */
const MAX_ARN_CHARACTERS = 2_048;

/** Of a whole cluster.yaml: one that has more is not looked at, for what is wrong with each could not be told. */
export const MAX_CONFIG_VALUES = 10_000;

/**
 * `cluster.yaml`: what a bundle may say about its cluster. The published JSON Schema
 * (docs/schemas/cluster.schema.json) is generated from this very schema.
 */
export const clusterConfigSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .describe(
        'Name of the cluster: metadata.name of install-config.yaml, --name of ccoctl. Prefix of everything made.',
      ),
    region: z
      .string()
      .min(1)
      .describe('AWS region of the cluster, e.g. us-east-2. The issuer bucket is made here.'),
    partition: z
      .enum(PARTITIONS)
      .describe(
        'Partition of the region, where that is newer than this release of the pipeline and not known to it.',
      ),
    release: z
      .string()
      .max(100)
      .regex(RELEASE, 'must be a release such as 4.20.3, in quotes')
      .describe(
        'OpenShift release the CredentialsRequests were extracted from, e.g. "4.20.3" (quote it: 4.20 is a number).',
      ),
    issuer: z
      .strictObject({
        type: z
          .enum(['public-bucket', 'cloudfront', 'existing'])
          .describe('Where the OIDC documents are served from; existing: by somebody else, wherever it is.'),
        providerArn: z
          .string()
          .max(MAX_ARN_CHARACTERS)
          .optional()
          .describe(
            'ARN of the IAM OIDC provider of an existing issuer. Issuer and provider are never written.',
          ),
      })
      .describe('The OIDC issuer; public-bucket is the default and the only type this release can make.'),
    permissionsBoundaryArn: z
      .string()
      .max(MAX_ARN_CHARACTERS)
      .describe('ARN of the IAM policy that bounds every role.'),
    rolePath: z.string().describe('IAM path of the roles; begins and ends with a slash. Default /.'),
    featureSet: z
      .enum(FEATURE_SETS)
      .describe('Feature set of the cluster; decides which requests count. Default: Default.'),
    featureGates: z
      .array(z.string().regex(FEATURE_GATE, 'must be a name and a value, such as "SomeGate=true"'))
      .max(MAX_FEATURE_GATES)
      .describe(
        'Feature gates that are set by hand, as install-config.yaml has them: "SomeGate=true". With CustomNoUpgrade they come before those of the release.',
      ),
    capabilities: z
      .strictObject({
        baselineCapabilitySet: z.string().regex(BASELINE, 'must be None, vCurrent or a set such as v4.18'),
        additionalEnabledCapabilities: z.array(z.string().min(1).max(253)).max(MAX_CAPABILITIES),
      })
      .partial()
      .describe(
        'Capabilities of the cluster, as install-config.yaml has them; requests of components that it is without do not count.',
      ),
    tags: z.record(z.string(), z.string()).describe('Further tags for everything made.'),
    publicKeyFile: z
      .string()
      .min(1)
      .max(512)
      .describe(
        'Path, inside the bundle, of the PEM public key that the cluster signs with; the JWKS has to hold it. Without it a key pair is made.',
      ),
    acceptedKeys: z
      .array(z.string().min(1).max(512))
      .max(100)
      .describe(
        'Further keys of the JWKS that are yours, by key id (kid) or RFC 7638 thumbprint, such as the next signing key of a rotation.',
      ),
    removeRoles: z
      .array(z.string().min(1).max(128))
      .max(1_000)
      .describe(
        'Only below prune/: IAM roles to remove although they look used, or nobody knows who asked for them. What a request asks for is never removed.',
      ),
    approval: z
      .enum(APPROVALS)
      .describe(
        'required: whatever a run would change of the cluster waits until somebody approves the plan, from the next run on; a later bundle need not say it again. none takes that back, in a run that is approved.',
      ),
  })
  .partial()
  .describe('Which cluster a bundle of CredentialsRequests is for, and how it is to be prepared.');

export type ClusterConfig = z.infer<typeof clusterConfigSchema>;
