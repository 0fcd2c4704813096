import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DISCOVERY_KEY, JWKS_KEY } from '../../core/domain/names.ts';
import { type PolicyDocument, parsePolicy } from '../../core/domain/policy-document.ts';
import { storedEntrySchema } from '../../core/domain/registry.ts';
import * as layout from '../../core/storage/layout.ts';
import { DUMMY_CREDENTIALS } from '../local/child-environment.ts';
import { clientsFor } from '../local/clients.ts';
import { ensureEnvironment } from '../local/environment.ts';
import { PROJECT, project, shared } from '../local/paths.ts';
import { run } from '../local/processes.ts';
import type { Progress } from '../local/progress.ts';
import { readSettings } from '../local/settings.ts';

const SAMPLE = project('events', 'bundles', 'demo');

/** What the pipeline made of the sample, on the emulator. */
export interface Prepared {
  readonly name: string;
  /** Where the installer's files are: `manifests` and `tls`. */
  readonly installFiles: string;
  readonly issuer: string;
  /** The host of the issuer. */
  readonly host: string;
  readonly providerArn: string;
  /** What the issuer's bucket serves, by path. */
  readonly documents: Readonly<Record<string, string>>;
  readonly roles: readonly PreparedRole[];
  /** What the output bucket has of it, by the name that `npm run verify-cluster` knows it by. */
  readonly records: Readonly<Record<string, string>>;
  /** Files of the CredentialsRequests that it was made from. */
  readonly requests: readonly string[];
}

export interface PreparedRole {
  readonly name: string;
  readonly arn: string;
  readonly namespace: string;
  readonly secret: string;
  /** Names of the service accounts that the role is for. */
  readonly serviceAccounts: readonly string[];
  /** As IAM has it. */
  readonly trust: PolicyDocument | undefined;
}

/** Prepares the sample with the client, as `npm run demo` does, and reads what came of it. */
export async function preparedCluster(
  variables: NodeJS.ProcessEnv,
  progress: Progress,
  signal: AbortSignal,
): Promise<Prepared> {
  const settings = readSettings(variables);
  const environment = await ensureEnvironment(settings, progress, signal);
  const out = shared('proof-run', 'out');
  rmSync(out, { recursive: true, force: true });
  const client = (...args: readonly string[]) =>
    run({
      program: process.execPath,
      args: [project('scripts', 'demo.ts'), ...args, '--out', out],
      cwd: PROJECT,
      env: Object.fromEntries(
        Object.entries(variables).filter((each): each is [string, string] => each[1] !== undefined),
      ),
      logFile: shared('proof-run', 'client.log'),
      signal,
    });
  progress('prepare', 'the sample, with the client');
  await client('prepare', SAMPLE);
  const [name = ''] = readdirSync(out);
  // Which says what is opened: nothing.
  await client('audit', '--cluster', name);
  const entry = storedEntrySchema.parse(JSON.parse(readFileSync(join(out, name, 'cluster.json'), 'utf8')));
  const { issuer, providerArn } = entry;
  if (issuer.type === 'existing') throw new RangeError('The sample has an issuer of its own.');
  const { endpoint, region, clients, outputBucket } = environment;
  // The bucket is in the region of the cluster.
  const document = objectReader(clientsFor(endpoint, entry.region).s3, issuer.bucket);
  const record = objectReader(clients.s3, outputBucket);
  const iam = new IAMClient({
    endpoint,
    region,
    credentials: DUMMY_CREDENTIALS,
  });
  return {
    name,
    installFiles: join(out, name, 'install'),
    issuer: issuer.url,
    host: new URL(issuer.url).host,
    providerArn,
    documents: {
      [`/${DISCOVERY_KEY}`]: await document(DISCOVERY_KEY),
      [`/${JWKS_KEY}`]: await document(JWKS_KEY),
    },
    roles: await Promise.all(
      entry.roles.map(async ({ name: RoleName, arn, secret, serviceAccounts }) => {
        const [namespace = '', secretName = ''] = secret.split('/');
        const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
        return {
          name: RoleName,
          arn,
          namespace,
          secret: secretName,
          serviceAccounts: serviceAccounts.map((subject) => subject.split(':').at(-1) ?? ''),
          trust: parsePolicy(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')),
        };
      }),
    ),
    records: {
      'cluster.json': await record(layout.registryEntry.of({ cluster: name })),
      'desired.json': await record(layout.desiredState.of({ cluster: name, run: entry.lastRun.id })),
      'audit.json': await record(layout.latestAuditOfCluster.of({ cluster: name })),
    },
    requests: readdirSync(join(SAMPLE, 'credreqs')).map((file) => join(SAMPLE, 'credreqs', file)),
  };
}

function objectReader(s3: S3Client, Bucket: string): (key: string) => Promise<string> {
  return async (Key) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };
}
