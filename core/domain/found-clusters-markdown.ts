import { type FoundCluster, type FoundClusters, isOfOwnBucket, whatLacks } from './found-clusters.ts';
import { code, factTable, fenced, indented, page, section, text } from './markdown.ts';

/** The list of an account's clusters as Markdown, for people. */
export function foundClustersMarkdown({ audit, at, clusters }: FoundClusters): string {
  const open = clusters.filter(({ registered }) => !registered);
  const adoptable = open.filter((cluster) => whatLacks(cluster).length === 0);
  const partial = open.filter((cluster) => whatLacks(cluster).length > 0);
  return page([
    '# Clusters of the account',
    factTable([
      ['Run', audit],
      ['At', at],
      ['Clusters', String(clusters.length)],
      ['Registered', String(clusters.length - open.length)],
      ['Can be adopted', String(adoptable.length)],
    ]),
    clusters.length === 0
      ? 'No tag of an owner, no identity provider, no bucket and no entry of the registry names a cluster.'
      : section('All of them', [
          '| Cluster | Registered | Made by | Region | Identity provider | Bucket | Roles |',
          '|---|---|---|---|---|---|---|',
          ...clusters.map(row),
        ]),
    section('Can be adopted', adoptable.flatMap(adoption)),
    section('Not whole', partial.map(partly)),
  ]);
}

function row(cluster: FoundCluster): string {
  const { name, registered, madeHere, region = 'unknown', providers, bucket = 'none', roles } = cluster;
  const cells = [
    name,
    registered ? 'yes' : 'no',
    madeHere ? 'sts-prep' : 'something else',
    region,
    providers.length === 0 ? 'none' : providers.join(', '),
    bucket,
    String(roles.length),
  ];
  return `| ${cells.map(text).join(' | ')} |`;
}

/** What to upload so that the registry knows it. */
function adoption(cluster: FoundCluster): string[] {
  const { name, region, providers, untagged, madeHere } = cluster;
  const [provider = ''] = providers;
  const config = [
    `name: ${name}`,
    ...(region === undefined ? [] : [`region: ${region}`]),
    'release: "<the release that it runs>"',
    ...(providers.length === 1 && !isOfOwnBucket(provider, name)
      ? [`issuer: { type: existing, providerArn: ${JSON.stringify(provider)} }`]
      : []),
  ];
  return [
    `- **${text(name)}**: upload the requests of the release that it runs with this cluster.yaml as \`adopt/${name}.tgz\`${region === undefined ? '; its region has to be added' : ''}.`,
    ...indented(['', ...fenced(config.join('\n'), 'yaml'), '']),
    ...(madeHere
      ? [
          '  A run of sts-prep made some of it. If another deployment looks after it, leave it to that one.',
          '',
        ]
      : []),
    ...(providers.length > 1
      ? [
          `  It has several identity providers. Unless its issuer is its own bucket, say which one under issuer: ${providers.map(code).join(', ')}.`,
          '',
        ]
      : []),
    ...(untagged.length > 0
      ? [
          `  These roles trust its provider and have no owner's tag, so that an adoption refuses those of them that its requests ask for: ${untagged.map(code).join(', ')}. Tag those that are the cluster's: ${code(`aws iam tag-role --role-name <role> --tags Key=openshift.io/cloud-credential-operator/${name},Value=owned Key=Name,Value=${name}`)}.`,
          '',
        ]
      : []),
  ];
}

function partly(cluster: FoundCluster): string {
  const { name, bucket } = cluster;
  const only = bucket !== undefined && cluster.providers.length === 0 && cluster.roles.length === 0;
  return `- ${text(name)}: ${whatLacks(cluster).join(' and ')} is missing. ${only ? `Bucket ${code(bucket)} alone says little: it may be left of a cluster, or be something else.` : 'It is left of a cluster, or one that was not made to its end: upload its bundle below prepare/ to have it made whole.'}`;
}
