import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { TestAccount } from './account.ts';
import { type Files, tgzOf } from './archives.ts';

/** A folder beside the project with real manifests and what the real ccoctl made of them; often not there. */
const SHARED = new URL('../../../shared/', import.meta.url);
const GOLDEN = new URL('../integration/golden/', import.meta.url);

/** Account that the references were made in. */
export const REFERENCE_ACCOUNT = '123456789012';

export type Tags = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

export interface ReferenceBucket {
  /** Null in us-east-1. */
  readonly location: string | null;
  readonly tags: Tags;
  readonly publicAccessBlock: Json;
  readonly policy: Json;
  readonly objects: Readonly<
    Record<string, { readonly body: string; readonly contentType: string; readonly tags: Tags }>
  >;
}

export interface ReferenceProvider {
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly tags: Tags;
}

export interface ReferenceRole {
  readonly path: string;
  readonly description: string;
  readonly boundary: { readonly PermissionsBoundaryArn: string } | null;
  readonly tags: Tags;
  readonly trust: Json;
  readonly inline: Readonly<Record<string, Json>>;
}

/** An AWS account as ccoctl left it. */
export interface AwsState {
  readonly buckets: Readonly<Record<string, ReferenceBucket>>;
  readonly providers: Readonly<Record<string, ReferenceProvider>>;
  readonly roles: Readonly<Record<string, ReferenceRole>>;
}

/** What went into ccoctl and what came out. */
export interface ReferenceCase {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly args: readonly string[];
  /** CredentialsRequests by file name. */
  readonly credreqs: Readonly<Record<string, string>>;
  /** Those of an earlier release, which ccoctl was run on first. */
  readonly credreqsBefore?: Readonly<Record<string, string>>;
  readonly publicKey: string;
  /** Manifests by file name. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly state: AwsState;
}

/** Address of a folder of the shared folder; undefined, with a line of output that says so, when it is not there. */
export function sharedFolder(name: string): URL | undefined {
  const folder = new URL(`${name}/`, SHARED);
  if (existsSync(folder)) return folder;
  console.log(`Skipped: there is no folder shared/${name} beside the project.`);
  return undefined;
}

/** The cases of the shared folder that really made something; empty when it is not there. */
export function sharedCases(): ReferenceCase[] {
  const folder = sharedFolder('reference');
  return folder === undefined ? [] : casesOf(folder);
}

/** The cases of the project itself, written by hand from ccoctl's rules. */
export function goldenCases(): ReferenceCase[] {
  return casesOf(GOLDEN);
}

/** Names of a folder's folders, sorted. */
export function foldersOf(folder: URL): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Texts of a folder's files by name. */
export function textsOf(folder: URL): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  );
}

function casesOf(folder: URL): ReferenceCase[] {
  return foldersOf(folder)
    .filter((id) => /^(install|upgrade)-/.test(id))
    .map((id) => readCase(id, new URL(`${id}/`, folder)));
}

function readCase(id: string, folder: URL): ReferenceCase {
  const text = (path: string) => readFileSync(new URL(path, folder), 'utf8');
  const { name, region, args } = JSON.parse(text('case.json')) as ReferenceCase;
  const before = new URL('credreqs-before/', folder);
  return {
    id,
    name,
    region,
    args,
    credreqs: textsOf(new URL('credreqs/', folder)),
    ...(existsSync(before) ? { credreqsBefore: textsOf(before) } : {}),
    publicKey: text('files/serviceaccount-signer.public'),
    manifests: Object.fromEntries(
      Object.entries(textsOf(new URL('files/manifests/', folder))).map(
        // A formatter would add the newline that ccoctl leaves out, so the project's own have another ending.
        ([file, content]) => [file.replace(/\.expected$/, ''), content],
      ),
    ),
    state: JSON.parse(text('aws-state.json')) as AwsState,
  };
}

/** A case with the ARNs of IAM as they would be in another account, of a partition that may be another too. */
export function inAccount(reference: ReferenceCase, accountId: string, partition = 'aws'): ReferenceCase {
  const text = JSON.stringify(reference).replace(
    new RegExp(`arn:aws(-[a-z]+)*:iam::${REFERENCE_ACCOUNT}:`, 'g'),
    `arn:${partition}:iam::${accountId}:`,
  );
  return JSON.parse(text) as ReferenceCase;
}

export interface BundleOptions {
  /** Take the requests of the earlier release. */
  readonly before?: boolean;
  /** Leave ccoctl's public key out, so that the pipeline makes a pair. */
  readonly withoutKey?: boolean;
  /** Bring this public key instead of ccoctl's. */
  readonly key?: string;
  /** Further lines of cluster.yaml. */
  readonly config?: string;
}

/** The bundle a user would upload to have the same made: requests, cluster.yaml with the flags, ccoctl's public key. */
export function bundleOf(
  reference: ReferenceCase,
  { before = false, withoutKey = false, key = reference.publicKey, config = '' }: BundleOptions = {},
): Promise<Buffer> {
  const { name, region, args, credreqs, credreqsBefore = credreqs } = reference;
  const boundary = args[args.indexOf('--permissions-boundary-arn') + 1];
  const lines = [
    `name: ${name}`,
    `region: ${region}`,
    ...(args.includes('--enable-tech-preview') ? ['featureSet: TechPreviewNoUpgrade'] : []),
    ...(args.includes('--permissions-boundary-arn') ? [`permissionsBoundaryArn: ${boundary}`] : []),
    ...(withoutKey ? [] : ['publicKeyFile: serviceaccount-signer.public']),
    config,
  ];
  const files: Files = [
    ['cluster.yaml', `${lines.join('\n')}\n`],
    ...Object.entries(before ? credreqsBefore : credreqs).map(
      ([file, content]) => [`credreqs/${file}`, content] as const,
    ),
    ...(withoutKey ? [] : [['serviceaccount-signer.public', key] as const]),
  ];
  return tgzOf(files);
}

/** Which steps of ccoctl to repeat; by default all. */
export interface CcoctlSteps {
  readonly bucketTags?: boolean;
  readonly publicAccess?: boolean;
  readonly documents?: boolean;
  readonly provider?: boolean;
  readonly providerTags?: boolean;
  /** How many of the roles, in order of their names. */
  readonly roles?: number;
  /** How many of those got their inline policy. */
  readonly policies?: number;
}

/**
 * Brings an account into the state that ccoctl left, by the calls that ccoctl makes; or into that of a
 * ccoctl that stopped on the way. The state must be of this account (`inAccount`).
 */
export async function makeAsCcoctl(
  { iam, s3 }: TestAccount,
  { region, state }: ReferenceCase,
  steps: CcoctlSteps = {},
): Promise<void> {
  const { bucketTags, publicAccess, documents, provider, providerTags } = {
    bucketTags: true,
    publicAccess: true,
    documents: true,
    provider: true,
    providerTags: true,
    ...steps,
  };
  const regional = s3(region);
  for (const [name, wanted] of Object.entries(state.buckets)) {
    const bucket = { Bucket: name };
    await regional.send(
      new CreateBucketCommand({
        ...bucket,
        ...(wanted.location === null
          ? {}
          : {
              CreateBucketConfiguration: { LocationConstraint: wanted.location as BucketLocationConstraint },
            }),
      }),
    );
    if (bucketTags)
      await regional.send(new PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet: list(wanted.tags) } }));
    if (publicAccess) {
      await regional.send(
        new PutPublicAccessBlockCommand({
          ...bucket,
          PublicAccessBlockConfiguration: wanted.publicAccessBlock,
        }),
      );
      await regional.send(new PutBucketPolicyCommand({ ...bucket, Policy: JSON.stringify(wanted.policy) }));
    }
    for (const [key, { body, contentType, tags }] of documents ? Object.entries(wanted.objects) : []) {
      await regional.send(
        new PutObjectCommand({
          ...bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          Tagging: new URLSearchParams(tags).toString(),
        }),
      );
    }
  }
  for (const { url, clientIds, tags } of provider ? Object.values(state.providers) : []) {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: `https://${url}`,
        ClientIDList: [...clientIds],
        ThumbprintList: ['A'.repeat(40)],
        ...(providerTags ? { Tags: list(tags) } : {}),
      }),
    );
  }
  const roles = Object.entries(state.roles).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [index, [name, role]] of roles.slice(0, steps.roles).entries()) {
    await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(role.trust),
        Description: role.description,
        Tags: list(role.tags),
        ...(role.boundary === null ? {} : { PermissionsBoundary: role.boundary.PermissionsBoundaryArn }),
      }),
    );
    if (index >= (steps.policies ?? roles.length)) continue;
    for (const [policy, document] of Object.entries(role.inline)) {
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: policy,
          PolicyDocument: JSON.stringify(document),
        }),
      );
    }
  }
}

function list(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
