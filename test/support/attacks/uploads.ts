import { gzipSync } from 'node:zlib';
import { rawTar, tarOf } from '../archives.ts';
import {
  bundle,
  bundleFiles,
  bundleWithCluster,
  bundleWithRequest,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  privatePem,
  publicPem,
  REQUEST_FILE,
  request,
  requestOf,
  rsaKeyPair,
  statement,
} from '../bundles.ts';
import type { Attack } from './attack.ts';

const WRITER = 'a writer of `prepare/`';
/** Of a cluster that is not the attacker's, and that is prepared. */
export const VICTIM = 'victim';
const stranger = rsaKeyPair();

const upload = (tries: string, of: Attack['bundle'], more: Partial<Attack> = {}): Attack => ({
  by: WRITER,
  tries,
  key: 'prepare/bundle.tgz',
  bundle: of,
  ...more,
});
/** Names of buckets are everybody's: not the name that bundles of other tests have, or the bucket is refused for theirs. */
const granting = (tries: string, changes: Parameters<typeof statement>[0]) =>
  upload(tries, () => bundleWithCluster({ name: 'greedy' }, { [REQUEST_FILE]: request(statement(changes)) }));
const ofCluster = (tries: string, changes: Parameters<typeof bundleWithCluster>[0]) =>
  upload(tries, () => bundleWithCluster(changes));

/** What a bundle could ask for. */
export const uploads: readonly Attack[] = [
  granting('be granted everything', { action: ['*'] }),
  granting('be granted all of IAM', { action: ['iam:*'] }),
  granting('make access keys', { action: ['iam:CreateAccessKey'] }),
  granting('be granted IAM by look-alike letters', { action: ['\u0131am:CreateUser'] }),
  granting('be granted IAM by a pattern in place of the service', { action: ['ia?:CreateUser'] }),
  granting('trade tokens of others for roles', { action: ['sts:AssumeRoleWithWebIdentity'] }),
  {
    ...granting('take on roles that trust the whole account', { action: ['sts:AssumeRole'] }),
    power: 'What the guard lets pass, though it is much',
  },
  granting('read secrets', { action: ['secretsmanager:GetSecretValue'] }),
  granting("write another cluster's issuer", {
    action: ['s3:PutObject'],
    resource: `arn:aws:s3:::${VICTIM}-oidc/*`,
  }),
  granting('write every issuer by a pattern', {
    action: ['s3:PutObject'],
    resource: 'arn:aws:s3:::*-oidc/keys.json',
  }),
  granting('hide a wildcard in an effect that is none', { effect: 'allow', action: ['*'] }),
  upload('be trusted as every service account', () =>
    bundleWithRequest({ 'spec.serviceAccountNames': ['*'] }),
  ),
  upload('be trusted as another namespace’s service account', () =>
    bundleWithRequest({ 'spec.serviceAccountNames': ['x:openshift-machine-api:machine-api'] }),
  ),
  upload('write a manifest elsewhere by the name of a Secret', () =>
    bundleWithRequest({ 'spec.secretRef.name': '../../../tls/bound-service-account-signing-key' }),
  ),
  ofCluster('make roles among those of the functions', { rolePath: '/sts-prep/' }),
  ofCluster('make roles among those of AWS', { rolePath: '/aws-service-role/x.amazonaws.com/' }),
  ofCluster("tag what it makes as another cluster's", {
    tags: { [`openshift.io/cloud-credential-operator/${VICTIM}`]: 'owned' },
  }),
  ofCluster('tag what it makes as made by another run', { tags: { 'sts-prep/run': 'run-1' } }),
  upload(
    'be another cluster than the key says',
    () => bundle({ [CLUSTER_FILE]: clusterYaml({ name: VICTIM }) }),
    {
      key: 'prepare/us-east-2/mine.tgz',
    },
  ),
  upload('give a live cluster a signing key of its own', () =>
    bundle({
      [CLUSTER_FILE]: clusterYaml({ name: VICTIM }),
      [PUBLIC_KEY_FILE]: publicPem(stranger.publicKey),
    }),
  ),
  upload('move a live cluster to another issuer', () =>
    bundle({ [CLUSTER_FILE]: clusterYaml({ name: VICTIM, region: 'eu-west-1' }) }),
  ),
  upload('make a live cluster forget its roles', () =>
    bundle({
      [CLUSTER_FILE]: clusterYaml({ name: VICTIM, release: '4.20.3' }),
      'credreqs/10-ingress.yaml': requestOf('other'),
    }),
  ),
  upload('have a private key shown', () => bundle({ [PUBLIC_KEY_FILE]: privatePem(stranger.privateKey) }), {
    secret: privatePem(stranger.privateKey).split('\n')[1] ?? '',
  }),
  upload('leave the archive by a path', async () =>
    gzipSync(await tarOf({ ...bundleFiles(), '../../outside.yaml': 'x' })),
  ),
  upload('leave the archive by a link', () =>
    gzipSync(rawTar({ name: 'cluster.yaml', type: '2', linkname: '/proc/self/environ' } as never)),
  ),
  upload('fill the memory with a bomb', () => gzipSync(Buffer.alloc(300 * 1024 * 1024)), {}),
  upload('fill the memory with aliases', () =>
    bundle({
      'bomb.yaml': [
        'a: &a [x, x, x, x, x, x, x, x, x, x]',
        ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, at) => {
          const before = 'abcdefghi'[at];
          return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}]`;
        }),
        'kind: CredentialsRequest',
      ].join('\n'),
    }),
  ),
  upload('write to the operator’s terminal', () => bundleWithCluster({ name: 'a\u001b[2Jb' }), {
    secret: '\u001b',
  }),
  upload('turn the text of the report around', () => bundleWithCluster({ name: 'a\u202eb' }), {
    secret: '\u202e',
  }),
  upload('swamp the report with a name', () => bundleWithCluster({ region: 'u'.repeat(1_000_000) })),
];
