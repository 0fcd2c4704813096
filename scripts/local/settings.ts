import { LocalError } from './local-error.ts';

/** What the caller's environment variables ask for. */
export interface Settings {
  readonly region: string;
  readonly account: string;
  /** An endpoint the user runs; nothing is started then. */
  readonly endpoint: string | undefined;
  /** The one port the emulator may use. */
  readonly port: number | undefined;
  /** Whether the emulator checks signatures and enforces IAM policies. */
  readonly enforceIam: boolean;
  /** `AWS_ENDPOINT_URL_<SERVICE>` variables, which the functions get. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  /** Whether the STS of the functions verifies tokens; an emulator's does not. */
  readonly tokenVerifier: 'none' | 'local';
}

/** The account that local AWS emulators play. */
const EMULATED_ACCOUNT = '000000000000';
const SERVICE_ENDPOINT = /^AWS_ENDPOINT_URL_[A-Z0-9_]+$/;

/** Reads the settings of the local environment. Throws LocalError for a value that cannot be used. */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const endpoint = variables['AWS_ENDPOINT_URL'] || undefined;
  if (endpoint !== undefined) checkEndpoint('AWS_ENDPOINT_URL', endpoint);
  const serviceEndpoints: Record<string, string> = {};
  for (const name of Object.keys(variables).sort()) {
    const value = variables[name];
    if (!SERVICE_ENDPOINT.test(name) || !value) continue;
    checkEndpoint(name, value);
    serviceEndpoints[name] = value;
  }
  return {
    region: variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || 'us-east-1',
    account: EMULATED_ACCOUNT,
    endpoint: endpoint?.replace(/\/+$/, ''),
    port: readPort(variables['STS_PREP_PORT']),
    enforceIam: variables['STS_PREP_AUTH'] === 'true',
    serviceEndpoints,
    tokenVerifier: 'none',
  };
}

function readPort(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port < 1 || port > 65_535)
    throw new LocalError(
      `STS_PREP_PORT is ${JSON.stringify(value)}, which is not a port between 1 and 65535.`,
    );
  return port;
}

function checkEndpoint(name: string, value: string): void {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new LocalError(`${name} is ${JSON.stringify(value)}, which is not an http(s) address.`);
  // The local environment is a playground: it must not even try to reach a real account.
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(url.hostname))
    throw new LocalError(
      `${name} names AWS itself (${url.hostname}); the local environment works with emulators only.`,
      `Unset ${name} to use the emulator that comes with the project, or use \`npm run deploy\` for AWS.`,
    );
}
