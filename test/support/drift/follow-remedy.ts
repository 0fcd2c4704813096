import {
  CreatePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyVersionCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { Finding } from '../../../core/domain/audit/report.ts';
import { account, changeKeys, iam, prepareAgain, REGION } from './cluster.ts';

/**
 * Does what a remedy says, to the letter: its `aws` commands, which stand at its end, read as a shell does; the few
 * things that a sentence asks for and no command can do; and an upload of the bundle. Throws when it says nothing that
 * could be done here.
 */
export async function followRemedy({ remedy }: Finding, release?: Buffer): Promise<void> {
  const start = remedy.search(/\baws (?:iam|s3api|s3) /);
  const [sentences, commands] =
    start < 0 ? [remedy, []] : [remedy.slice(0, start), remedy.slice(start).split(/; (?=aws )/)];
  // "Remove it, and upload …: <command>": the command is what comes first.
  const steps: (() => Promise<unknown>)[] = commands.map((command) => () => run(shellWords(command)));
  for (const [sentence, act] of SENTENCES) if (sentence.test(sentences)) steps.push(act);
  const [, key] = /Upload the bundle of the release as (\S+\.tgz)\./.exec(sentences) ?? [];
  if (key !== undefined && release !== undefined) steps.push(() => upload(key, release));
  if (steps.length === 0) throw new Error(`There is nothing to do in: ${remedy}`);
  for (const step of steps) await step();
}

const SENTENCES: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
  [/remove it from keys\.json/, () => changeKeys((keys) => keys.filter((_, index) => index === 0))],
  [/Put right what is said of/, () => Promise.resolve()],
  [/Remove it at once/, () => changeKeys((keys) => keys.map(({ d: _, ...key }) => key))],
  [/[Uu]pload the bundle of the cluster again|[Pp]repare (?:the cluster )?again/, () => prepareAgain()],
];

async function upload(key: string, bundle: Buffer): Promise<void> {
  const { status, cause } = await account.run(key, bundle);
  if (status !== 'SUCCEEDED') throw new Error(`${key}: ${status}: ${cause}`);
}

/** Splits a command as a POSIX shell does, as far as quotes go. */
function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, quoted, escaped, plain, blank] of command.matchAll(/'([^']*)'|\\(.)|([^\s'\\]+)|(\s+)/g)) {
    if (blank === undefined) word = (word ?? '') + (quoted ?? escaped ?? plain ?? '');
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

type Options = Readonly<Record<string, readonly string[]>>;

/** What of the AWS CLI remedies use. */
const COMMANDS: Readonly<Record<string, (options: Options, rest: readonly string[]) => Promise<unknown>>> = {
  'iam update-assume-role-policy': (options) =>
    iam().send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: one(options, 'role-name'),
        PolicyDocument: one(options, 'policy-document'),
      }),
    ),
  'iam put-role-policy': (options) =>
    iam().send(
      new PutRolePolicyCommand({
        RoleName: one(options, 'role-name'),
        PolicyName: one(options, 'policy-name'),
        PolicyDocument: one(options, 'policy-document'),
      }),
    ),
  'iam delete-role': (options) => iam().send(new DeleteRoleCommand({ RoleName: one(options, 'role-name') })),
  // Shows what the next command is told.
  'iam list-policy-versions': () => Promise.resolve(),
  // The emulator has no such call: the same comes of a new version of the same text.
  'iam set-default-policy-version': async (options) => {
    const PolicyArn = one(options, 'policy-arn');
    const { Versions = [] } = await iam().send(new ListPolicyVersionsCommand({ PolicyArn }));
    const first = Versions.map((version) => version.VersionId ?? '').sort()[0] ?? '';
    const VersionId = one(options, 'version-id').replace('<version>', first);
    const { PolicyVersion } = await iam().send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    const PolicyDocument = decodeURIComponent(PolicyVersion?.Document ?? '');
    return iam().send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  },
  'iam delete-role-policy': (options) =>
    iam().send(
      new DeleteRolePolicyCommand({
        RoleName: one(options, 'role-name'),
        PolicyName: one(options, 'policy-name'),
      }),
    ),
  'iam detach-role-policy': (options) =>
    iam().send(
      new DetachRolePolicyCommand({
        RoleName: one(options, 'role-name'),
        PolicyArn: one(options, 'policy-arn'),
      }),
    ),
  'iam delete-role-permissions-boundary': (options) =>
    iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName: one(options, 'role-name') })),
  'iam tag-role': (options) =>
    iam().send(new TagRoleCommand({ RoleName: one(options, 'role-name'), Tags: tagsOf(options) })),
  'iam tag-open-id-connect-provider': (options) =>
    iam().send(
      new TagOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: one(options, 'open-id-connect-provider-arn'),
        Tags: tagsOf(options),
      }),
    ),
  'iam remove-client-id-from-open-id-connect-provider': (options) =>
    iam().send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({
        OpenIDConnectProviderArn: one(options, 'open-id-connect-provider-arn'),
        ClientID: one(options, 'client-id'),
      }),
    ),
  's3api put-bucket-tagging': (options) =>
    account.s3(one(options, 'region')).send(
      new PutBucketTaggingCommand({
        Bucket: one(options, 'bucket'),
        Tagging: JSON.parse(one(options, 'tagging')),
      }),
    ),
  's3api put-bucket-policy': (options) =>
    account
      .s3(one(options, 'region'))
      .send(new PutBucketPolicyCommand({ Bucket: one(options, 'bucket'), Policy: one(options, 'policy') })),
  's3api put-public-access-block': (options) =>
    account.s3(one(options, 'region')).send(
      new PutPublicAccessBlockCommand({
        Bucket: one(options, 'bucket'),
        PublicAccessBlockConfiguration: Object.fromEntries(
          one(options, 'public-access-block-configuration')
            .split(',')
            .map((pair) => pair.split('='))
            .map(([name, value]) => [name, value === 'true']),
        ),
      }),
    ),
  // Shows what the next command is told.
  's3api list-object-versions': () => Promise.resolve(),
  's3api copy-object': async (options) => {
    const [Bucket, Key] = [one(options, 'bucket'), one(options, 'key')];
    const { Versions = [] } = await account.s3().send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    const CopySource = one(options, 'copy-source').replace('<version>', Versions.at(-1)?.VersionId ?? '');
    return account.s3().send(new CopyObjectCommand({ Bucket, Key, CopySource }));
  },
  's3 rm': (options, [address = '']) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
    return account.s3(options['region']?.[0] ?? REGION).send(new DeleteObjectCommand({ Bucket, Key }));
  },
};

async function run([, service, verb, ...words]: readonly string[]): Promise<unknown> {
  const command = COMMANDS[`${service} ${verb}`];
  if (command === undefined) throw new Error(`Nobody here knows aws ${service} ${verb}.`);
  const options: Record<string, string[]> = {};
  const rest: string[] = [];
  let values = rest;
  for (const word of words) {
    if (!word.startsWith('--')) {
      values.push(word);
      continue;
    }
    values = [];
    options[word.slice(2)] = values;
  }
  return command(options, rest);
}

function one(options: Options, name: string): string {
  const [value] = options[name] ?? [];
  if (value === undefined) throw new Error(`--${name} is missing.`);
  return value;
}

function tagsOf(options: Options): { Key: string; Value: string }[] {
  return (options['tags'] ?? []).map((tag) => {
    const [, Key = '', Value = ''] = /^Key=(.*),Value=(.*)$/.exec(tag) ?? [];
    return { Key, Value };
  });
}
