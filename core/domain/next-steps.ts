import { applyCommand, createNamespaceCommand } from './cluster-commands.ts';
import { secretPath } from './manifests.ts';
import { issuerCommand } from './migration/commands.ts';
import type { ClusterOperation } from './operations.ts';
import type { Report } from './report.ts';

/** What to do after a run, in order: a sentence, in which code stands between backticks, or commands. */
export type NextStep = { readonly say: string } | { readonly run: readonly string[] };

const say = (text: string): NextStep => ({ say: text });

/** The last of the single steps leaves all that the installer needs; before it the warnings say what is to come. */
const NEXT: Readonly<Record<ClusterOperation, (report: Report) => readonly NextStep[]>> = {
  prepare: installSteps,
  adopt: adoptionSteps,
  migrate: migrationSteps,
  'create-key-pair': installSteps,
  'create-identity-provider': installSteps,
  'create-iam-roles': installSteps,
  upgrade: upgradeSteps,
  prune: () => [],
  add: addOnSteps,
  remove: () => [],
};

/** What is to be done after a success of an operation. */
export function nextSteps(operation: ClusterOperation, report: Report): readonly NextStep[] {
  return NEXT[operation](report);
}

/** An upgrade is opened by an audit, which looks at the cluster as it is then; so there is no command for that here. */
function upgradeSteps(report: Report): readonly NextStep[] {
  const { release = '', files = [] } = report;
  return [
    say(
      `Nothing in the cluster has changed yet. Its roles in AWS have all that ${release} asks for, beside what they had.`,
    ),
    ...(files.length === 0
      ? [say('The cluster needs no new Secret.')]
      : [say('Put the new Secrets into the cluster before you upgrade it:'), { run: applyCommands(report) }]),
    say(
      `When everything suffices, the next audit that has the bundle of ${release} gives the command that opens the upgrade.`,
    ),
  ];
}

/** Commands that put the Secrets of a report into the cluster, and their namespaces before them. */
function applyCommands({ roles = [], files = [] }: Report): readonly string[] {
  const brought = roles.filter(({ secret }) => {
    const [namespace = '', name = ''] = secret.split('/');
    return files.some((file) => file.endsWith(`/${secretPath({ namespace, name })}`));
  });
  const namespaces = [...new Set(brought.map(({ secret }) => secret.split('/')[0] ?? ''))].sort();
  return [...namespaces.map(createNamespaceCommand), ...files.map(applyCommand)];
}

function addOnSteps(report: Report): readonly NextStep[] {
  return [
    say(
      'Put the Secrets of the operator into the cluster before you install the operator, or into its namespace if it is installed:',
    ),
    { run: applyCommands(report) },
  ];
}

/** A cluster that runs comes to use what was made in stages, of which each is looked at before the next. */
function migrationSteps({ cluster, issuer = '' }: Report): readonly NextStep[] {
  return [
    say(
      'Nothing in the cluster has changed yet. It takes an hour or more, in which all nodes restart twice; do not update the cluster meanwhile. The first stage is that it signs for the new issuer:',
    ),
    { run: [issuerCommand(issuer)] },
    say(
      `Then \`sts-prep migration ${cluster?.name ?? ''}\` looks at the cluster, says which stage it has come to, and gives the commands of the next; again after each.`,
    ),
  ];
}

function adoptionSteps({ cluster, differences: found = [], keyId }: Report): readonly NextStep[] {
  const name = cluster?.name ?? '';
  return [
    say(
      `From now on the daily audit covers the cluster, and \`upgrade/${name}/<release>.tgz\`, \`prune/${name}/<release>.tgz\` and \`add/${name}/<name>.tgz\` are for it too. What its roles have beyond their requests stays: no run takes it away.`,
    ),
    ...(keyId === undefined
      ? []
      : [say('The private signing key stays where it is. Nothing here has it, and no run makes another.')]),
    say(
      found.length === 0
        ? 'Upload the bundle below `prepare/` to have the manifests of the cluster here as well; nothing else would change.'
        : 'Upload the bundle below `prepare/` to have the differences put right, and the manifests of the cluster here.',
    ),
  ];
}

function installSteps(report: Report): readonly NextStep[] {
  const archive = report.files?.find((file) => file.endsWith('install.tar.gz'));
  if (archive === undefined) return [];
  return [
    say(
      'In the directory that holds `install-config.yaml`, with `credentialsMode: Manual` in it. The manifests come first: making them, the installer discards what lies there. The archive holds the private signing key: keep it safe, and delete your copy afterwards.',
    ),
    {
      run: [
        'openshift-install create manifests --dir <install dir>',
        `aws s3 cp ${archive} install.tar.gz`,
        'tar xzf install.tar.gz -C <install dir>',
        'openshift-install create cluster --dir <install dir>',
      ],
    },
  ];
}
