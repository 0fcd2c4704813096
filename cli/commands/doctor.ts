import type { RoleQuota } from '../../core/aws/account-limits.ts';
import { isAwsError } from '../../core/aws/errors.ts';
import { operationFacts } from '../../core/domain/operations.ts';
import { parseRelease } from '../../core/domain/release.ts';
import { audits, clusters, handedOver, rejected } from '../../core/storage/layout.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../errors.ts';
import { COMMANDS } from '../operation.ts';
import type { Common } from '../other-commands.ts';
import { providerQuota, providerQuotaText } from '../quotas.ts';
import type { Ui } from '../ui.ts';
import { VERSION } from '../version.ts';

type Verdict = 'yes' | 'no' | 'unknown';

/** No object has this ETag, so that a write on its condition never writes; and what ends in a slash starts nothing. */
const NEVER = '"00000000000000000000000000000000"';

/** Tells whether the pipeline is reached, and what the caller may do there. Nothing is changed. */
export async function doctor(deployment: Deployment, options: Common, ui: Ui): Promise<number> {
  const { region, intakeBucket, outputBucket, stateMachines } = deployment;
  ui.say(`The pipeline is in ${region}, as the stack ${options.stack}.`);
  const { version = 'unknown' } = deployment;
  ui.say(`Its release is ${version}; this client is ${VERSION}.`);
  const areReleases = [version, VERSION].every((each) => parseRelease(each) !== undefined);
  if (areReleases && version !== VERSION)
    ui.say('Take the client of the same release: another one may not know what this pipeline does.');
  const quota = await quotaOfRoles(deployment);
  ui.say(
    quota === undefined
      ? 'How many roles the account may have is unknown: IAM does not tell you (iam:GetAccountSummary).'
      : `The account has ${quota.roles} IAM roles of ${quota.quota}; a cluster takes one for each of its requests.`,
  );
  const providers = await providerQuota(deployment);
  ui.say(providerQuotaText(providers));
  const rights: { readonly right: string; readonly verdict: Verdict }[] = [];
  const tell = (right: string, verdict: Verdict) => {
    rights.push({ right, verdict });
    ui.say(`  ${verdict.padEnd(8)} ${right}`);
  };
  for (const operation of COMMANDS) {
    const prefix = `${operationFacts(operation).keys[0].text.split('/')[0]}/`;
    tell(`upload to s3://${intakeBucket}/${prefix}`, await mayUpload(deployment, prefix));
  }
  const handOver = handedOver.pattern.split('{')[0] ?? '';
  tell(`upload to s3://${intakeBucket}/${handOver}`, await mayUpload(deployment, handOver));
  for (const folder of [clusters, rejected, audits])
    tell(`list s3://${outputBucket}/${folder.of()}`, await mayList(deployment, folder.of()));
  for (const [name, arn] of Object.entries(stateMachines))
    tell(`see the runs of ${name}`, await mayFollow(deployment, arn));
  if (deployment.decideRunArn !== undefined)
    tell('approve and refuse plans', await mayDecide(deployment, deployment.decideRunArn));
  const missing = rights.filter(({ verdict }) => verdict !== 'yes');
  ui.tell({
    event: 'doctor',
    region,
    stack: options.stack,
    version,
    client: VERSION,
    quota,
    providers,
    rights,
  });
  ui.say(
    missing.length === 0
      ? '\nEverything that the client does is open to you.'
      : '\nAsk for what is missing, as far as you need it: docs/client.md has the actions.',
  );
  return missing.length === 0 ? EXIT.ok : EXIT.unreachable;
}

async function quotaOfRoles({ region, connection }: Deployment): Promise<RoleQuota | undefined> {
  const [{ IAMClient }, { roleQuota }] = await Promise.all([
    import('@aws-sdk/client-iam'),
    import('../../core/aws/account-limits.ts'),
  ]);
  return roleQuota(new IAMClient({ region, ...connection }));
}

async function mayUpload({ clients: { s3 }, intakeBucket }: Deployment, prefix: string): Promise<Verdict> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  return verdictOf(
    s3.send(
      new PutObjectCommand({
        Bucket: intakeBucket,
        Key: `${prefix}doctor/`,
        // An empty text counts as a stream of unknown length.
        Body: new Uint8Array(),
        IfMatch: NEVER,
      }),
    ),
    'PreconditionFailed',
    'NoSuchKey',
    'NotFound',
  );
}

async function mayList({ clients: { s3 }, outputBucket }: Deployment, prefix: string): Promise<Verdict> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  return verdictOf(s3.send(new ListObjectsV2Command({ Bucket: outputBucket, Prefix: prefix, MaxKeys: 1 })));
}

async function mayFollow({ clients: { sfn } }: Deployment, stateMachineArn: string): Promise<Verdict> {
  const { ListExecutionsCommand } = await import('@aws-sdk/client-sfn');
  return verdictOf(sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 })));
}

/** Lambda tells whether the function might be invoked, and does not. */
async function mayDecide({ region, connection }: Deployment, functionArn: string): Promise<Verdict> {
  const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda');
  return verdictOf(
    new LambdaClient({ region, ...connection }).send(
      new InvokeCommand({ FunctionName: functionArn, InvocationType: 'DryRun' }),
    ),
  );
}

/** @param sameAsYes Codes that only who may is answered. */
async function verdictOf(answer: Promise<unknown>, ...sameAsYes: readonly string[]): Promise<Verdict> {
  try {
    await answer;
    return 'yes';
  } catch (error) {
    if (isAwsError(error, ...sameAsYes)) return 'yes';
    return isAwsError(error, 'AccessDenied', 'Forbidden') ? 'no' : 'unknown';
  }
}
