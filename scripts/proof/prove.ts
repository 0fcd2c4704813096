import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type ClusterCheckReport, clusterCheckReportSchema } from '../../core/domain/cluster-check/report.ts';
import { AUDIENCES, JWKS_KEY, serviceAccountSubject } from '../../core/domain/names.ts';
import { trusts } from '../../core/domain/policy/trust.ts';
import { project } from '../local/paths.ts';
import type { Progress } from '../local/progress.ts';
import type { Cluster } from './cluster.ts';
import { apply, BREAKAGES, CHECKS, makeRunning, namespaceOf, serviceAccountOf } from './objects.ts';
import type { Prepared } from './prepared.ts';
import type { Tools } from './tools.ts';

/** Something that was tried, how often, and where it was not so. */
export interface Claim {
  readonly claim: string;
  readonly times: number;
  readonly wrong: readonly string[];
}

export interface Proof {
  readonly apiServer: string;
  readonly claims: readonly Claim[];
}

/** Who signed, for what, and what came of it. */
interface Token {
  readonly namespace: string;
  readonly account: string;
  readonly audience: string;
  readonly token: string;
}

const STRANGER = { namespace: 'default', account: 'stranger' };
/** What no provider of a cluster takes: that of another service, and the API server's own. */
const OTHER_AUDIENCES = ['vault'];

/** Tries everything in a cluster; what is not so is in the claims, and does not stop the others. */
export async function prove(
  tools: Tools,
  prepared: Prepared,
  cluster: Cluster,
  progress: Progress,
): Promise<Proof> {
  const claims: Claim[] = [];
  const claim = async (text: string, tried: Promise<Omit<Claim, 'claim'>>) => {
    const found = await tried;
    claims.push({ claim: text, ...found });
    progress(found.wrong.length === 0 ? 'proved' : 'NOT SO', `${text} (${found.times})`);
    for (const wrong of found.wrong) progress('', wrong);
  };
  for (const definition of tools.definitions)
    await cluster.kubectl(['apply', '--server-side', '-f', definition]);
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all']);
  const namespaces = new Set([
    ...prepared.roles.map(({ namespace }) => namespace),
    'openshift-cloud-credential-operator',
    'openshift-stranger',
  ]);
  await apply(cluster, [...namespaces].map(namespaceOf));
  await apply(cluster, [
    serviceAccountOf(STRANGER.namespace, STRANGER.account),
    ...prepared.roles.flatMap(({ namespace, serviceAccounts }) =>
      serviceAccounts.map((account) => serviceAccountOf(namespace, account)),
    ),
  ]);

  await claim(
    'The API server takes each manifest, with strict validation and OpenShift’s own definitions',
    manifests(prepared, cluster),
  );
  await claim('Its JWKS is the one that the pipeline published, value by value', jwks(prepared, cluster));

  const tokens = await tokensOf(prepared, cluster);
  const own = tokens.filter(({ account, audience }) => account !== STRANGER.account && isTaken(audience));
  for (const [verifier, verify] of verifiers(tools, prepared, cluster)) {
    await claim(
      `${verifier} verifies the tokens of every service account by the documents that the pipeline published`,
      verified(own, verify),
    );
    await claim(`${verifier} refuses them for another audience`, refused(own, verify));
  }
  await claim(
    'Of all pairs of token and role, the trust policies allow those of a component and its role, and no other',
    trustMatrix(tokens, prepared),
  );

  await makeRunning(cluster, prepared);
  await cluster.kubectl(['apply', '--server-side', ...prepared.requests.flatMap((file) => ['-f', file])]);
  for (const gone of await requestsOfOthers(prepared, cluster))
    await cluster.kubectl([
      'delete',
      'credentialsrequest',
      gone,
      '-n',
      'openshift-cloud-credential-operator',
    ]);
  await claim(
    '`sts-prep verify-cluster` finds nothing wrong in it, and nothing unknown',
    clean(tools, prepared, cluster),
  );
  for (const check of CHECKS)
    await claim(
      `\`sts-prep verify-cluster\` finds it where ${BREAKAGES[check].what}, and nothing else`,
      broken(check, tools, prepared, cluster),
    );
  return { apiServer: tools.apiServerVersion, claims };
}

async function manifests({ installFiles }: Prepared, cluster: Cluster): Promise<Omit<Claim, 'claim'>> {
  const folder = join(installFiles, 'manifests');
  const files = readdirSync(folder).map((file) => join(folder, file));
  const wrong: string[] = [];
  for (const file of files) {
    try {
      await cluster.kubectl(['apply', '--server-side', '--validate=strict', '-f', file]);
    } catch (error) {
      wrong.push(`${file.split('/').at(-1)}: ${(error as Error).message}`);
    }
  }
  return { times: files.length, wrong };
}

const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

async function jwks({ documents }: Prepared, cluster: Cluster): Promise<Omit<Claim, 'claim'>> {
  const own = keySet.parse(JSON.parse(await cluster.kubectl(['get', '--raw', '/openid/v1/jwks'])));
  const published = keySet.parse(JSON.parse(documents[`/${JWKS_KEY}`] ?? ''));
  const wrong = isDeepStrictEqual(own, published)
    ? []
    : [`published ${JSON.stringify(published)}, and the server has ${JSON.stringify(own)}`];
  return { times: published.keys.length, wrong };
}

/** Tokens of the server for every service account and a stranger, for the audiences of STS and others. */
async function tokensOf({ roles }: Prepared, cluster: Cluster): Promise<readonly Token[]> {
  const accounts = [
    ...roles.flatMap(({ namespace, serviceAccounts }) =>
      serviceAccounts.map((account) => ({ namespace, account })),
    ),
    STRANGER,
  ];
  const tokens: Token[] = [];
  for (const { namespace, account } of accounts)
    for (const audience of [...AUDIENCES, ...OTHER_AUDIENCES]) {
      const args = ['create', 'token', account, '-n', namespace, `--audience=${audience}`];
      tokens.push({ namespace, account, audience, token: (await cluster.kubectl(args)).trim() });
    }
  return tokens;
}

function isTaken(audience: string): boolean {
  return (AUDIENCES as readonly string[]).includes(audience);
}

type Verify = (
  questions: readonly { readonly token: string; readonly audience: string }[],
) => Promise<string[]>;

/** Programs that others wrote; each looks the documents up under the host of the issuer. */
function verifiers(
  { goVerifier, python }: Tools,
  { issuer }: Prepared,
  { issuer: { port, authority } }: Cluster,
): readonly (readonly [string, Verify])[] {
  const asking =
    (program: string, args: readonly string[]): Verify =>
    async (questions) =>
      z.array(z.string()).parse(JSON.parse(await output(program, args, JSON.stringify(questions))));
  return [
    ['go-oidc', asking(goVerifier, [issuer, `127.0.0.1:${port}`, authority])],
    ['PyJWT', asking(python, [project('scripts', 'proof', 'verify.py'), issuer, String(port), authority])],
  ];
}

async function verified(tokens: readonly Token[], verify: Verify): Promise<Omit<Claim, 'claim'>> {
  const errors = await verify(tokens.map(({ token, audience }) => ({ token, audience })));
  return { times: tokens.length, wrong: namedErrors(tokens, errors) };
}

async function refused(tokens: readonly Token[], verify: Verify): Promise<Omit<Claim, 'claim'>> {
  const errors = await verify(tokens.map(({ token }) => ({ token, audience: 'elsewhere' })));
  const taken = errors.map((error) => (error === '' ? 'was taken' : ''));
  return { times: tokens.length, wrong: namedErrors(tokens, taken) };
}

function namedErrors(tokens: readonly Token[], errors: readonly string[]): readonly string[] {
  return tokens.flatMap(({ namespace, account, audience }, index) =>
    errors[index] === '' ? [] : [`${namespace}/${account} for ${audience}: ${errors[index] ?? 'no answer'}`],
  );
}

const claims = z.object({ sub: z.string(), aud: z.array(z.string()), iss: z.string() });

/** Every token against the trust of every role, as IAM has it. */
async function trustMatrix(
  tokens: readonly Token[],
  { roles, host, providerArn }: Prepared,
): Promise<Omit<Claim, 'claim'>> {
  const wrong: string[] = [];
  for (const { namespace, account, audience, token } of tokens) {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { sub, aud } = claims.parse(JSON.parse(payload));
    for (const role of roles) {
      const isOwn =
        role.namespace === namespace &&
        role.serviceAccounts.includes(account) &&
        sub === serviceAccountSubject(namespace, account);
      // STS itself takes no audience that the provider does not have.
      const isAudience = aud.every(isTaken) && isTaken(audience);
      const { answer } = trusts(role.trust, { providerArn, host, subject: sub, audience: aud[0] ?? '' });
      const allowed = answer === 'yes' && isAudience;
      if (answer === 'unknown' || allowed !== (isOwn && isAudience))
        wrong.push(`${sub} for ${audience} and ${role.name}: ${answer}`);
    }
  }
  return { times: tokens.length * roles.length, wrong };
}

/** Requests of the sample that do not count, as those of other clouds, are not in a cluster on AWS. */
async function requestsOfOthers({ roles }: Prepared, cluster: Cluster): Promise<readonly string[]> {
  const list = z.object({
    items: z.array(
      z.object({
        metadata: z.object({ name: z.string() }),
        spec: z.object({ secretRef: z.object({ namespace: z.string(), name: z.string() }) }),
      }),
    ),
  });
  const { items } = list.parse(
    JSON.parse(await cluster.kubectl(['get', 'credentialsrequests', '-A', '-o', 'json'])),
  );
  const isPrepared = ({ namespace, name }: { namespace: string; name: string }) =>
    roles.some((role) => role.namespace === namespace && role.secret === name);
  return items.filter(({ spec }) => !isPrepared(spec.secretRef)).map(({ metadata }) => metadata.name);
}

async function clean(tools: Tools, prepared: Prepared, cluster: Cluster): Promise<Omit<Claim, 'claim'>> {
  const { results } = await verifyCluster(tools, prepared, cluster);
  const bad = results.filter(({ outcome }) => outcome === 'finding' || outcome === 'unknown');
  return { times: results.length, wrong: bad.map(told) };
}

async function broken(
  check: (typeof CHECKS)[number],
  tools: Tools,
  prepared: Prepared,
  cluster: Cluster,
): Promise<Omit<Claim, 'claim'>> {
  const { make, mend } = BREAKAGES[check];
  await make(cluster, prepared);
  const { results } = await verifyCluster(tools, prepared, cluster);
  await mend(cluster, prepared);
  const findings = results.filter(({ outcome }) => outcome === 'finding');
  const others = findings.filter((finding) => finding.check !== check).map(told);
  const missed = findings.length === others.length ? [`${check}: it was not found`] : [];
  return { times: 1, wrong: [...missed, ...others] };
}

function told({ check, subject, detail = '' }: ClusterCheckReport['results'][number]): string {
  return `${check}, ${subject}: ${detail}`;
}

/** The client's own command, against the cluster. */
async function verifyCluster(
  { kubectl }: Tools,
  { name }: Prepared,
  { kubeconfig }: Cluster,
): Promise<ClusterCheckReport> {
  const args = [project('scripts', 'demo.ts'), 'verify-cluster', name, '--kubeconfig', kubeconfig, '--json'];
  const path = [join(kubectl, '..'), process.env['PATH'] ?? ''].join(':');
  const lines = (await output(process.execPath, args, '', path)).trim().split('\n');
  const event = lines
    .map((line) => JSON.parse(line) as { event?: string })
    .find((each) => each.event === 'verified-cluster');
  return clusterCheckReportSchema.parse(event);
}

/** What a program prints. Its exit code says what it found, so that it is no failure of it. */
function output(program: string, args: readonly string[], input: string, path?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        maxBuffer: 64 * 1_024 * 1_024,
        env: { ...process.env, ...(path === undefined ? {} : { PATH: path }) },
      },
      (error, stdout, stderr) =>
        stdout === ''
          ? reject(new Error(stderr || error?.message || 'It printed nothing.'))
          : resolve(stdout),
    );
    child.stdin?.end(input);
  });
}
