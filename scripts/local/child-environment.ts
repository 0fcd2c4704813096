import { devNull } from 'node:os';
import { delimiter } from 'node:path';
import { project } from './paths.ts';
import type { Settings } from './settings.ts';

/** Emulators accept these; AWS does not, so that no mistake can reach a real account. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** What a program needs of the caller's environment to run at all; SFN_WAIT_SCALE is how tests shorten waits. */
const PASSED_ON =
  /^(HOME|LANG|LC_\w+|TZ|USER|LOGNAME|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|SFN_WAIT_SCALE)$/;

/** With these Node's own clients use the proxy of the environment, also for addresses of this machine. */
const PROXY_SWITCH = { variable: 'NODE_USE_ENV_PROXY', option: /(^|\s)--use-env-proxy(?=\s|$)/g };

/**
 * Takes out of this process's environment whatever would lead AWS clients or Node's own elsewhere than to the
 * endpoint they are given: accounts, profiles, endpoints, FIPS, dual stack and the use of a proxy. Processes that
 * are started from now on inherit that. Returns the environment as the caller gave it, which settings are read
 * from.
 */
export function isolate(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const given = { ...environment };
  for (const name of Object.keys(environment))
    if (name.startsWith('AWS_') || name === PROXY_SWITCH.variable) delete environment[name];
  const { NODE_OPTIONS: options } = environment;
  if (options !== undefined) environment['NODE_OPTIONS'] = options.replaceAll(PROXY_SWITCH.option, '');
  Object.assign(environment, isolation(given));
  return given;
}

/** No profile, no role of the machine and no proxy for this machine. */
function isolation(given: NodeJS.ProcessEnv): Record<string, string> {
  const inherited = given['NO_PROXY'] ?? given['no_proxy'];
  const noProxy = ['127.0.0.1', 'localhost', ...(inherited ? [inherited] : [])].join(',');
  return {
    // A profile can bring credentials, a region, endpoints, FIPS and dual stack.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A proxy would look for the emulator on its own loopback address.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

/** The variables that point an AWS SDK or CLI at the endpoint, with dummy credentials and no profile. */
export function awsVariables(
  settings: Settings,
  endpoint: string,
  variables: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return {
    ...isolation(variables),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
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
