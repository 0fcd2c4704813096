import { beforeEach } from 'vitest';
import { formatJwks, publicJwk } from '../../../core/domain/oidc.ts';
import type { RegistryEntry } from '../../../core/domain/registry.ts';
import type { Report } from '../../../core/domain/report.ts';
import type { Start } from '../../faults/start-makers.ts';
import { STARTS, type StartName } from '../../faults/starts.ts';
import type { TestAccount } from '../account.ts';
import { tgzOf } from '../archives.ts';
import { clusterYaml, rsaKeyPair } from '../bundles.ts';
import { type OwnEmulator, ownEmulator } from '../own-emulator.ts';
import { type Call, type RecordingProxy, recordingProxy } from '../recording-proxy.ts';
import { type Components, OLDER_RELEASE, requestFiles } from '../upgrading.ts';

export const CLUSTER = 'demo';
export const REGION = 'us-east-2';
export const DISTRIBUTION = 'd111111abcdef8.cloudfront.net';
export const TWO: Components = { ingress: {}, 'image-registry': {} };
export const KEY = rsaKeyPair().publicKey;
const JWKS = formatJwks({ keys: [publicJwk(KEY)] });
export const REGISTRY_ENTRY = `clusters/${CLUSTER}/cluster.json`;

let emulator: OwnEmulator;
export let proxy: RecordingProxy;
export let account: TestAccount;

beforeEach(async () => {
  emulator ??= await ownEmulator();
  proxy ??= await recordingProxy(emulator.endpoint);
  proxy.onRequest = () => undefined;
  account = await emulator.account({ AWS_ENDPOINT_URL: proxy.url });
});
/** After them. */
export async function close(): Promise<void> {
  await proxy.close();
  await emulator.stop();
}

export async function given(start: StartName, jwks = JWKS): Promise<void> {
  const { make } = STARTS[start] as Start;
  await make(account, (bundle, key = 'prepare/bundle.tgz') => account.run(key, bundle), jwks);
}

export const bundleOf = (components: Components = TWO, facts = {}, files: Record<string, string> = {}) =>
  tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: REGION, release: OLDER_RELEASE, ...facts }),
    ...requestFiles(components),
    ...files,
  });

export const adopt = async (bundle: Promise<Uint8Array> = bundleOf()) =>
  account.run(`adopt/${CLUSTER}.tgz`, await bundle);
export const entry = async () =>
  JSON.parse((await account.read(REGISTRY_ENTRY)) ?? 'null') as RegistryEntry | null;
export const reportOf = async ({ run }: { readonly run: string }): Promise<Report> =>
  JSON.parse((await account.read(`clusters/${CLUSTER}/runs/${run}/report.json`)) ?? '');
/** All that a run must not change: what is known of the cluster is the registry's. */
export const everything = async () => {
  const { results, ...resources } = await account.snapshot();
  const { [REGISTRY_ENTRY]: _, ...files } = results as Record<string, unknown>;
  return { ...resources, files };
};

/** CloudFront in front of the issuer's bucket, which the emulator does not have. */
export function distribution({ headers, path }: Call) {
  if (![headers.host, headers['x-forwarded-host']].flat().some((host) => host?.includes(DISTRIBUTION)))
    return undefined;
  const issuer = `https://${DISTRIBUTION}`;
  const body = path.includes('openid-configuration')
    ? JSON.stringify({ issuer, jwks_uri: `${issuer}/keys.json` })
    : JWKS;
  return { insteadOfCall: { status: 200, body } };
}
