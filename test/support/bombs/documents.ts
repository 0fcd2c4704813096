/**
 * Uploads that are made to crash, to stall or to swamp whoever reads them. At scale 1 each is about as large as the
 * limits of an upload let it be, so that the benchmark can measure the worst; tests take small ones.
 */
import {
  type Bomb,
  bundle,
  CLUSTER,
  copies,
  each,
  GOOD,
  list,
  noise,
  one,
  small,
  withCluster,
  withInstall,
} from './bomb.ts';

/** Documents that are none of ours, and configurations. */
export const DOCUMENT_BOMBS: readonly Bomb[] = [
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
];
