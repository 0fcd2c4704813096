import { PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { discoveryDocument, formatJwks, publicJwk } from '../../../core/domain/oidc.ts';
import { trustPolicy } from '../../../core/domain/policy-document.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  requestOf,
  rsaKeyPair,
  statement,
} from '../bundles.ts';
import type { Intercept } from '../in-process.ts';
import {
  account,
  COMPONENTS,
  type Component,
  ccoctlTags,
  hostOf,
  providerOf,
  REGION,
  roleName,
} from './account.ts';
import { createBucket, createProvider, createRole, putObject, putPolicy } from './somebody-else.ts';
import { NOTHING_TO_DO } from './states.ts';

const signer = rsaKeyPair().publicKey;
const signingKey = publicPem(signer);
const olderKey = rsaKeyPair().publicKey;

/** What one step of a run does to the account, as the report names it; in the order of the steps. */
export interface Effects {
  readonly key: readonly string[];
  readonly documents: readonly string[];
  readonly provider: readonly string[];
  readonly roles: readonly Component[];
  readonly files: readonly string[];
}

/** A cluster as a run may find it, and what the run does to it. */
export interface Start {
  readonly title: string;
  readonly name: string;
  /** Brings the account into the state that a run finds. */
  readonly prepare: () => Promise<unknown>;
  readonly bundle: () => Promise<Uint8Array>;
  readonly effects: Effects;
}

/** A bundle with a request for each component; `null` leaves one out. */
export function bundleOf(
  name: string,
  changes: Partial<Record<Component, Record<string, unknown> | null>> = {},
) {
  const requests = COMPONENTS.flatMap((component, index) =>
    changes[component] === null
      ? []
      : [[`credreqs/${index}-${component}.yaml`, requestOf(component, changes[component] ?? {})]],
  );
  return bundle({
    'credreqs/10-ingress.yaml': undefined,
    [CLUSTER_FILE]: clusterYaml({ name }),
    [PUBLIC_KEY_FILE]: signingKey,
    ...Object.fromEntries(requests),
  });
}

export const NEW_POLICY = statement({ action: ['ec2:DescribeInstances'], resource: '*' });
const NEW_ACCOUNTS = { 'spec.serviceAccountNames': ['image-registry-operator', 'registry'] };

const manifest = (component: Component) =>
  `install/manifests/openshift-${component}-cloud-credentials-credentials.yaml`;
const AUTHENTICATION = 'install/manifests/cluster-authentication-02-config.yaml';
export const ARCHIVE = 'install.tar.gz';
export const PUBLIC_FILE = 'install/serviceaccount-signer.public';

export const STARTS: Start[] = [
  {
    title: 'an account without the cluster',
    name: 'fresh',
    prepare: async () => undefined,
    bundle: () => bundleOf('fresh'),
    effects: {
      key: [PUBLIC_FILE],
      documents: ['issuer bucket fresh-oidc'],
      provider: ['identity provider'],
      roles: COMPONENTS,
      files: [AUTHENTICATION, ...COMPONENTS.map(manifest), ARCHIVE],
    },
  },
  {
    title: 'a prepared cluster whose new bundle changes two roles and brings one more',
    name: 'grown',
    prepare: async () => {
      const outcome = await account.run(
        'prepare/grown.tgz',
        await bundleOf('grown', { 'machine-api': null }),
      );
      expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    },
    bundle: () => bundleOf('grown', { ingress: NEW_POLICY, 'image-registry': NEW_ACCOUNTS }),
    effects: {
      key: [],
      documents: [],
      provider: [],
      roles: COMPONENTS,
      files: [manifest('machine-api'), ARCHIVE],
    },
  },
  {
    title: 'a cluster that ccoctl made, with a key of its own and a role whose policy drifted',
    name: 'adopted',
    prepare: () => makeLikeCcoctl('adopted'),
    bundle: () => bundleOf('adopted', { ingress: NEW_POLICY }),
    effects: {
      key: [PUBLIC_FILE],
      documents: [
        'issuer bucket adopted-oidc: keys.json',
        'issuer bucket adopted-oidc: .well-known/openid-configuration',
        'issuer bucket adopted-oidc: policy',
        'issuer bucket adopted-oidc: public access block',
      ],
      provider: [],
      roles: ['ingress', 'machine-api'],
      files: [AUTHENTICATION, ...COMPONENTS.map(manifest), ARCHIVE],
    },
  },
];

/** What every request of these bundles asks for at first. */
export const FIRST_ACTIONS = ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones'];

/** Issuer, provider and two roles as ccoctl leaves them when it stops: public access is not set up yet. */
async function makeLikeCcoctl(name: string): Promise<void> {
  const bucket = `${name}-oidc`;
  const tags = ccoctlTags(name);
  await createBucket(bucket);
  await account.s3(REGION).send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: tags } }));
  const discovery = discoveryDocument(`https://${hostOf(bucket)}`);
  await putObject(bucket, '.well-known/openid-configuration', discovery, tags);
  await putObject(bucket, 'keys.json', formatJwks({ keys: [publicJwk(olderKey), publicJwk(signer)] }), tags);
  await createProvider(bucket, tags);
  for (const component of ['ingress', 'image-registry'] as const) {
    const subject = `system:serviceaccount:openshift-${component}:${component}-operator`;
    await createRole(roleName(name, component), tags, {
      Description: `OpenShift role for openshift-${component}/cloud-credentials`,
      AssumeRolePolicyDocument: JSON.stringify(trustPolicy(providerOf(bucket), hostOf(bucket), [subject])),
    });
    await putPolicy(roleName(name, component), FIRST_ACTIONS);
  }
}

function startOf(name: string): Start {
  const start = STARTS.find((each) => each.name === name);
  if (start === undefined) throw new RangeError(`There is no start ${name}.`);
  return start;
}

/** Runs the bundle of one of the starts. */
export async function runFrom(name: string, intercept?: Intercept) {
  return account.run(`prepare/${name}.tgz`, await startOf(name).bundle(), intercept);
}

let clusters = 0;
/** A cluster of its own, for a run that succeeds. */
export function newCluster(): string {
  clusters += 1;
  return `cluster-${clusters}`;
}

/** A bundle of one request. */
export function smallBundle(name: string) {
  return bundleOf(name, { 'image-registry': null, 'machine-api': null });
}

/** A second run on the small bundle finds nothing to do. */
export async function expectConverged(name: string): Promise<void> {
  const again = await account.run(`prepare/${name}.tgz`, await smallBundle(name));
  expect(again.states).toEqual(NOTHING_TO_DO);
}

/** A bundle whose key pair the pipeline has to make. */
export function bundleWithoutKey(name: string) {
  return bundle({ [CLUSTER_FILE]: clusterYaml({ name }) });
}
