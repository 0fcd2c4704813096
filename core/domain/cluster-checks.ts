import { defined } from '../util/defined.ts';
import { quoted } from '../util/visible.ts';
import { isRegionLike, nearestRegion, partitionNamed, partitionOfRegion } from './aws-partition.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { issuerBucketName, OWN_ROLE_PATH, ownerTagKey, RUN_TAG } from './names.ts';
import type { Problem } from './problem.ts';

/** What the deployment demands of every cluster. */
export interface DeploymentRules {
  /** Partition the stack runs in; undefined where a cluster may be of any (the local emulator). */
  readonly partition?: string;
  /** Account the stack runs in; undefined on an emulator, which has as many as it is asked for. */
  readonly accountId?: string;
  /** ARN of the boundary every role must have; undefined where none is demanded. */
  readonly requiredBoundaryArn?: string;
}

/** S3 bucket names: 3 to 63 lower-case letters, digits and hyphens. Dots are left out, as TLS would not cover them. */
export function checkName(name: string, problems: Problem[]): void {
  const bucket = issuerBucketName(name);
  const refuse = (message: string, remedy: string) =>
    problems.push({ code: 'ClusterNameInvalid', field: 'name', message, remedy: `${remedy} ${OWN_NAME}` });
  if (bucket.length > 63) {
    refuse(
      `${quoted(name)} has ${name.length} characters.`,
      'Use at most 58: the issuer bucket is named <name>-oidc and S3 allows 63.',
    );
  }
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    refuse(
      `${quoted(name)} would make a bucket name that S3 refuses or TLS does not cover.`,
      /[${}]/.test(name)
        ? 'It is the placeholder of a template: put the name there that the cluster has.'
        : 'Use lower-case letters, digits and hyphens, beginning with a letter or digit.',
    );
  } else if (/^(xn--|sthree-|amzn-s3-demo-)/.test(bucket)) {
    refuse(`${quoted(name)} begins with a prefix that S3 reserves.`, 'Choose another name.');
  }
}

/** The name here is that of what is made in AWS, as ccoctl's `--name` is; the installer's may be another. */
const OWN_NAME =
  'Give it as name in cluster.yaml: metadata.name of install-config.yaml may stay as it is. A cluster that lives already keeps the issuer it has: name its provider there too (issuer: {type: existing, providerArn: …}).';

/**
 * @param partition The one that the stack is in; undefined where a cluster may be of any.
 * @param named The one that cluster.yaml names for a region that is not known here.
 */
export function checkRegion(
  region: string,
  partition: string | undefined,
  named: string | undefined,
  problems: Problem[],
): void {
  const known = partitionOfRegion(region);
  const found = known ?? (isRegionLike(region) ? partitionNamed(named) : undefined);
  if (found === undefined) {
    problems.push(unknownRegion(region, partition));
  } else if (named !== undefined && named !== found.id) {
    problems.push({
      code: 'RegionOutsidePartition',
      field: 'partition',
      message: `${region} is in partition ${found.id}, and cluster.yaml says ${named}.`,
      remedy: 'Leave the field partition out.',
    });
  } else if (partition !== undefined && found.id !== partition) {
    problems.push({
      code: 'RegionOutsidePartition',
      field: 'region',
      message: `${region} is in partition ${found.id}, this deployment in ${partition}.`,
      remedy: `Deploy the stack to an account of ${found.id} and upload the bundle there.`,
    });
  }
}

/** The problem of a region that this release does not know: it is misspelt, or new. */
export function unknownRegion(region: string, partition: string | undefined): Problem {
  const near = nearestRegion(region);
  const correct = near === undefined ? 'Give a region such as us-east-2' : `Correct it (${near}?)`;
  return {
    code: 'RegionUnknown',
    field: 'region',
    message: `${quoted(region)} is not an AWS region that this release knows.`,
    remedy: isRegionLike(region)
      ? `${correct}; or, if AWS has opened it since, say its partition in cluster.yaml: partition: ${partition ?? 'aws'}.`
      : `${correct}.`,
  };
}

/** So many tags are no oversight, and one problem. */
const MAX_CHECKED_TAGS = 200;

/** AWS tag limits (128 and 256 characters, the common character set) and the tags that are ours to set. */
export function checkTags(
  tags: Readonly<Record<string, string>>,
  name: string | undefined,
  problems: Problem[],
): void {
  const refuse = (key: string, message: string, remedy: string) =>
    problems.push({ code: 'TagInvalid', field: `tags.${key.slice(0, 128)}`, message, remedy });
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const reserved = ['Name', RUN_TAG, ...(name === undefined ? [] : [ownerTagKey(name)])];
  for (const [key, value] of Object.entries(tags).slice(0, MAX_CHECKED_TAGS)) {
    if (
      key.length < 1 ||
      key.length > 128 ||
      value.length > 256 ||
      !allowed.test(key) ||
      !allowed.test(value)
    ) {
      refuse(
        key,
        'IAM does not accept the tag.',
        'Keys have 1 to 128, values up to 256 letters, digits, spaces and _ . : / = + - @.',
      );
    } else if (
      /^aws:/i.test(key) ||
      reserved.some((tag) => tag.toLowerCase() === key.toLowerCase()) ||
      key.toLowerCase().startsWith(ownerTagKey('').toLowerCase())
    ) {
      refuse(key, 'The tag is set by AWS or by the pipeline itself.', 'Leave it out.');
    }
  }
  const byCase = new Map<string, string>();
  for (const key of Object.keys(tags).slice(0, MAX_CHECKED_TAGS)) {
    const twin = byCase.get(key.toLowerCase());
    if (twin === undefined) byCase.set(key.toLowerCase(), key);
    else
      refuse(key, `It differs from ${twin} in case only, which IAM does not accept.`, 'Keep one of the two.');
  }
  // S3 objects take ten tags, and the OIDC documents carry the two of the owner only; resources take fifty.
  if (Object.keys(tags).length > 47) {
    problems.push({
      code: 'TagInvalid',
      field: 'tags',
      message: `There are ${Object.keys(tags).length} tags.`,
      remedy: 'Use at most 47: AWS allows 50 and the pipeline adds three.',
    });
  }
}

/** CreateRole refuses them: service-linked roles, and those of IAM Identity Center. */
const RESERVED_PATHS = ['/aws-service-role/', '/aws-reserved/'];

export function checkConfig(config: ClusterConfig, file: string | undefined, problems: Problem[]): void {
  const at = defined({ file });
  if (config.issuer?.type === 'cloudfront') {
    problems.push({
      code: 'IssuerUnsupported',
      ...at,
      field: 'issuer.type',
      message: 'A CloudFront issuer cannot be made yet.',
      remedy: 'Use public-bucket or leave the field out.',
    });
  }
  const { issuer } = config;
  if (issuer !== undefined && (issuer.type === 'existing') !== (issuer.providerArn !== undefined)) {
    problems.push({
      code: 'ClusterConfigInvalid',
      ...at,
      field: 'issuer.providerArn',
      message:
        issuer.type === 'existing'
          ? 'An existing issuer is known by its IAM OIDC provider, which is not named.'
          : `An issuer of type ${issuer.type} has no provider of somebody else.`,
      remedy:
        issuer.type === 'existing'
          ? 'Name it; aws iam list-open-id-connect-providers lists the ARNs.'
          : 'Leave it out, or say type: existing.',
    });
  }
  // IAM: a path begins and ends with a slash and has up to 512 printable ASCII characters. Of these, only those that a
  // role's name may have: a wildcard in an ARN, or a quote in a command, would mean more than itself.
  if (
    config.rolePath !== undefined &&
    !(config.rolePath.length <= 512 && /^\/([\w+=,.@-]+\/)*$/.test(config.rolePath))
  ) {
    problems.push({
      code: 'RolePathInvalid',
      ...at,
      field: 'rolePath',
      message: 'The path cannot be used.',
      remedy:
        'Write it like /openshift/ : slashes at both ends, up to 512 letters, digits and _ + = , . @ -.',
    });
  } else if (
    RESERVED_PATHS.some((reserved) => config.rolePath?.toLowerCase().startsWith(reserved) === true)
  ) {
    problems.push({
      code: 'RolePathInvalid',
      ...at,
      field: 'rolePath',
      message: 'IAM keeps the path for roles of AWS services.',
      remedy: 'Choose another path.',
    });
  } else if (config.rolePath?.toLowerCase().startsWith(OWN_ROLE_PATH)) {
    problems.push({
      code: 'RolePathInvalid',
      ...at,
      field: 'rolePath',
      message: `${OWN_ROLE_PATH} is where the pipeline's own roles are.`,
      remedy: 'Choose another path.',
    });
  }
}

/** Partition and account of a managed policy; `aws` is that of AWS's own. */
const POLICY_ARN = /^arn:([a-z0-9-]+):iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/;

export function boundary(
  config: Pick<ClusterConfig, 'permissionsBoundaryArn'>,
  rules: DeploymentRules,
  file: string | undefined,
  problems: Problem[],
): string | undefined {
  const wanted = config.permissionsBoundaryArn;
  const at = { ...defined({ file }), field: 'permissionsBoundaryArn' };
  const [, partition, account] = POLICY_ARN.exec(wanted ?? '') ?? [];
  if (wanted !== undefined && account === undefined) {
    problems.push({
      code: 'PermissionsBoundaryInvalid',
      ...at,
      message: 'It is not the ARN of an IAM policy.',
      remedy: 'Write it like arn:aws:iam::123456789012:policy/Boundary.',
    });
  } else if (wanted !== undefined && partition !== (rules.partition ?? partition)) {
    problems.push({
      code: 'PermissionsBoundaryInvalid',
      ...at,
      message: `It is of the partition ${partition}, and the account is in ${rules.partition}.`,
      remedy: `Begin it with arn:${rules.partition}:iam::.`,
    });
  } else if (wanted !== undefined && account !== 'aws' && account !== (rules.accountId ?? account)) {
    problems.push({
      code: 'PermissionsBoundaryInvalid',
      ...at,
      message: `It is of account ${account}, and IAM takes policies of the role's own account, ${rules.accountId}, only.`,
      remedy: `Make the policy in account ${rules.accountId}, and name that one.`,
    });
  } else if (
    wanted !== undefined &&
    rules.requiredBoundaryArn !== undefined &&
    wanted !== rules.requiredBoundaryArn
  ) {
    problems.push({
      code: 'PermissionsBoundaryRequired',
      ...at,
      message: `This deployment requires ${rules.requiredBoundaryArn}.`,
      remedy: 'Leave the field out, or name that policy.',
    });
  }
  return wanted ?? rules.requiredBoundaryArn;
}
