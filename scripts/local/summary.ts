import { DUMMY_CREDENTIALS } from './child-environment.ts';
import type { LocalEnvironment } from './environment.ts';

/** What programs get to know about the local environment. */
export function summary({ endpoint, region, intakeBucket, outputBucket, stateMachines }: Described) {
  return { endpoint, region, intakeBucket, outputBucket, stateMachines };
}

type Described = Pick<
  LocalEnvironment,
  'endpoint' | 'region' | 'intakeBucket' | 'outputBucket' | 'stateMachines'
>;

/** The same for people, with the commands that hand in a bundle and a release, and that start an audit. */
export function summaryText(environment: Described): string {
  const { endpoint, region, intakeBucket, outputBucket, stateMachines } = environment;
  const machines = Object.entries(stateMachines).map(([name, arn]) => `  ${name.padEnd(14)} ${arn}`);
  // In one line, so that nothing of it stays behind in the shell and finds its way to a real account's tools.
  const aws =
    `AWS_ACCESS_KEY_ID=${DUMMY_CREDENTIALS.accessKeyId} AWS_SECRET_ACCESS_KEY=${DUMMY_CREDENTIALS.secretAccessKey} ` +
    `aws --endpoint-url ${endpoint} --region ${region}`;
  return `  endpoint       ${endpoint}
  region         ${region}
  intake bucket  ${intakeBucket}
  output bucket  ${outputBucket}

State machines:
${machines.join('\n')}

Hand in a bundle of your own, and see what came of it:
  ${aws} s3 cp bundle.tgz s3://${intakeBucket}/prepare/bundle.tgz
  ${aws} s3 ls --recursive s3://${outputBucket}/

Make a release available, which audits every cluster; start an audit by hand; see what the latest one found:
  ${aws} s3 cp credreqs.tgz s3://${intakeBucket}/releases/4.21.0.tgz
  ${aws} stepfunctions start-execution --state-machine-arn ${stateMachines.audit}
  ${aws} s3 cp s3://${outputBucket}/audits/latest/report.md -

\`npm run demo -- [<command>] <directory>\` does the same and follows it; \`npm run local:down\` stops everything.`;
}
