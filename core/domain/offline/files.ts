import { apiInputs } from './api-inputs.ts';
import { applyScript } from './apply-script.ts';
import { cloudFormationTemplate } from './cloudformation.ts';
import type { OfflineCluster, OfflineFile, OfflineIssuer } from './input.ts';
import { beginning, documentsPart } from './shell.ts';
import { terraformConfiguration } from './terraform.ts';

/** Files that are run, and so are packed as programs. */
export const SCRIPTS: readonly string[] = ['apply.sh', 'documents.sh'];

/** Everything that somebody needs to make what a run would make, in one of three ways. */
export function offlineFiles(cluster: OfflineCluster): readonly OfflineFile[] {
  const { issuer } = cluster;
  return [
    { path: 'README.md', content: readme(cluster) },
    { path: 'apply.sh', content: applyScript(cluster) },
    ...(issuer === undefined ? [] : [{ path: 'documents.sh', content: documentsScript(cluster, issuer) }]),
    { path: 'cloudformation.json', content: cloudFormationTemplate(cluster) },
    { path: 'main.tf.json', content: terraformConfiguration(cluster) },
    ...apiInputs(cluster),
  ];
}

function readme({ name, accountId, issuer, roles, run }: OfflineCluster): string {
  const made = [
    ...(issuer === undefined ? [] : [`bucket ${issuer.bucket}`, 'an identity provider']),
    `${roles.length} roles`,
  ].join(', ');
  const deploy = `aws cloudformation deploy --stack-name ${name}-sts --template-file cloudformation.json --capabilities CAPABILITY_NAMED_IAM`;
  return `# STS credentials of the cluster ${name}

Planned by ${run}, for account ${accountId}: ${made}. Nothing of it was done, and nothing in this folder is secret. Make it in **one** of these ways:

- \`./apply.sh\`: plain \`aws\` commands; makes what is missing and changes nothing that is there
- \`${deploy}${issuer === undefined ? '' : ` --region ${issuer.region} && ./documents.sh`}\`
- \`terraform init && terraform apply\` (\`main.tf.json\`)

The numbered files are those of \`ccoctl aws create-all --dry-run\`, with the values that it leaves open and the settings that it leaves out.
\`manifests/\` is for the installer.

Then upload the bundle below \`prepare/\`, which finds all of it as it should be and makes the installer's archive, or below \`adopt/\`, which registers it.
Audits, upgrades and deletions are for the cluster from then on.
`;
}

/** What CloudFormation has no resource for. */
function documentsScript(cluster: OfflineCluster, issuer: OfflineIssuer): string {
  const about = `Puts the two documents of the issuer of ${cluster.name} into its bucket. Can be run again.`;
  return `${beginning(cluster, [about])}\n${documentsPart(cluster, issuer)}`;
}
