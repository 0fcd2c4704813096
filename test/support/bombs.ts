import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Files, tarOf, zipOf } from './archives.ts';
import { requestValue } from './bundles.ts';

/**
 * Uploads that are made to crash, to stall or to swamp whoever reads them. At scale 1 each is about as large as the
 * limits of an upload let it be, so that the benchmark can measure the worst; tests take small ones.
 */
export interface Bomb {
  readonly what: string;
  readonly ending: '.tgz' | '.zip';
  readonly bytes: (scale: number) => Promise<Uint8Array>;
}

type Count = (atScaleOne: number) => number;

const CLUSTER = 'name: demo\nregion: us-east-2\n';
const GOOD = JSON.stringify(requestValue());
const list = (count: number, text: string) => Array.from({ length: count }, () => text).join(',');
const each = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));
/** Documents in as many files as it takes. */
const inFiles = (documents: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    each(Math.ceil(documents.length / 1_000), (index) => [
      `r${index}.yaml`,
      documents.slice(index * 1_000, (index + 1) * 1_000).join('\n---\n'),
    ]),
  );
const requestText = (changes: Parameters<typeof requestValue>[0]) => JSON.stringify(requestValue(changes));
const annotated = (name: string, value: string) => ({ 'metadata.annotations': { [name]: value } });
/** Many copies of a file, in as many files as it takes. */
const copies = (count: number, text: (index: number) => string): [string, string][] =>
  each(count, text).map((content, index) => [`x/${index}.yaml`, content]);

/** A request with so many as yet unseen names that each is a role of its own. */
const small = (index: number, more: Parameters<typeof requestValue>[0] = {}) =>
  requestText({
    'metadata.name': `r${index}`,
    'spec.secretRef': { namespace: `n${index}`, name: 's' },
    ...more,
  });

function bundle(what: string, files: (count: Count) => Files): Bomb {
  return {
    what,
    ending: '.tgz',
    bytes: async (scale) => {
      const count: Count = (most) => Math.max(1, Math.round(most * scale));
      const all = new Map<string, string | Uint8Array>([['cluster.yaml', CLUSTER], ...entries(files(count))]);
      if (scale > SMALL) all.set('room.bin', ROOM);
      return gzipSync(await tarOf(all), { level: 1 });
    },
  };
}

function entries(files: Files): Iterable<readonly [string, string | Uint8Array]> {
  return Symbol.iterator in files ? files : Object.entries(files);
}

const one = (text: string): Files => ({ 'r.yaml': text });
const withCluster = (more: string): Files => ({ 'cluster.yaml': CLUSTER + more, 'r.yaml': GOOD });
const withInstall = (more: string): Files => ({
  'cluster.yaml': CLUSTER,
  'r.yaml': GOOD,
  'install-config.yaml': `metadata: {name: demo}\nplatform: {aws: {region: us-east-2}}\ncredentialsMode: Manual\n${more}\n`,
});
/** Text that cannot be compressed, or the archive would be refused for what it expands to. */
const noise = (length: number) =>
  createHash('shake256', { outputLength: Math.ceil(length / 2) })
    .update('noise')
    .digest('hex')
    .slice(0, length);
/** The same as a file, which makes room for what can be. Small uploads may expand to a megabyte in any case. */
const ROOM = Buffer.from(noise(660_000), 'hex');
const SMALL = 0.02;

export const BOMBS: readonly Bomb[] = [
  // Files that are not read, or in another form
  bundle('values of a stream of JSON', (n) => ({
    'r.yaml': GOOD,
    'r.json': `${GOOD}\n${'1\n'.repeat(n(1_500_000))}`,
  })),
  bundle('broken values of a stream of JSON', (n) => ({
    'r.yaml': GOOD,
    'r.json': `${GOOD}\n${'{]\n'.repeat(n(1_000_000))}`,
  })),
  bundle('brackets of JSON', (n) => ({ 'r.yaml': GOOD, 'r.json': `${GOOD}${'['.repeat(n(3_000_000))}` })),
  bundle('streams of JSON in many files', (n) =>
    Object.fromEntries([
      ['r.yaml', GOOD],
      ...each(n(300), (i): [string, string] => [`${i}.json`, `${small(i)}\n${'"x" '.repeat(20_000)}`]),
    ]),
  ),
  bundle('broken documents that are none of ours', (n) => ({
    'r.yaml': GOOD,
    'x.yaml': 'a: 1\na: 2\n---\n'.repeat(n(4_900)),
  })),
  bundle('a payload of which nothing is ours', (n) => [
    ['r.yaml', GOOD],
    ...copies(n(3_000), (i) => `kind: ConfigMap\ndata: {n: "${i}${noise(2_000)}"}\n`),
  ]),
  bundle('tags that are numbers', (n) =>
    withInstall(
      `x: 1\nplatform: {aws: {region: us-east-2, userTags: {${each(n(9_000), (i) => `t${i}: ${i}`).join(', ')}}}}`,
    ),
  ),
  // What a request lists
  bundle('service accounts', (n) =>
    one(requestText({ 'spec.serviceAccountNames': each(n(160_000), () => '*') })),
  ),
  bundle('service accounts of many requests', (n) =>
    inFiles(each(n(1_200), (i) => small(i, { 'spec.serviceAccountNames': each(390, () => 'A') }))),
  ),
  bundle('service accounts that are right, of many requests', (n) =>
    inFiles(
      each(n(1_000), (i) =>
        small(i, { 'spec.serviceAccountNames': each(20, (j) => `${'s'.repeat(40)}-${j}`) }),
      ),
    ),
  ),
  bundle('statements', (n) =>
    one(requestText({ 'spec.providerSpec.statementEntries': each(n(160_000), () => 'x') })),
  ),
  bundle('statements that are wrong in every way, of many requests', (n) =>
    inFiles(each(n(200), (i) => small(i, { 'spec.providerSpec.statementEntries': each(390, () => ({})) }))),
  ),
  bundle('keys of statements', (n) =>
    inFiles(
      each(n(200), (i) =>
        small(i, {
          'spec.providerSpec.statementEntries': each(390, () => ({ a: 1, b: 1, c: 1, d: 1, e: 1 })),
        }),
      ),
    ),
  ),
  bundle('actions', (n) =>
    one(
      requestText({
        'spec.providerSpec.statementEntries': [
          { effect: 'Allow', action: each(n(160_000), (i) => `iam:Do${i}`), resource: '*' },
        ],
      }),
    ),
  ),
  bundle('actions of many requests', (n) =>
    inFiles(
      each(n(900), (i) =>
        small(i, {
          'spec.providerSpec.statementEntries': [
            { effect: 'Allow', action: each(450, (j) => `x${i}:Do${j}`), resource: '*' },
          ],
        }),
      ),
    ),
  ),
  bundle('a condition', (n) =>
    one(
      requestText({
        'spec.providerSpec.statementEntries': [
          {
            effect: 'Allow',
            action: ['ec2:DescribeInstances'],
            resource: '*',
            policyCondition: {
              StringLike: Object.fromEntries(each(n(60_000), (i) => [`aws:${i}`, 'x'])),
            },
          },
        ],
      }),
    ),
  ),
  bundle('requests', (n) => inFiles(each(n(12_000), (i) => small(i)))),
  bundle('requests for one Secret', (n) => inFiles(each(n(12_000), () => GOOD))),
  bundle('requests with a long Secret each', (n) =>
    inFiles(
      each(n(5_000), (i) =>
        small(i, { 'spec.secretRef': { namespace: 'n'.repeat(63), name: `${'s'.repeat(240)}${i}` } }),
      ),
    ),
  ),
  bundle('tombstones', (n) =>
    inFiles(each(n(12_000), (i) => small(i, annotated('release.openshift.io/delete', 'true')))),
  ),
  bundle('requests that cannot be read', (n) =>
    copies(n(4_900), () => each(12, () => 'kind: CredentialsRequest').join('\n---\n')),
  ),
  bundle('requests without provider', (n) => inFiles(each(n(40_000), () => 'kind: CredentialsRequest'))),

  // What decides who has a request
  bundle('gates of a request, and gates that are on', (n) => ({
    'r.yaml': requestText(annotated('release.openshift.io/feature-gate', list(n(400_000), 'G'))),
    'g.yaml': JSON.stringify({
      kind: 'FeatureGate',
      metadata: {},
      status: { featureGates: [{ version: '', enabled: each(n(100_000), (i) => ({ name: `X${i}` })) }] },
    }),
  })),
  bundle('feature sets of a gate, and its versions', (n) => ({
    'r.yaml': requestText(annotated('release.openshift.io/feature-gate', 'G')),
    'g.yaml': JSON.stringify({
      kind: 'FeatureGate',
      metadata: { annotations: { 'release.openshift.io/feature-set': list(n(400_000), 'Default') } },
      status: { featureGates: each(n(100_000), () => ({})) },
    }),
  })),
  bundle('requests behind a gate', (n) =>
    inFiles(each(n(10_000), (i) => small(i, annotated('release.openshift.io/feature-gate', `G${i}`)))),
  ),
  bundle('requests of a capability that is left out', (n) => ({
    ...withInstall('capabilities: {baselineCapabilitySet: None}'),
    ...inFiles(
      each(n(8_000), (i) =>
        small(i, annotated('capability.openshift.io/name', 'Ingress+Storage+CSISnapshot')),
      ),
    ),
  })),
  bundle('capabilities of requests, and of the cluster', (n) => ({
    ...withInstall(
      `capabilities: {baselineCapabilitySet: None, additionalEnabledCapabilities: [${each(n(150_000), (i) => `C${i}`)}]}`,
    ),
    'q.yaml': requestText(
      annotated('capability.openshift.io/name', each(n(300_000), (i) => `D${i}`).join('+')),
    ),
  })),
  bundle('a feature set of a million characters', (n) =>
    one(requestText(annotated('release.openshift.io/feature-set', noise(n(3_000_000))))),
  ),

  // Documents that nobody asked for
  bundle('scalars in Lists', (n) => copies(8, () => `kind: List\nitems: [${list(n(150_000), '1')}]\n`)),
  bundle('Lists in Lists', (n) =>
    one(
      Array.from({ length: 28 }).reduce<string>(
        (inner) => `{kind: List, items: [${inner}]}`,
        list(n(150_000), '1'),
      ),
    ),
  ),
  bundle('documents', (n) => copies(n(400), () => '---\n'.repeat(4_900))),
  bundle('kinds with long names', (n) => copies(n(4_000), (i) => `kind: ${noise(3_000)}${i}`)),
  bundle('kinds of many characters of three bytes', (n) =>
    copies(n(4_000), () => `kind: ${'\u20ac'.repeat(400)}`),
  ),
  bundle('kinds of control characters', (n) => copies(n(4_000), () => `kind: "${'\\u202e'.repeat(400)}"`)),

  // Configurations
  bundle('a region of a million characters', (n) => ({
    'cluster.yaml': `name: demo\nregion: ${noise(n(3_900_000))}\n`,
    'r.yaml': GOOD,
  })),
  bundle('a name of a million characters', (n) => ({
    'cluster.yaml': `name: ${noise(n(3_900_000))}\nregion: us-east-2\n`,
    'r.yaml': GOOD,
  })),
  bundle('fields that there are not', (n) => withCluster(each(n(80_000), (i) => `f${i}: 1`).join('\n'))),
  bundle('a field that there is not, with a long name', (n) =>
    withCluster(`? ${noise(n(3_000_000))}\n: 1\n`),
  ),
  bundle('tags', (n) => withCluster(`tags: {${each(n(80_000), (i) => `t${i}: v`)}}`)),
  bundle('tags with no value', (n) => withCluster(`tags: {${each(n(80_000), (i) => `t${i}: 1`)}}`)),
  bundle('tags that are reserved', (n) => withCluster(`tags: {${each(n(60_000), (i) => `"aws:${i}": v`)}}`)),
  bundle('roles to remove', (n) => withCluster(`removeRoles: [${each(n(150_000), (i) => `r${i}`)}]`)),
  bundle('roles to remove that have no name', (n) => withCluster(`removeRoles: [${list(n(150_000), '1')}]`)),
  bundle('gates of the cluster', (n) => withCluster(`featureGates: [${list(n(150_000), 'x')}]`)),
  bundle('a role path', (n) => withCluster(`rolePath: ${'/a'.repeat(n(1_900_000))}`)),
  bundle('a permissions boundary', (n) =>
    withCluster(`permissionsBoundaryArn: "arn:aws:iam::aws:policy/${'a/'.repeat(n(1_900_000))}!"`),
  ),
  bundle('a release', (n) => withCluster(`release: "4.20.3-${'a-'.repeat(n(1_900_000))}!"`)),
  bundle('a provider', (n) =>
    withCluster(
      `issuer: {type: existing, providerArn: "arn:aws:iam::123456789012:oidc-provider/${'a/'.repeat(n(1_900_000))}!"}`,
    ),
  ),
  bundle('gates of install-config.yaml', (n) =>
    withInstall(`featureSet: CustomNoUpgrade\nfeatureGates: [${each(n(100_000), (i) => `G${i}=true`)}]`),
  ),
  bundle('tags of install-config.yaml', (n) => ({
    ...withInstall(''),
    'install-config.yaml': `metadata: {name: demo}\ncredentialsMode: Manual\nplatform: {aws: {region: us-east-2, userTags: {${each(n(80_000), (i) => `T${i % 2 === 0 ? 'x' : 'X'}${i}: v`)}}}}`,
  })),
  bundle('configurations', (n) => each(n(4_900), (i): [string, string] => [`${i}/cluster.yaml`, CLUSTER])),
  bundle('a public key', (n) => ({
    'cluster.yaml': CLUSTER,
    'r.yaml': GOOD,
    'serviceaccount-signer.public': `-----BEGIN PUBLIC KEY-----\n${'QUJD\n'.repeat(n(800_000))}-----END PUBLIC KEY-----\n`,
  })),
  bundle('beginnings of public keys', (n) => ({
    'cluster.yaml': CLUSTER,
    'r.yaml': GOOD,
    'serviceaccount-signer.public': '-----BEGIN PUBLIC KEY-----'.repeat(n(150_000)),
  })),

  // YAML
  bundle('nothing but numbers in files of their own', (n) => copies(16, () => `[${list(n(240_000), '1')}]`)),
  bundle('maps that are merged', (n) => one(`<<: [${list(n(120_000), '{a: 1}')}]\n`)),
  bundle('aliases of aliases', (n) =>
    one(
      `a0: &a0 [${list(n(1_000), '1')}]\n${each(60, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}\n`,
    ),
  ),
  bundle('aliases of a large text in every document', (n) =>
    inFiles(each(n(100), () => `a: &a ${noise(30_000)}\nb: [${list(99, '*a')}]`)),
  ),
  bundle('anchors', (n) => one(`[${each(n(110_000), (i) => `&a${i} 1`)}]`)),
  bundle('brackets', (n) => one('['.repeat(n(4_000_000)))),
  bundle('levels of indentation', (n) => one(each(n(2_500), (i) => `${' '.repeat(i)}a:`).join('\n'))),
  bundle('dashes', (n) => one('- '.repeat(n(2_000_000)))),
  bundle('question marks', (n) => one('? '.repeat(n(2_000_000)))),
  bundle('keys', (n) => one(each(n(160_000), (i) => `k${i}: 1`).join('\n'))),
  bundle('a key of a million characters', (n) => one(`? ${noise(n(3_900_000))}\n: 1`)),
  bundle('tags of YAML', (n) => one(`[${list(n(120_000), '!!str 1')}]`)),
  bundle('comments', (n) => one(`a:\n${'# x\n'.repeat(n(900_000))}b: 1\n`)),
  bundle('comments in a flow collection', (n) => one(`[\n${'# x\n'.repeat(n(900_000))}]\n`)),
  bundle('blank lines', (n) => one(`a:\n${'\n'.repeat(n(3_900_000))} b\n`)),
  bundle('blanks', (n) => one(`a: b${' '.repeat(n(3_900_000))}c\n`)),
  bundle('lines of a scalar', (n) => one(`a: x\n${' x\n'.repeat(n(1_300_000))}`)),
  bundle('lines of a quoted scalar', (n) => one(`a: "x\n${' x\n'.repeat(n(1_300_000))}"`)),
  bundle('lines of a folded scalar', (n) => one(`a: >\n${' x\n'.repeat(n(1_300_000))}`)),
  bundle('escapes', (n) => one(`a: "${'\\u0041'.repeat(n(600_000))}"`)),
  bundle('errors', (n) => copies(n(4_900), () => each(90, () => 'a: b: c').join('\n---\n'))),
  bundle('errors far down', (n) =>
    one(`${'#\n'.repeat(n(1_900_000))}${each(90, () => 'a: b: c').join('\n---\n')}`),
  ),
  bundle('tags that nobody knows', (n) => one(`[${list(n(150_000), '!x 1')}]`)),
  bundle('colons', (n) => one(`{${'a:'.repeat(n(1_900_000))}}`)),
  bundle('quotes', (n) => one(`[${"'' ".repeat(n(1_300_000))}]`)),
  bundle('percent signs', (n) => one(`${'%X y\n'.repeat(n(780_000))}---\na\n`)),

  // Archives
  bundle('files with a private key', (n) => [
    ...each(n(4_900), (i): [string, string] => [
      `${'d'.repeat(200)}/${'e'.repeat(200)}${i}`,
      '-----BEGIN PRIVATE KEY-----',
    ]),
    ['r.yaml', GOOD],
  ]),
  bundle('zeros', (n) => each(15, (i): [string, Uint8Array] => [`${i}.bin`, Buffer.alloc(n(4_000_000))])),
  bundle('empty files', (n) => each(n(4_990), (i): [string, string] => [`${i}.yaml`, ''])),
  bundle('long paths', (n) =>
    each(n(4_900), (i): [string, string] => [
      `${'p/'.repeat(30)}${'\u20ac'.repeat(120)}${i}.yaml`,
      'kind: X',
    ]),
  ),
  bundle('paths that are refused', (n) =>
    each(n(4_900), (i): [string, string] => [`../${'\u202e'.repeat(120)}${i}.yaml`, 'kind: X']),
  ),
  {
    what: 'a zip of zeros',
    ending: '.zip',
    bytes: (scale) =>
      zipOf(
        each(60, (i): [string, Uint8Array] => [`${i}.yaml`, Buffer.alloc(Math.round(4_000_000 * scale), 32)]),
      ),
  },
  {
    what: 'a zip of many files',
    ending: '.zip',
    bytes: (scale) =>
      zipOf(each(Math.round(4_990 * scale), (i): [string, string] => [`${i}.yaml`, 'kind: X'])),
  },
];
