import { devNull } from 'node:os';
import { delimiter } from 'node:path';
import { project } from './paths.ts';
import type { Settings } from './settings.ts';

/** Emulators accept these; AWS does not, so that no mistake can reach a real account. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** What a program needs of the caller's environment to run at all. */
const PASSED_ON =
  /^(HOME|LANG|LC_\w+|TZ|USER|LOGNAME|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|MINISTACK_\w+|LAMBDA_\w+|SFN_\w+)$/;

/** The variables that point an AWS SDK or CLI at the endpoint, with dummy credentials and no profile. */
export function awsVariables(
  settings: Settings,
  endpoint: string,
  variables: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const inherited = variables['NO_PROXY'] ?? variables['no_proxy'];
  const noProxy = ['127.0.0.1', 'localhost', ...(inherited ? [inherited] : [])].join(',');
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
    // A profile can bring credentials, a region and endpoints of its own.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A proxy would look for the emulator on its own loopback address.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

/** The caller's environment without anything of AWS, with the project's own Node first on the path. */
export function cleanEnvironment(variables: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('AWS_'),
  );
  return { ...Object.fromEntries(kept), PATH: projectPath(variables) };
}

/**
 * The emulator's environment: only what it needs, for every function inherits all of it. The functions run
 * with the first `node` on the path, which must be the project's.
 */
export function emulatorEnvironment(
  settings: Settings,
  { port, dataDirectory }: { readonly port: number; readonly dataDirectory: string },
  variables: NodeJS.ProcessEnv,
): Record<string, string> {
  const kept = Object.entries(variables).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: projectPath(variables),
    TMPDIR: dataDirectory,
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    S3_DATA_DIR: `${dataDirectory}/s3`,
    STATE_DIR: `${dataDirectory}/state`,
    MINISTACK_REGION: settings.region,
    MINISTACK_ACCOUNT_ID: settings.account,
    AUTH: String(settings.enforceIam),
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
  };
}

function projectPath(variables: NodeJS.ProcessEnv): string {
  const bin = project('node_modules', '.bin');
  const rest = (variables['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '' && entry !== bin);
  return [bin, ...rest].join(delimiter);
}
