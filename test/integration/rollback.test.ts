import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ownerTags } from '../../core/domain/names.ts';
import { discoveryDocument, formatJwks, publicJwk } from '../../core/domain/oidc.ts';
import { trustPolicy } from '../../core/domain/policy-document.ts';
import { type Report, reportSchema } from '../../core/domain/report.ts';
import { type Snapshot, type TestAccount, testAccount } from '../support/account.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  requestOf,
  rsaKeyPair,
  statement,
} from '../support/bundles.ts';
import { type Intercept, kebab } from '../support/in-process.ts';

/*
 * Three components, and one role for each. Every start below is a cluster as a run may find it; after each
 * failed run the account must be as the run found it, so the next test begins where this one began.
 */
const COMPONENTS = ['ingress', 'image-registry', 'machine-api'] as const;
type Component = (typeof COMPONENTS)[number];

const REGION = 'us-east-2';
const signingKey = publicPem(rsaKeyPair().publicKey);
const olderKey = rsaKeyPair().publicKey;

let account: TestAccount;
/** The account as the last run should have left it. */
let known: Snapshot;

/** What one step of a run does to the account, as the report names it; in the order of the steps. */
interface Effects {
  readonly key: readonly string[];
  readonly documents: readonly string[];
  readonly provider: readonly string[];
  readonly roles: readonly Component[];
  readonly files: readonly string[];
}

interface Start {
  readonly title: string;
  readonly name: string;
  /** Brings the account into the state that a run finds. */
  readonly prepare: () => Promise<unknown>;
  readonly bundle: () => Promise<Uint8Array>;
  readonly effects: Effects;
}

function bundleOf(name: string, changes: Partial<Record<Component, Record<string, unknown> | null>> = {}) {
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

const NEW_POLICY = statement({ action: ['ec2:DescribeInstances'], resource: '*' });
const NEW_ACCOUNTS = { 'spec.serviceAccountNames': ['image-registry-operator', 'registry'] };

const manifest = (component: Component) =>
  `install/manifests/openshift-${component}-cloud-credentials-credentials.yaml`;
const AUTHENTICATION = 'install/manifests/cluster-authentication-02-config.yaml';
const ARCHIVE = 'install.tar.gz';
const PUBLIC_FILE = 'install/serviceaccount-signer.public';

const STARTS: Start[] = [
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
const FIRST_ACTIONS = ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones'];

/** Issuer, provider and two roles as ccoctl leaves them when it stops: public access is not set up yet. */
async function makeLikeCcoctl(name: string): Promise<void> {
  const bucket = `${name}-oidc`;
  const tags = ccoctlTags(name);
  await createBucket(bucket);
  await account.s3(REGION).send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: tags } }));
  const discovery = discoveryDocument(`https://${hostOf(bucket)}`);
  await putObject(bucket, '.well-known/openid-configuration', discovery, tags);
  await putObject(bucket, 'keys.json', formatJwks({ keys: [publicJwk(olderKey)] }), tags);
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

type TagList = { Key: string; Value: string }[];

function ccoctlTags(name: string): TagList {
  return Object.entries(ownerTags(name)).map(([Key, Value]) => ({ Key, Value }));
}

function roleName(cluster: string, component: Component): string {
  return `${cluster}-openshift-${component}-cloud-credentials`;
}

function hostOf(bucket: string): string {
  return `${bucket}.s3.${REGION}.amazonaws.com`;
}

function providerOf(bucket: string): string {
  return `arn:aws:iam::${account.id}:oidc-provider/${hostOf(bucket)}`;
}

/* What somebody else than the pipeline does in the account. */

const OF_SOMEBODY_ELSE: TagList = [{ Key: 'owner', Value: 'somebody else' }];

function createRole(
  name: string,
  tags = OF_SOMEBODY_ELSE,
  more: Partial<CreateRoleCommandInput> = {},
): Promise<unknown> {
  return account.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: '{}', Tags: tags, ...more }),
  );
}

async function deleteRole(name: string): Promise<void> {
  await account.iam
    .send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name }))
    .catch(() => undefined);
  await account.iam.send(new DeleteRoleCommand({ RoleName: name }));
}

function putPolicy(role: string, actions: readonly string[], name = role): Promise<unknown> {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  };
  return account.iam.send(
    new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify(document) }),
  );
}

function putTrust(role: string, document: unknown): Promise<unknown> {
  return account.iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: role, PolicyDocument: JSON.stringify(document) }),
  );
}

function createProvider(bucket: string, tags: TagList): Promise<unknown> {
  return account.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${hostOf(bucket)}`,
      ClientIDList: ['openshift', 'sts.amazonaws.com'],
      ThumbprintList: ['a'.repeat(40)],
      Tags: tags,
    }),
  );
}

function createBucket(bucket: string): Promise<unknown> {
  return account
    .s3(REGION)
    .send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
}

function putObject(bucket: string, key: string, body: string, tags: TagList = []): Promise<unknown> {
  const Tagging = tags.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${Value}`).join('&');
  return account.s3(REGION).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, Tagging }));
}

function putBucketPolicy(bucket: string, document: unknown): Promise<unknown> {
  return account
    .s3(REGION)
    .send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(document) }));
}

/** An error as Step Functions sees it: by its name. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const DENIED = () => named('AccessDenied', 'User is not authorized to perform this');
const LIMIT = () => named('LimitExceeded', 'Cannot exceed quota');
/** Step Functions retries this; a function that always crashes has failed for good. */
const CRASH = () => named('Lambda.Unknown', 'The function ended before it answered');

type When = 'before it did anything' | 'after it did everything';

/** Makes one function fail, always: without having done anything, or having done everything. */
function failing(
  name: string,
  when: When,
  error: () => Error,
  only: (event: unknown) => boolean = () => true,
): Intercept {
  return async (called, event, call) => {
    if (called !== name || !only(event)) return call();
    if (when === 'after it did everything') await call();
    throw error();
  };
}

const firstRole = (event: unknown) => (event as { role: number }).role === 0;

/** The states on the way, up to the one that fails. */
const FORWARD = [
  'ReadBundle',
  'IsBundleAccepted',
  'Lock',
  'IsLockHeld',
  'PlanChanges',
  'HasChanges',
  'CreateKeyPair',
  'PublishOidcDocuments',
  'RegisterProvider',
  'CreateRoles',
  'AreRolesCreated',
  'RenderSecrets',
  'Verify',
  'HasRemovals',
  'PublishReport',
];
const BACK = [
  'UndoSecrets',
  'UndoRoles',
  'UndoProvider',
  'UndoDocuments',
  'UndoKeyPair',
  'ReportFailure',
  'UnlockAfterFailure',
  'ChooseOutcome',
];

/** Where IAM may not show yet what the failed step made, the undo waits before it looks. */
const SETTLES: Readonly<Record<string, readonly string[]>> = {
  UndoRoles: ['WaitForIamConsistency'],
  UndoProvider: ['WaitForProviderConsistency'],
};

interface FailingStep {
  readonly step: string;
  readonly function: string;
  readonly only?: (event: unknown) => boolean;
  /** The last state of the way forward. */
  readonly upTo: string;
  readonly entersAt: string;
  /** Effects of the steps before it, and its own. */
  readonly before: (effects: Effects) => readonly string[];
  readonly own: (effects: Effects, cluster: string) => readonly string[];
}

const role = (cluster: string) => (component: Component) => `role ${roleName(cluster, component)}`;
const upToProvider = ({ key, documents, provider }: Effects) => [...key, ...documents, ...provider];

const FAILING_STEPS: FailingStep[] = [
  {
    step: 'Lock',
    function: 'lock',
    upTo: 'Lock',
    entersAt: 'ReportFailure',
    before: () => [],
    own: () => [],
  },
  {
    step: 'PlanChanges',
    function: 'plan-changes',
    upTo: 'PlanChanges',
    entersAt: 'ReportFailure',
    before: () => [],
    own: () => [],
  },
  {
    step: 'CreateKeyPair',
    function: 'create-key-pair',
    upTo: 'CreateKeyPair',
    entersAt: 'UndoKeyPair',
    before: () => [],
    own: ({ key }) => key,
  },
  {
    step: 'PublishOidcDocuments',
    function: 'publish-oidc-documents',
    upTo: 'PublishOidcDocuments',
    entersAt: 'UndoDocuments',
    before: ({ key }) => key,
    own: ({ documents }) => documents,
  },
  {
    step: 'RegisterProvider',
    function: 'register-provider',
    upTo: 'RegisterProvider',
    entersAt: 'UndoProvider',
    before: ({ key, documents }) => [...key, ...documents],
    own: ({ provider }) => provider,
  },
  {
    step: 'CreateRole for one of the roles',
    function: 'create-role',
    only: firstRole,
    upTo: 'AreRolesCreated',
    entersAt: 'UndoRoles',
    before: upToProvider,
    own: ({ roles }, cluster) => roles.slice(0, 1).map(role(cluster)),
  },
  {
    step: 'CreateRole for every role',
    function: 'create-role',
    upTo: 'AreRolesCreated',
    entersAt: 'UndoRoles',
    before: upToProvider,
    own: ({ roles }, cluster) => roles.map(role(cluster)),
  },
  {
    step: 'RenderSecrets',
    function: 'render-secrets',
    upTo: 'RenderSecrets',
    entersAt: 'UndoSecrets',
    before: upToProvider,
    own: ({ files }) => files,
  },
  {
    step: 'Verify',
    function: 'verify',
    upTo: 'Verify',
    entersAt: 'UndoSecrets',
    before: (effects) => [...upToProvider(effects), ...effects.files],
    own: () => [],
  },
  {
    step: 'PublishReport',
    function: 'publish-report',
    upTo: 'PublishReport',
    entersAt: 'UndoSecrets',
    before: (effects) => [...upToProvider(effects), ...effects.files],
    own: () => ['cluster.json'],
  },
];

/** What the report must list as undone. */
function undoneBy(failed: FailingStep, when: When, { effects, name }: Start): string[] {
  const own = failed.own(effects, name);
  const allRoles = failed.entersAt === 'UndoSecrets' || failed.entersAt === 'UndoRoles';
  const rolesOfOthers =
    failed.function === 'create-role' && failed.only === undefined
      ? []
      : effects.roles.map(role(name)).filter((made) => !own.includes(made));
  return [
    ...failed.before(effects),
    ...(allRoles ? rolesOfOthers : []),
    ...(when === 'after it did everything' ? own : []),
  ].sort();
}

/** The report's names without what every resource of this account has in front. */
function short(resource: string, cluster: string): string {
  return resource
    .replace(`s3://${account.output}/clusters/${cluster}/`, '')
    .replace(/^(identity provider) arn:.*$/, '$1');
}

async function reportOf(run: string, cluster: string): Promise<Report> {
  const [report, failure] = await Promise.all(
    ['report.json', 'failure.json'].map((file) => account.read(`clusters/${cluster}/runs/${run}/${file}`)),
  );
  expect(failure).toBe(report);
  return reportSchema.parse(JSON.parse(report ?? ''));
}

function outcomesOf(report: Report, outcome: 'undone' | 'left', cluster: string): string[] {
  return (report.undo ?? [])
    .filter((entry) => entry.outcome === outcome)
    .map(({ resource }) => short(resource, cluster))
    .sort();
}

async function expectAsBefore(): Promise<void> {
  const now = await account.snapshot();
  const before = known;
  known = now;
  expect(now).toEqual(before);
}

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  known = await account.snapshot();
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(STARTS.map((start) => [start.title, start] as const))('from %s', (_start, start) => {
  beforeAll(async () => {
    await start.prepare();
    known = await account.snapshot();
  });

  const cases = FAILING_STEPS.flatMap((failed) =>
    (
      [
        ['before it did anything', DENIED],
        ['after it did everything', DENIED],
        ['after it did everything', CRASH],
      ] as const
    ).map(([when, error]) => [failed.step, when, error().name, failed, error] as const),
  );

  it.each(cases)('%s fails %s with %s: everything is as it was', async (_step, when, name, failed, error) => {
    const { run, ...outcome } = await account.run(
      `prepare/${start.name}.tgz`,
      await start.bundle(),
      failing(failed.function, when, error, failed.only),
    );
    const { message } = error();

    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: name,
      cause: failed.function === 'create-role' ? expect.stringContaining(name) : message,
    });
    expect(outcome.states).toEqual([
      ...FORWARD.slice(0, FORWARD.indexOf(failed.upTo) + 1),
      ...(SETTLES[failed.entersAt] ?? []),
      ...BACK.slice(BACK.indexOf(failed.entersAt)),
      'RolledBack',
    ]);
    await expectAsBefore();
    expect(Object.keys(known.results)).not.toContain(`clusters/${start.name}/lock`);

    const report = await reportOf(run, start.name);
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      error: { name, cause: outcome.cause },
      cluster: { name: start.name, region: REGION },
    });
    expect(outcomesOf(report, 'left', start.name)).toEqual([]);
    expect(outcomesOf(report, 'undone', start.name)).toEqual(undoneBy(failed, when, start));
  });
});

/** A call as text: `PutObject fresh-oidc/keys.json`, `CreateRole fresh-openshift-ingress-cloud-credentials`. */
function callText(command: {
  readonly constructor: { readonly name: string };
  readonly input: object;
}): string {
  const { Bucket, Key, RoleName, Url } = command.input as Record<string, string | undefined>;
  const target = [Bucket, Key, RoleName, Url].filter((part) => part !== undefined).join('/');
  return `${command.constructor.name.replace(/Command$/, '')} ${target}`;
}

/** Stands between the functions and AWS: sees every call of the SDK and decides what becomes of it. */
function onEveryCall(react: (call: string, send: () => Promise<unknown>) => Promise<unknown>): void {
  for (const client of [IAMClient.prototype, S3Client.prototype] as {
    send: (...all: never[]) => unknown;
  }[]) {
    const { send } = client;
    vi.spyOn(client, 'send').mockImplementation(function (this: unknown, ...args: never[]) {
      const [command] = args as unknown as [Parameters<typeof callText>[0]];
      return react(callText(command), async () => send.apply(this, args));
    });
  }
}

/** Does something else with the first call that matches, and nothing with the others. */
function onCall(
  pattern: RegExp,
  react: (send: () => Promise<unknown>) => Promise<unknown>,
): { seen: () => boolean } {
  let seen = false;
  onEveryCall((call, send) => {
    if (seen || !pattern.test(call)) return send();
    seen = true;
    return react(send);
  });
  return { seen: () => seen };
}

function startOf(name: string): Start {
  const start = STARTS.find((each) => each.name === name);
  if (start === undefined) throw new RangeError(`There is no start ${name}.`);
  return start;
}

async function runFrom(name: string, intercept?: Intercept) {
  return account.run(`prepare/${name}.tgz`, await startOf(name).bundle(), intercept);
}

describe('a step that AWS stops half-way', () => {
  it.each([
    ['fresh', /^PutObject output-.*\.public$/],
    ['fresh', /^CreateBucket /],
    ['fresh', /^PutObject fresh-oidc\/keys.json$/],
    ['fresh', /^PutObject fresh-oidc\/\.well-known/],
    ['fresh', /^PutPublicAccessBlock /],
    ['fresh', /^PutBucketPolicy /],
    ['fresh', /^CreateOpenIDConnectProvider /],
    ['fresh', /^CreateRole .*-machine-api-/],
    ['fresh', /^PutRolePolicy .*-image-registry-/],
    ['fresh', /^PutObject .*-ingress-.*\.yaml$/],
    ['fresh', /^PutObject .*install\.tar\.gz$/],
    ['fresh', /^PutObject .*clusters\/fresh\/cluster\.json$/],
    ['grown', /^PutRolePolicy .*-ingress-/],
    ['grown', /^UpdateAssumeRolePolicy /],
    ['grown', /^CreateRole /],
    ['grown', /^PutObject .*install\.tar\.gz$/],
    ['adopted', /^PutObject adopted-oidc\/keys.json$/],
    ['adopted', /^PutObject adopted-oidc\/\.well-known/],
    ['adopted', /^PutPublicAccessBlock /],
    ['adopted', /^PutBucketPolicy /],
    ['adopted', /^PutRolePolicy .*-machine-api-/],
  ])('of the cluster %s is undone when %s is refused', async (name, pattern) => {
    const refused = onCall(pattern, () => Promise.reject(LIMIT()));
    const { run, ...outcome } = await runFrom(name);
    vi.restoreAllMocks();

    expect(refused.seen()).toBe(true);
    expect(outcome).toMatchObject({
      error: 'LimitExceeded',
      cause: expect.stringContaining(LIMIT().message),
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
    expect(outcomesOf(await reportOf(run, name), 'left', name)).toEqual([]);
  });

  it.each([
    ['the issuer', /^PutBucketPolicy /, /^PutObject fresh-oidc\//],
    [
      'the manifests',
      /^PutObject .*-ingress-.*\.yaml$/,
      /^PutObject .*(-machine-api-.*\.yaml|install\.tar\.gz)$/,
    ],
    ['the report', /^PutObject .*\/report\.md$/, /^PutObject .*\/report\.json$/],
    ['the registry', /^PutObject .*\/report\.md$/, /^PutObject .*fresh\/cluster\.json$/],
  ])(
    'waits for the other writes of %s, so that none arrives behind the undo',
    async (_what, denied, late) => {
      let isDenied = false;
      const delayed = new Set<string>();
      const onTheWay = new Set<string>();
      onEveryCall(async (call, send) => {
        if (!isDenied && denied.test(call)) {
          isDenied = true;
          throw DENIED();
        }
        if (!late.test(call) || delayed.has(call)) return send();
        delayed.add(call);
        onTheWay.add(call);
        await new Promise((resolve) => setTimeout(resolve, 200));
        return send().finally(() => onTheWay.delete(call));
      });
      let behind: string[] = [];
      const outcome = await runFrom('fresh', (called, _event, call) => {
        if (called === 'undo-secrets' || called === 'undo-documents') behind = [...behind, ...onTheWay];
        return call();
      });
      vi.restoreAllMocks();

      expect(outcome).toMatchObject({ error: 'AccessDenied' });
      expect(outcome.states.at(-1)).toBe('RolledBack');
      expect(behind).toEqual([]);
      await expectAsBefore();
    },
  );

  it('is reported by the error it ended with, not by one that another role got over', async () => {
    let failures = 0;
    onEveryCall(async (call, send) => {
      if (/^CreateRole .*-ingress-/.test(call)) {
        failures += 1;
        if (failures <= 2) throw named('Throttling', 'Rate exceeded');
      }
      if (/^CreateRole .*-machine-api-/.test(call)) throw DENIED();
      return send();
    });
    const outcome = await runFrom('fresh');
    vi.restoreAllMocks();

    expect(failures).toBe(3);
    expect(outcome).toMatchObject({ error: 'AccessDenied', cause: `AccessDenied: ${DENIED().message}` });
    await expectAsBefore();
  });
});

/** The states of a run over a cluster that is as it should be. */
const NOTHING_TO_DO = [
  'ReadBundle',
  'IsBundleAccepted',
  'Lock',
  'IsLockHeld',
  'PlanChanges',
  'HasChanges',
  'Verify',
  'HasRemovals',
  'PublishReport',
  'Unlock',
  'Prepared',
];

/** A cluster of its own, for a run that succeeds. */
let clusters = 0;
function newCluster(): string {
  clusters += 1;
  return `cluster-${clusters}`;
}

function smallBundle(name: string) {
  return bundleOf(name, { 'image-registry': null, 'machine-api': null });
}

async function expectConverged(name: string): Promise<void> {
  const again = await account.run(`prepare/${name}.tgz`, await smallBundle(name));
  expect(again.states).toEqual(NOTHING_TO_DO);
}

function bundleWithoutKey(name: string) {
  return bundle({ [CLUSTER_FILE]: clusterYaml({ name }) });
}

describe('a key pair that the run made itself', () => {
  it('is gone when the run fails', async () => {
    known = await account.snapshot();
    let made: string[] = [];
    const outcome = await account.run(
      'prepare/own-key.tgz',
      await bundleWithoutKey('own-key'),
      async (called, _event, call) => {
        if (called !== 'publish-oidc-documents') return call();
        made = (await account.keys('clusters/own-key/install/')).map((key) => key.split('/').at(-1) ?? '');
        throw DENIED();
      },
    );
    expect(made).toEqual(['serviceaccount-signer.public', 'bound-service-account-signing-key.key']);
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
  });
});

describe('an undo that fails', () => {
  const LEFT = {
    UndoSecrets: (now: Snapshot) => Object.keys(now.results).some((key) => key.endsWith(`fresh/${ARCHIVE}`)),
    UndoRoles: (now: Snapshot) => roleName('fresh', 'ingress') in now.roles,
    UndoProvider: (now: Snapshot) => Object.keys(now.providers).some((arn) => arn.includes('/fresh-oidc.')),
    UndoDocuments: (now: Snapshot) => 'fresh-oidc' in now.buckets,
    UndoKeyPair: (now: Snapshot) =>
      Object.keys(now.results).some((key) => key.endsWith(`fresh/${PUBLIC_FILE}`)),
  };
  type Undo = keyof typeof LEFT;
  const undoStates = Object.keys(LEFT) as Undo[];

  it.each(undoStates)('in %s leaves that alone behind, and says so', async (state) => {
    const { run, ...outcome } = await runFrom('fresh', (called, _event, call) => {
      if (called === 'verify') throw named('VerificationFailed', 'The first error');
      if (called === kebab(state)) throw DENIED();
      return call();
    });
    expect(outcome).toMatchObject({
      error: 'VerificationFailed',
      cause: expect.stringMatching(`^The first error\nNot undone:\n${kebab(state)}: `),
    });
    expect(outcome.states.slice(outcome.states.indexOf('Verify'))).toEqual([
      'Verify',
      ...BACK,
      'RollbackIncomplete',
    ]);
    const now = await account.snapshot();
    expect(undoStates.filter((each) => LEFT[each](now))).toEqual([state]);
    expect(Object.keys(now.results)).not.toContain('clusters/fresh/lock');
    const report = await reportOf(run, 'fresh');
    expect(report).toMatchObject({ outcome: 'rollback-incomplete', error: { name: 'VerificationFailed' } });
    expect(outcomesOf(report, 'left', 'fresh')).toEqual([kebab(state)]);

    const next = await runFrom('fresh', failing('verify', 'before it did anything', DENIED));
    expect(next.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(now);
    await clearFresh(now);
  });

  it('leaves what the next run of the same bundle takes up', async () => {
    await runFrom('fresh', (called, _event, call) => {
      if (called === 'verify' || called.startsWith('undo-')) throw DENIED();
      return call();
    });
    const left = await account.snapshot();
    expect(undoStates.filter((each) => LEFT[each](left))).toEqual(undoStates);

    const next = await runFrom('fresh');
    expect(next).toMatchObject({ status: 'SUCCEEDED' });
    expect(next.states).toEqual(NOTHING_TO_DO);
    await clearFresh(await account.snapshot());
  });

  it('of one role does not keep the others from being undone, and gives the commands that finish the job', async () => {
    const denied = onCall(/^DeleteRole .*-image-registry-/, () => Promise.reject(DENIED()));
    const { run, ...outcome } = await runFrom('fresh', failing('verify', 'before it did anything', CRASH));
    vi.restoreAllMocks();
    expect(denied.seen()).toBe(true);
    expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
    const left = roleName('fresh', 'image-registry');
    const now = await account.snapshot();
    expect(Object.keys(now.roles).filter((name) => name.startsWith('fresh-'))).toEqual([left]);
    expect((await reportOf(run, 'fresh')).undo).toContainEqual({
      resource: `role ${left}`,
      outcome: 'left',
      detail: `AccessDenied: ${DENIED().message}`,
      commands: expect.arrayContaining([`aws iam delete-role --role-name ${left}`]),
    });
    await clearFresh(now);
  });

  it('of the report itself counts as not rolled back, although everything is', async () => {
    known = await account.snapshot();
    const outcome = await runFrom('fresh', (called, _event, call) => {
      if (called === 'verify' || called === 'report-failure') throw DENIED();
      return call();
    });
    expect(outcome.states.slice(-5)).toEqual([
      'ReportFailure',
      'ReportNotWritten',
      'UnlockAfterFailure',
      'ChooseOutcome',
      'RollbackIncomplete',
    ]);
    expect(outcome).toMatchObject({ error: 'AccessDenied', cause: DENIED().message });
    await expectAsBefore();
  });
});

/** Removes what a test left of the cluster `fresh`, as an operator would. */
async function clearFresh({ roles, providers, buckets, results }: Snapshot): Promise<void> {
  const { iam, output } = account;
  for (const name of Object.keys(roles).filter((each) => each.startsWith('fresh-'))) {
    await deleteRole(name);
  }
  for (const arn of Object.keys(providers).filter((each) => each.includes('/fresh-oidc.')))
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  const bucket = buckets['fresh-oidc'] as { objects: object } | undefined;
  const s3 = account.s3(REGION);
  for (const key of Object.keys(bucket?.objects ?? {}))
    await s3.send(new DeleteObjectCommand({ Bucket: 'fresh-oidc', Key: key }));
  if (bucket !== undefined) await s3.send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' }));
  for (const key of Object.keys(results).filter((each) => each.startsWith('clusters/fresh/')))
    await account.s3().send(new DeleteObjectCommand({ Bucket: output, Key: key }));
}

describe('an undo that runs again', () => {
  it.each(STARTS.map(({ name }) => name))('changes nothing in the cluster %s', async (name) => {
    known = await account.snapshot();
    const outcome = await runFrom(name, async (called, _event, call) => {
      if (called === 'publish-report') {
        await call();
        throw DENIED();
      }
      if (called.startsWith('undo-')) await call();
      return call();
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
  });

  it.each(BACK.slice(0, 5))(
    'as %s, because its answer was lost, still reports what the first attempt undid',
    async (state) => {
      known = await account.snapshot();
      let attempts = 0;
      const outcome = await runFrom('fresh', async (called, _event, call) => {
        if (called === 'publish-report') throw DENIED();
        if (called !== kebab(state)) return call();
        attempts += 1;
        if (attempts === 1) throw named('AwsThrottled', 'Rate exceeded');
        const result = await call();
        if (attempts === 2) throw named('Lambda.Unknown', 'The answer was lost');
        return result;
      });
      expect(attempts).toBe(3);
      expect(outcome.states.at(-1)).toBe('RolledBack');
      await expectAsBefore();
      const report = await reportOf(outcome.run, 'fresh');
      const everything = { ...STARTS[0]?.effects, roles: COMPONENTS.map(role('fresh')) };
      expect(outcomesOf(report, 'undone', 'fresh')).toEqual(Object.values(everything).flat().sort());
    },
  );

  it('goes by the first plan when a second is made after the work began', async () => {
    known = await account.snapshot();
    let planAgain: () => Promise<unknown> = () => Promise.resolve();
    const outcome = await runFrom('grown', async (called, _event, call) => {
      if (called === 'plan-changes') planAgain = call;
      if (called !== 'verify') return call();
      await planAgain();
      throw DENIED();
    });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    await expectAsBefore();
  });

  it('changes nothing that a later run made', async () => {
    const cluster = newCluster();
    const undos: (() => Promise<unknown>)[] = [];
    await account.run(`prepare/${cluster}.tgz`, await bundleOf(cluster), (called, _event, call) => {
      if (called === 'verify') throw DENIED();
      if (called.startsWith('undo-')) undos.push(call);
      return call();
    });
    expect(undos).toHaveLength(5);
    const later = await account.run(`prepare/${cluster}.tgz`, await bundleOf(cluster));
    expect(later).toMatchObject({ status: 'SUCCEEDED' });
    known = await account.snapshot();
    for (const undo of undos) await undo();
    await expectAsBefore();
  });
});

describe('what somebody else changed while the run was at work', () => {
  interface Foreign {
    readonly what: string;
    readonly start: string;
    readonly happens: () => Promise<unknown>;
    /** What the report must list as left, and in which words. */
    readonly left: string;
    readonly detail: string | RegExp;
    /** What of the account is not as it was before. */
    readonly changed: (now: Snapshot) => unknown;
    readonly to: unknown;
    /** Brings the account back to where it was. */
    readonly repair: () => Promise<unknown>;
  }
  const foreignPolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:ListBucket'], Resource: '*' }],
  };
  const grown = (component: Component) => roleName('grown', component);
  const roleOf = (now: Snapshot, name: string) =>
    now.roles[name] as { inline: Record<string, unknown>; trust: unknown };
  const bucketOf = (now: Snapshot, name: string) =>
    now.buckets[name] as { policy: unknown; objects: Record<string, { body: string }> };
  const foreignKeys = '{"keys":[]}';
  const restoreKeys = () =>
    putObject(
      'adopted-oidc',
      'keys.json',
      bucketOf(known, 'adopted-oidc').objects['keys.json']?.body ?? '',
      ccoctlTags('adopted'),
    );

  const FOREIGN: Foreign[] = [
    {
      what: 'the permissions of a role',
      start: 'grown',
      happens: () => putPolicy(grown('ingress'), ['s3:ListBucket']),
      left: `role ${grown('ingress')}`,
      detail: 'changed by somebody else since this run, not touched: permissions',
      changed: (now) => roleOf(now, grown('ingress')).inline[grown('ingress')],
      to: foreignPolicy,
      repair: () => putPolicy(grown('ingress'), FIRST_ACTIONS),
    },
    {
      what: 'the trust policy of a role',
      start: 'grown',
      happens: () => putTrust(grown('image-registry'), foreignPolicy),
      left: `role ${grown('image-registry')}`,
      detail: 'changed by somebody else since this run, not touched: trust policy',
      changed: (now) => roleOf(now, grown('image-registry')).trust,
      to: foreignPolicy,
      repair: () => putTrust(grown('image-registry'), roleOf(known, grown('image-registry')).trust),
    },
    {
      what: 'the keys of the issuer',
      start: 'adopted',
      happens: () => putObject('adopted-oidc', 'keys.json', foreignKeys),
      left: 'issuer bucket adopted-oidc: keys.json',
      detail: 'changed by somebody else since this run; not touched',
      changed: (now) => bucketOf(now, 'adopted-oidc').objects['keys.json']?.body,
      to: foreignKeys,
      repair: restoreKeys,
    },
    {
      what: 'the policy of the issuer bucket',
      start: 'adopted',
      happens: () => putBucketPolicy('adopted-oidc', foreignPolicy),
      left: 'issuer bucket adopted-oidc: policy',
      detail: 'changed by somebody else since this run; not touched',
      changed: (now) => bucketOf(now, 'adopted-oidc').policy,
      to: foreignPolicy,
      repair: () => account.s3(REGION).send(new DeleteBucketPolicyCommand({ Bucket: 'adopted-oidc' })),
    },
    {
      what: 'a role that the run made and that has a policy of somebody else by now',
      start: 'fresh',
      happens: () => putPolicy(roleName('fresh', 'ingress'), ['s3:ListBucket'], 'of-somebody-else'),
      left: `role ${roleName('fresh', 'ingress')}`,
      detail: /^DeleteConflict/,
      changed: (now) => roleOf(now, roleName('fresh', 'ingress')).inline,
      to: { 'of-somebody-else': foreignPolicy },
      repair: async () => {
        const RoleName = roleName('fresh', 'ingress');
        await account.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'of-somebody-else' }));
        await deleteRole(RoleName);
      },
    },
    {
      what: 'a bucket that the run made and that holds an object of somebody else by now',
      start: 'fresh',
      happens: () => putObject('fresh-oidc', 'of-somebody-else', 'precious'),
      left: 'issuer bucket fresh-oidc',
      detail: /^BucketNotEmpty/,
      changed: (now) => Object.keys(bucketOf(now, 'fresh-oidc').objects),
      to: ['of-somebody-else'],
      repair: async () => {
        const s3 = account.s3(REGION);
        await s3.send(new DeleteObjectCommand({ Bucket: 'fresh-oidc', Key: 'of-somebody-else' }));
        await s3.send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' }));
      },
    },
  ];

  it.each(FOREIGN.map((foreign) => [foreign.what, foreign] as const))(
    'is left alone and reported: %s',
    async (_what, foreign) => {
      known = await account.snapshot();
      const { run, ...outcome } = await runFrom(foreign.start, async (called, _event, call) => {
        // All of the step is done when the next one begins.
        if (called !== 'verify') return call();
        await foreign.happens();
        throw DENIED();
      });
      expect(outcome).toMatchObject({ error: 'AccessDenied', cause: expect.stringContaining(foreign.left) });
      expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
      expect(foreign.changed(await account.snapshot())).toEqual(foreign.to);

      const report = await reportOf(run, foreign.start);
      expect(report.outcome).toBe('rollback-incomplete');
      expect(report.undo?.filter(({ outcome }) => outcome === 'left')).toEqual([
        {
          resource: foreign.left,
          outcome: 'left',
          detail: expect.stringMatching(foreign.detail),
          commands: expect.arrayContaining([expect.stringMatching(/^aws /)]),
        },
      ]);
      await foreign.repair();
      await expectAsBefore();
    },
  );

  it('is reported when it is a role that they deleted', async () => {
    const cluster = newCluster();
    const name = roleName(cluster, 'ingress');
    await account.run(`prepare/${cluster}.tgz`, await bundleOf(cluster));
    const { run, ...outcome } = await account.run(
      `prepare/${cluster}.tgz`,
      await bundleOf(cluster, { ingress: NEW_POLICY }),
      async (called, _event, call) => {
        if (called !== 'verify') return call();
        await deleteRole(name);
        throw DENIED();
      },
    );
    expect(outcome.states.at(-1)).toBe('RollbackIncomplete');
    expect(Object.keys((await account.snapshot()).roles)).not.toContain(name);
    expect((await reportOf(run, cluster)).undo).toContainEqual({
      resource: `role ${name}`,
      outcome: 'left',
      detail: 'deleted by somebody else since this run',
    });
  });

  const CONFLICTS: {
    readonly what: string;
    readonly start: string;
    readonly happens: () => Promise<unknown>;
    readonly error: 'ResourceConflict' | 'ChangedSincePlan';
    readonly cause: string;
    readonly stays: (now: Snapshot) => unknown;
    readonly as: unknown;
    readonly repair: () => Promise<unknown>;
  }[] = [
    {
      what: 'a role of a wanted name',
      start: 'fresh',
      happens: () => createRole(roleName('fresh', 'machine-api')),
      error: 'ResourceConflict',
      cause: `IAM role ${roleName('fresh', 'machine-api')} appeared`,
      stays: (now) => now.roles[roleName('fresh', 'machine-api')],
      as: expect.objectContaining({ tags: { owner: 'somebody else' }, inline: {} }),
      repair: () => deleteRole(roleName('fresh', 'machine-api')),
    },
    {
      what: 'a bucket of the wanted name',
      start: 'fresh',
      happens: () => createBucket('fresh-oidc'),
      error: 'ResourceConflict',
      cause: 'Bucket fresh-oidc appeared',
      stays: (now) => now.buckets['fresh-oidc'],
      as: expect.objectContaining({ objects: {}, tags: {} }),
      repair: () => account.s3(REGION).send(new DeleteBucketCommand({ Bucket: 'fresh-oidc' })),
    },
    {
      what: 'a provider of the wanted name',
      start: 'fresh',
      happens: () => createProvider('fresh-oidc', []),
      error: 'ResourceConflict',
      cause: 'IAM OIDC provider',
      stays: (now) => Object.keys(now.providers).some((arn) => arn.includes('/fresh-oidc.')),
      as: true,
      repair: () =>
        account.iam.send(
          new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerOf('fresh-oidc') }),
        ),
    },
    {
      what: 'other keys of the issuer',
      start: 'adopted',
      happens: () => putObject('adopted-oidc', 'keys.json', foreignKeys),
      error: 'ChangedSincePlan',
      cause: 'keys.json in bucket adopted-oidc',
      stays: (now) => bucketOf(now, 'adopted-oidc').objects['keys.json']?.body,
      as: foreignKeys,
      repair: restoreKeys,
    },
    {
      what: 'other permissions of a role',
      start: 'grown',
      happens: () => putPolicy(grown('ingress'), ['s3:ListBucket']),
      error: 'ChangedSincePlan',
      cause: `The permissions of IAM role ${grown('ingress')}`,
      stays: (now) => roleOf(now, grown('ingress')).inline[grown('ingress')],
      as: foreignPolicy,
      repair: () => putPolicy(grown('ingress'), FIRST_ACTIONS),
    },
    {
      what: 'another trust policy of a role',
      start: 'grown',
      happens: () => putTrust(grown('image-registry'), foreignPolicy),
      error: 'ChangedSincePlan',
      cause: `The trust policy of IAM role ${grown('image-registry')}`,
      stays: (now) => roleOf(now, grown('image-registry')).trust,
      as: foreignPolicy,
      repair: () => putTrust(grown('image-registry'), roleOf(known, grown('image-registry')).trust),
    },
  ];

  it.each(CONFLICTS.map((conflict) => [conflict.what, conflict] as const))(
    'between plan and work stops the run and is not touched: %s',
    async (_what, conflict) => {
      known = await account.snapshot();
      const outcome = await runFrom(conflict.start, async (called, _event, call) => {
        if (called === 'create-key-pair') await conflict.happens();
        return call();
      });
      expect(outcome).toMatchObject({
        error: conflict.error,
        cause: expect.stringContaining(conflict.cause),
      });
      expect(conflict.stays(await account.snapshot())).toEqual(conflict.as);
      await conflict.repair();
      await expectAsBefore();
    },
  );

  it('before the run is found by the plan, all of it at once', async () => {
    await createRole(roleName('fresh', 'ingress'));
    await createRole(roleName('fresh', 'machine-api'));
    await createProvider('fresh-oidc', [{ Key: 'owner', Value: 'somebody else' }]);
    known = await account.snapshot();
    const outcome = await runFrom('fresh');
    expect(outcome).toMatchObject({ error: 'ResourceConflict' });
    expect(outcome.states.slice(-5)).toEqual(['PlanChanges', ...BACK.slice(5), 'RolledBack']);
    for (const name of [
      roleName('fresh', 'ingress'),
      roleName('fresh', 'machine-api'),
      providerOf('fresh-oidc'),
    ])
      expect(outcome.cause).toContain(name);
    await expectAsBefore();
    await clearFresh(known);
  });
});

describe('a fault that passes', () => {
  it.each([
    'read-bundle',
    'lock',
    'plan-changes',
    'create-key-pair',
    'publish-oidc-documents',
    'register-provider',
    'create-role',
    'render-secrets',
    'verify',
    'publish-report',
    'unlock',
  ])('in %s, once before its work and once after, is retried until the cluster is prepared', async (name) => {
    const cluster = newCluster();
    const faults = ['AwsUnavailable', 'Lambda.Unknown'];
    let attempts = 0;
    const outcome = await account.run(
      `prepare/${cluster}.tgz`,
      await smallBundle(cluster),
      async (called, event, call) => {
        if (called !== name || (name === 'create-role' && !firstRole(event))) return call();
        const fault = faults[attempts];
        attempts += 1;
        if (attempts === 2) await call();
        if (fault !== undefined) throw named(fault, 'try again');
        return call();
      },
    );
    expect(attempts).toBe(3);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    await expectConverged(cluster);
  });

  it.each([
    /^PutObject output-.*\/bound-service-account-signing-key\.key$/,
    /^PutObject output-.*\/serviceaccount-signer\.public$/,
    /^CreateBucket /,
    /^PutObject .*-oidc\/keys\.json$/,
    /^PutObject .*-oidc\/\.well-known/,
    /^PutBucketPolicy /,
    /^CreateOpenIDConnectProvider /,
    /^CreateRole /,
    /^PutRolePolicy /,
    /^PutObject output-.*\/install\.tar\.gz$/,
    /^PutObject output-.*\/cluster\.json$/,
    /^PutObject output-.*\/lock$/,
    /^PutObject output-.*\/plan\.json$/,
  ])('of the way back, so that the answer to %s is lost, does no harm', async (pattern) => {
    const cluster = newCluster();
    const lost = onCall(pattern, async (send) => {
      await send();
      throw named('TimeoutError', 'No answer within 15 seconds');
    });
    const ownKey = /signing-key/.test(pattern.source);
    const outcome = await account.run(
      `prepare/${cluster}.tgz`,
      ownKey ? await bundleWithoutKey(cluster) : await smallBundle(cluster),
    );
    vi.restoreAllMocks();
    expect(lost.seen()).toBe(true);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    if (!ownKey) await expectConverged(cluster);
  });
});
