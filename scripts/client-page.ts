import type { Command } from 'commander';
import { EXIT, EXIT_MEANINGS } from '../cli/errors.ts';
import { program } from '../cli/program.ts';

const HEAD = `# The client

<!-- made by npm run generate -->

\`sts-prep\` takes a cluster from the directory that \`oc adm release extract\` wrote to credentials in the installer's
directory: it packs, uploads, follows the run as it happens, fetches the report and puts the files where the installer reads
them. In a checkout \`npm run client\` builds it into one file, \`dist/sts-prep.cjs\`, which runs on Node 22 or later alone and can be
copied anywhere; \`npx sts-prep\` calls that file, and \`npm pack ./dist\` makes a package of it for those who have no checkout.
\`source <(sts-prep completion bash)\` completes commands and options (or \`zsh\`, \`fish\`, \`powershell\`). \`npm run demo\` is the same client on a local emulator.

<!-- run by test/e2e/client.test.ts -->
\`\`\`sh
npx sts-prep prepare <directory>                                   # credreqs and install-config.yaml
openshift-install create manifests --dir <install dir>             # first: it discards manifests that lie there before
npx sts-prep fetch <cluster> --install-dir <install dir>
openshift-install create cluster --dir <install dir>
\`\`\`

**What leaves your machine.** CredentialsRequests, FeatureGates, \`cluster.yaml\`, a public key that it names or else \`serviceaccount-signer.public\`, and of \`install-config.yaml\` the
name, region, user tags, credentials mode, feature set, feature gates and capabilities: no pull secret, no SSH key, no proxy, no
comments. \`--show-bundle\` shows it and uploads nothing. An \`install-config.yaml\` of which that cannot be told is not uploaded.

**What comes back.** Reports are in \`--out\`. The private key comes to your machine by \`fetch\` or \`--install-dir\` only, is written for its
owner alone and never printed. Files appear whole or not at all, none
through a symbolic link, and an archive that holds anything but the files of a cluster is refused.

**While it runs** there is a line a state, with the progress of the roles, every further attempt with its reason, the run that
holds the lock, and a rollback step by step. No more than two calls a second are made to follow. Without a terminal, or with
\`CI\` set, lines are never replaced; there are no colours to turn off. When AWS is not reached, it waits and goes on. Ctrl-C
leaves the run going: \`sts-prep watch <run>\` comes back to it. Where a run was stopped, the execution that undoes it is followed
next, which tells how the run ended. With \`--json\` standard output has an object a line, each with
an \`event\`: of a run \`upload\`, \`execution\`, \`state\`, \`items\`, \`retry\`, \`waiting\`, \`approval\`, \`rollback\`, \`left\`, \`connection-lost\`,
\`connected\`, \`ended\`, \`results\`, \`placed\`; of other commands \`bundle\`, \`plan\`, \`decided\`, \`status\`, \`cluster\`, \`report\`, \`doctor\`, \`verified-cluster\`,
\`handed-over\`, \`migration\`; of all of them \`error\`. Its \`message\` and \`remedy\` are on standard error too.

**Where it looks.** The stack's outputs in CloudFormation, by \`--stack\` and \`--region\`; credentials, profile and region come as
for every AWS tool. With \`AWS_ENDPOINT_URL\` it works on an emulator.

**What it needs to be allowed**, of the stack's resources and no others: \`cloudformation:DescribeStacks\`; \`s3:PutObject\` on the
intake bucket below the prefixes you use; \`s3:ListBucket\` and \`s3:GetObject\` on the output bucket; \`kms:GenerateDataKey\` and
\`kms:Decrypt\` with the stack's key; \`states:DescribeExecution\`, \`states:GetExecutionHistory\` and \`states:ListExecutions\`, and
\`states:StartExecution\` for an audit of what is on hand; \`lambda:InvokeFunction\` on the function of the output
\`DecideRunFunctionArn\` for whoever approves plans. Who is not to have private keys has no \`s3:GetObject\` of
\`clusters/*/install.tar.gz\` and below \`clusters/*/install/tls/\`. \`sts-prep doctor\` tells which of these you have.
`;

/** The reference of the client, from its command line. */
export function clientPage(): string {
  const nothing = async () => 0;
  const root = program({ operation: nothing, other: nothing }, () => undefined, '');
  return [
    HEAD,
    exits(),
    '## Commands',
    'Each takes `--stack`, `--region`, `--out <directory>` (where results go, `out` by default) and `--json` besides.',
    ...visibleCommands(root).flatMap((command) => sections(command, 'sts-prep')),
  ]
    .join('\n\n')
    .concat('\n');
}

function exits(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  const rows = names.map((name) => `| ${EXIT[name]} | ${EXIT_MEANINGS[name]} |`);
  return ['## Exit codes', '', '| code | means |', '|---|---|', ...rows].join('\n').trimStart();
}

function sections(command: Command, above: string): string[] {
  const name = `${above} ${command.name()}`;
  if (command.commands.length > 0) return visibleCommands(command).flatMap((each) => sections(each, name));
  const synopsis = [
    name,
    ...command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`)),
  ].join(' ');
  const own = command.options.filter(({ long }) => !COMMON.includes(long ?? ''));
  const rows = own.map(({ flags, description }) => `- \`${flags}\`: ${description}`);
  return [
    `### \`${synopsis}\``,
    `${sentence(command.description())}`,
    ...(rows.length > 0 ? [rows.join('\n')] : []),
  ];
}

function visibleCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

/** Those that every command has; said once. */
const COMMON = ['--stack', '--region', '--out', '--json'];

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
