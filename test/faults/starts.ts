import { UpdateRoleCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import type { StepOperation } from '../../core/domain/operations.ts';
import type { TestAccount } from '../support/account.ts';
import { makeTopic } from '../support/approving.ts';
import { tgzOf } from '../support/archives.ts';
import { clusterYaml, PUBLIC_KEY_FILE, publicPem, statement } from '../support/bundles.ts';
import { type CcoctlSteps, makeAsCcoctl } from '../support/reference.ts';
import {
  allow,
  type Components,
  editPolicy,
  NEWER_RELEASE,
  OLDER_RELEASE,
  releaseBundle,
  requestFiles,
  roleOf,
} from '../support/upgrading.ts';
import {
  CLUSTER,
  ccoctlState,
  makePrivate,
  makePublicByAcl,
  makeVersioned,
  OWNER,
  REGION,
  ROTATED,
  type RunBundle,
  type Start,
  TWO,
} from './start-makers.ts';

/** Policies of one component, the trust of another one, one component new and one no longer there. */
const OLDER: Components = { ingress: {}, 'image-registry': {}, storage: {} };
const NEWER: Components = {
  ingress: statement({ action: ['elasticloadbalancing:DescribeLoadBalancers', 'ec2:DescribeVpcs'] }),
  'image-registry': { 'spec.serviceAccountNames': ['cluster-image-registry-operator', 'registry'] },
  'machine-api': {},
};

function bundleOf(
  components: Components,
  facts = {},
  files: Record<string, string> = {},
): Promise<Uint8Array> {
  return tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: REGION, ...facts }),
    ...requestFiles(components),
    ...files,
  });
}

const UPGRADE = `upgrade/${CLUSTER}/${NEWER_RELEASE}.tgz`;

const ADD_ON = `add/${CLUSTER}/efs.tgz`;

/** What an optional operator asks for: a role of its own, and more of one that the release asks for. */
const OPERATOR: Components = { efs: {}, storage: statement({ action: ['ec2:DescribeVolumes'] }) };

async function clusterWithAddOn(account: TestAccount, run: RunBundle): Promise<void> {
  await olderCluster(account, run);
  await run(await releaseBundle(OPERATOR), ADD_ON);
}

/** A cluster of the older release, in which somebody gave a component more than it asks for. */
async function olderCluster(account: TestAccount, run: RunBundle): Promise<void> {
  await run(await bundleOf(OLDER, { release: OLDER_RELEASE }));
  await editPolicy(account, 'ingress', (statements) => [...statements, allow('s3:ListAllMyBuckets')]);
  await account.iam.send(
    new UpdateRoleCommand({
      RoleName: roleOf('storage'),
      Description: 'edited by hand',
      MaxSessionDuration: 7_200,
    }),
  );
}

const two = () => bundleOf(TWO);

function stepKey(step: StepOperation): string {
  return `${step}/${CLUSTER}.tgz`;
}

function deletion(...more: readonly string[]): Pick<Start, 'bundle' | 'key' | 'end' | 'deletes'> {
  const text = [`confirm: ${CLUSTER}`, ...more].join('\n');
  return {
    key: `delete/${CLUSTER}.yaml`,
    bundle: async () => Buffer.from(text),
    end: 'Deleted',
    deletes: true,
  };
}

function ccoctl(about: string, steps: CcoctlSteps = {}, provider?: string): Start {
  return {
    about,
    bundle: two,
    make: (account, _run, foreignKeys) =>
      makeAsCcoctl(
        account,
        { region: REGION, state: ccoctlState(account.id, foreignKeys, provider) } as Parameters<
          typeof makeAsCcoctl
        >[1],
        steps,
      ),
  };
}

export const STARTS = {
  empty: { about: 'an account without anything of the cluster', make: async () => undefined, bundle: two },
  converged: {
    about: 'the same bundle was prepared before',
    make: async (_account, run) => run(await two()),
    bundle: two,
  },
  upgrade: {
    about: 'an earlier bundle was prepared; permissions and trust change, one component comes',
    make: async (_account, run) => run(await bundleOf(TWO)),
    bundle: () => bundleOf(NEWER),
  },
  additive: {
    about: 'a cluster, edited by hand, is upgraded: permissions and trust grow, one component comes',
    make: olderCluster,
    key: UPGRADE,
    bundle: () => releaseBundle(NEWER),
  },
  pruned: {
    about: 'a cluster that was upgraded is pruned: permissions shrink, one component goes',
    make: async (account, run) => {
      await olderCluster(account, run);
      await run(await releaseBundle(NEWER), UPGRADE);
    },
    key: `prune/${CLUSTER}/${NEWER_RELEASE}.tgz`,
    bundle: () => releaseBundle(NEWER),
  },
  'add-on': {
    about: 'a cluster gets an optional operator, which asks for a role of the release too',
    make: olderCluster,
    key: ADD_ON,
    bundle: () => releaseBundle(OPERATOR),
  },
  'add-on-removed': {
    about: 'a cluster with an add-on, which is taken away',
    make: clusterWithAddOn,
    key: `remove/${CLUSTER}/efs.yaml`,
    bundle: async () => new Uint8Array(),
  },
  'add-on-pruned': {
    about:
      'a cluster with an add-on was upgraded and is pruned: one component goes, another stays for the add-on',
    make: async (account, run) => {
      await clusterWithAddOn(account, run);
      await run(await releaseBundle(NEWER), UPGRADE);
    },
    key: `prune/${CLUSTER}/${NEWER_RELEASE}.tgz`,
    bundle: () => releaseBundle({ ingress: {}, 'machine-api': {} }),
  },
  'key-step': {
    about: 'an account without anything of the cluster, in which create-key-pair makes the key',
    make: async () => undefined,
    key: stepKey('create-key-pair'),
    bundle: two,
  },
  'issuer-step': {
    about: 'a cluster that has its key, for which create-identity-provider makes the issuer',
    make: async (_account, run) => run(await two(), stepKey('create-key-pair')),
    key: stepKey('create-identity-provider'),
    bundle: two,
  },
  'roles-step': {
    about: 'a cluster that has its issuer, for which create-iam-roles makes the roles',
    make: async (_account, run) => {
      await run(await two(), stepKey('create-key-pair'));
      await run(await two(), stepKey('create-identity-provider'));
    },
    key: stepKey('create-iam-roles'),
    bundle: two,
  },
  ccoctl: ccoctl('all that ccoctl makes, with a key of its own'),
  'ccoctl-adopted': {
    ...ccoctl('all that ccoctl makes, which is adopted: registered, and not changed'),
    key: `adopt/${CLUSTER}.tgz`,
    end: 'Adopted',
  },
  deleted: {
    about: 'a cluster is deleted; the name of its bucket stays reserved',
    make: async (_account, run) => run(await two()),
    ...deletion(),
  },
  'deleted-with-its-name': {
    about: 'a cluster is deleted, and the name of its bucket is given up',
    make: async (_account, run) => run(await two()),
    ...deletion('release-name: true'),
  },
  'ccoctl-deleted': {
    ...ccoctl('all that ccoctl makes, which no run knows, is deleted by its tags'),
    ...deletion('release-name: true', `region: ${REGION}`),
  },
  planned: {
    about: 'a cluster, edited by hand, whose upgrade is planned: nothing is changed',
    make: olderCluster,
    key: `plan/${UPGRADE}`,
    bundle: () => releaseBundle(NEWER),
    end: 'Planned',
  },
  approved: {
    about: 'an account without anything of the cluster, whose plan somebody has to approve, and does',
    make: () => makeTopic(),
    bundle: () => bundleOf(TWO, { approval: 'required' }),
  },
  'deletion-approved': {
    about: 'a cluster whose changes have to be approved is deleted, with an approval',
    make: async (_account, run) => {
      await makeTopic();
      await run(await bundleOf(TWO, { approval: 'required' }));
    },
    ...deletion(),
  },
  'ccoctl-bucket-only': ccoctl('ccoctl stopped after CreateBucket: no tags, no documents', {
    bucketTags: false,
    publicAccess: false,
    documents: false,
    provider: false,
    roles: 0,
  }),
  'ccoctl-no-provider': ccoctl('ccoctl stopped before the identity provider', { provider: false, roles: 0 }),
  'ccoctl-untagged-provider': ccoctl('ccoctl stopped between making the identity provider and tagging it', {
    providerTags: false,
    roles: 0,
  }),
  'ccoctl-no-policy': ccoctl('ccoctl stopped between CreateRole and PutRolePolicy', {
    roles: 1,
    policies: 0,
  }),
  'ccoctl-half-the-roles': ccoctl('ccoctl stopped at a malformed request, after the first role', {
    roles: 1,
  }),
  'rotated-by-hand': {
    about: 'the cluster was prepared, its key was rotated by hand, and the bundle says so',
    make: async (account, run) => {
      await run(await two());
      await account.s3(REGION).send(
        new PutObjectCommand({
          Bucket: `${CLUSTER}-oidc`,
          Key: 'keys.json',
          Body: formatJwks({ keys: [publicJwk(ROTATED)] }),
          ContentType: 'application/json',
          Tagging: new URLSearchParams(OWNER).toString(),
        }),
      );
    },
    bundle: () =>
      bundleOf(TWO, { publicKeyFile: PUBLIC_KEY_FILE }, { [PUBLIC_KEY_FILE]: publicPem(ROTATED) }),
  },
  'ccoctl-other-trust': ccoctl('the roles trust the provider of an earlier name', {}, 'older-oidc'),
  'ccoctl-private': {
    ...ccoctl('all that ccoctl makes with --create-private-s3-bucket: no run may open that bucket'),
    make: makePrivate,
    refused: 'ResourceConflict',
  },
  'ccoctl-acls': {
    ...ccoctl(
      'an old cluster, whose documents are public by their ACLs, in a bucket without policy and block',
    ),
    make: makePublicByAcl,
  },
  versioned: {
    about: 'an empty bucket of the cluster, which has versions',
    make: makeVersioned,
    bundle: two,
  },
} satisfies Record<string, Start>;

export type StartName = keyof typeof STARTS;
