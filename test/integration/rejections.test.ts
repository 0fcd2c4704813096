import { afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { REJECTIONS } from '../../core/domain/problem.ts';
import { type Report, reportSchema } from '../../core/domain/report.ts';
import { type Snapshot, type TestAccount, testAccount } from '../support/account.ts';
import { tarOf, zipOf } from '../support/archives.ts';
import {
  bundle,
  bundleFiles,
  bundleWithCluster,
  bundleWithRequest,
  CLUSTER_FILE,
  clusterYaml,
  installConfig,
  PUBLIC_KEY_FILE,
  PULL_SECRET,
  publicPem,
  request,
  statement,
} from '../support/bundles.ts';
import { archives } from './rejections/archives.ts';
import { signingKey } from './rejections/bad-bundle.ts';
import { HALFWAY, identities } from './rejections/clusters.ts';
import { deletions, REFUSED_BY_THE_ACCOUNT } from './rejections/deletions.ts';
import { publicKeys } from './rejections/public-keys.ts';
import { requests } from './rejections/requests.ts';
import { targets } from './rejections/targets.ts';
import { uploads } from './rejections/uploads.ts';
import { yaml } from './rejections/yaml.ts';

let account: TestAccount;
let prepared: Snapshot;

const BAD_BUNDLES = [...uploads, ...archives, ...yaml, ...identities, ...publicKeys, ...requests, ...targets];

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  const good = await account.run(
    'prepare/demo.tgz',
    await bundle({
      [CLUSTER_FILE]: clusterYaml({ release: '4.20.3' }),
      [PUBLIC_KEY_FILE]: publicPem(signingKey.publicKey),
    }),
  );
  expect(good).toMatchObject({ status: 'SUCCEEDED' });
  const halfway = await account.run(
    `create-key-pair/${HALFWAY}.tgz`,
    await bundleWithCluster({ name: HALFWAY, release: '4.20.3' }),
  );
  expect(halfway).toMatchObject({ status: 'SUCCEEDED' });
  prepared = await account.snapshot();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a bad bundle is rejected, nothing is made, and the report says why', () => {
  it.each(BAD_BUNDLES.map((bad) => [bad.error, bad.title, bad] as const))(
    '%s: %s',
    async (_error, _title, { key = 'prepare/bundle.tgz', error, problems, ...bad }) => {
      for (const [name, value] of Object.entries(bad.settings ?? {})) vi.stubEnv(name, value);
      const called: string[] = [];
      const outcome = await account.run(key, await bad.bundle(), async (name, event, call) => {
        called.push(name);
        const { versionId = '' } = (event as { bundle: { versionId?: string } }).bundle;
        await bad.meanwhile?.(account, key, versionId);
        return call();
      });

      expect(outcome).toMatchObject({ status: 'FAILED', error });
      expect(outcome.states).toEqual(['ReadBundle', 'IsBundleAccepted', 'BundleRejected']);
      expect(called).toEqual(['read-bundle']);
      expect(await account.snapshot()).toEqual(prepared);

      const { report, text, keys } = await readReport(outcome.run);
      // Of a run that does not know its cluster there is no page.
      const page = keys.some((written) => written.startsWith('rejected/')) ? [] : ['report.html'];
      expect(keys.map((written) => written.split('/').at(-1))).toEqual([...page, 'report.json', 'report.md']);
      expect(report).toMatchObject({ outcome: 'rejected', error: { name: error, cause: outcome.cause } });
      expect(report.problems.map(location)).toEqual(
        problems.map(({ says: _, ...expected }) => ({ code: error, ...expected })),
      );
      for (const [index, problem] of report.problems.entries()) {
        const { message, remedy } = problem;
        expect(message).not.toBe('');
        expect(remedy).not.toBe('');
        expect(outcome.cause).toContain(`${message} ${remedy}`);
        expect(`${message} ${remedy}`).toMatch(problems[index]?.says ?? '');
      }
      for (const secret of [PULL_SECRET, 'PRIVATE KEY-----']) {
        expect(`${outcome.cause}${text}`).not.toContain(secret);
      }
    },
  );

  it('covers every name a bundle can be rejected with', () => {
    const errors = [...BAD_BUNDLES, ...deletions].map(({ error }) => error);
    expect([...new Set([...errors, ...REFUSED_BY_THE_ACCOUNT])].sort()).toEqual(
      Object.keys(REJECTIONS).sort(),
    );
  });

  it('cuts a long cause, and the report still lists every problem', async () => {
    const actions = Array.from({ length: 100 }, (_, index) => `iam:Nonsense${index}`);
    const outcome = await account.run(
      'prepare/bundle.tgz',
      await bundleWithRequest(statement({ action: actions })),
    );
    const { report } = await readReport(outcome.run);
    // One for each action, and first the one that says what can be done about all of them.
    expect(report.problems).toHaveLength(101);
    expect(outcome.cause).toMatch(
      /^The policy guard refuses 100 actions of a request\..*npm run deploy -- -c \S+\n/,
    );
    expect(outcome.cause?.length).toBeLessThan(9_000);
    expect(outcome.cause).toMatch(/… and \d+ more; the report lists all 101\.$/);
  });
});

/** The report of a rejected bundle, as JSON and as all of its text, and the keys of all that its run wrote. */
async function readReport(run: string) {
  const keys = (await account.keys()).filter((key) => key.includes(`/${run}/`));
  const read = async (name: string) =>
    (await account.read(keys.find((key) => key.endsWith(`/${name}`)) ?? name)) ?? '';
  const [json, markdown] = await Promise.all([read('report.json'), read('report.md')]);
  const report = reportSchema.parse(JSON.parse(json));
  return { report: { ...report, problems: report.problems ?? [] }, text: json + markdown, keys };
}

type ReportedProblem = NonNullable<Report['problems']>[number];

function location({ message: _message, remedy: _remedy, ...rest }: ReportedProblem): object {
  return rest;
}

interface GoodBundle {
  readonly title: string;
  readonly key: string;
  readonly files?: Record<string, string | undefined>;
  readonly bytes?: () => Uint8Array | Promise<Uint8Array>;
  readonly cluster: { readonly name: string; readonly region: string };
  readonly warning?: RegExp;
}

const noClusterYaml = { [CLUSTER_FILE]: undefined };

const GOOD_BUNDLES: GoodBundle[] = [
  {
    title: 'cluster.yaml',
    key: 'prepare/any.tgz',
    files: { [CLUSTER_FILE]: clusterYaml({ name: 'from-config', region: 'eu-west-1' }) },
    cluster: { name: 'from-config', region: 'eu-west-1' },
  },
  {
    title: 'cluster.yml in a folder',
    key: 'prepare/team-a/any.tgz',
    files: { ...noClusterYaml, 'conf/cluster.yml': clusterYaml({ name: 'from-yml' }) },
    cluster: { name: 'from-yml', region: 'us-east-2' },
  },
  {
    title: 'install-config.yaml',
    key: 'prepare/any.tgz',
    files: {
      ...noClusterYaml,
      'install-config.yaml': installConfig({
        'metadata.name': 'from-installer',
        'platform.aws.region': 'us-west-2',
      }),
    },
    cluster: { name: 'from-installer', region: 'us-west-2' },
  },
  {
    title: 'install-config.yaml without a credentials mode',
    key: 'prepare/any.tgz',
    files: {
      ...noClusterYaml,
      'install-config.yaml': installConfig({ 'metadata.name': 'no-mode', credentialsMode: undefined }),
    },
    cluster: { name: 'no-mode', region: 'us-east-2' },
    warning: /credentialsMode/,
  },
  {
    title: 'the key, in a region of the first SDK',
    key: 'prepare/us-east-1/from-key.tgz',
    files: noClusterYaml,
    cluster: { name: 'from-key', region: 'us-east-1' },
  },
  {
    title: 'the key of a .tar.gz',
    key: 'prepare/ap-southeast-2/from-tar-gz.tar.gz',
    files: noClusterYaml,
    cluster: { name: 'from-tar-gz', region: 'ap-southeast-2' },
  },
  {
    title: 'the key of a .zip',
    key: 'prepare/us-east-2/from-zip.zip',
    bytes: () => zipOf(bundleFiles({ ...noClusterYaml, ...publicKey() })),
    cluster: { name: 'from-zip', region: 'us-east-2' },
  },
  {
    title: 'the key of a .tar',
    key: 'prepare/us-east-2/from-tar.tar',
    bytes: () => tarOf(bundleFiles({ ...noClusterYaml, ...publicKey() })),
    cluster: { name: 'from-tar', region: 'us-east-2' },
  },
  {
    title: 'the key of a single YAML file, whose key pair the pipeline makes',
    key: 'prepare/us-east-2/from-yaml.YAML',
    bytes: () => Buffer.from(request()),
    cluster: { name: 'from-yaml', region: 'us-east-2' },
  },
  {
    title: 'cluster.yaml and the key together, each with its part',
    key: 'prepare/us-east-2/both.tgz',
    files: { [CLUSTER_FILE]: 'release: "4.20.3"\n' },
    cluster: { name: 'both', region: 'us-east-2' },
  },
  {
    title: 'all three sources when they agree',
    key: 'prepare/us-east-2/agreed.tgz',
    files: {
      [CLUSTER_FILE]: clusterYaml({ name: 'agreed' }),
      'install-config.yaml': installConfig({ 'metadata.name': 'agreed' }),
    },
    cluster: { name: 'agreed', region: 'us-east-2' },
  },
  {
    title: 'an empty cluster.yaml and the key',
    key: 'prepare/us-east-2/empty-config.tgz',
    files: { [CLUSTER_FILE]: '# to be filled in\n' },
    cluster: { name: 'empty-config', region: 'us-east-2' },
  },
];

function publicKey(): Record<string, string> {
  return { [PUBLIC_KEY_FILE]: publicPem(signingKey.publicKey) };
}

describe('a cluster is prepared under the name and in the region that its bundle gives', () => {
  it.each(GOOD_BUNDLES.map((good) => [good.title, good] as const))(
    'by %s',
    async (_title, { key, files, bytes, cluster, warning }) => {
      const outcome = await account.run(
        key,
        (await bytes?.()) ?? (await bundle({ ...files, ...publicKey() })),
      );
      expect(outcome).toMatchObject({ status: 'SUCCEEDED' });

      const { report, text } = await readReport(outcome.run);
      expect(report).toMatchObject({ outcome: 'prepared', cluster });
      expect(report.warnings.join('\n')).toMatch(warning ?? '');
      expect(text).not.toContain(PULL_SECRET);
      const registry = JSON.parse((await account.read(`clusters/${cluster.name}/cluster.json`)) ?? '');
      expect(registry).toMatchObject(cluster);
      const { buckets, roles } = await account.snapshot();
      expect(buckets[`${cluster.name}-oidc`]).toMatchObject({ location: cluster.region });
      expect(Object.keys(roles)).toContain(`${cluster.name}-openshift-ingress-operator-cloud-credentials`);
    },
  );
});
