import { existsSync, readFileSync } from 'node:fs';
import {
  createCredentialChain,
  fromEnv,
  fromIni,
  fromNodeProviderChain,
} from '@aws-sdk/credential-providers';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions } from '@smithy/types';
import { defined } from '../../core/util/defined.ts';
import { LocalError } from '../local/local-error.ts';
import { explainMissingCredentials, explainMissingRegion, type Profiles } from './missing.ts';

/** What the caller of a CDK command says on its command line. */
export interface Asked {
  readonly profile: string | undefined;
  readonly region: string | undefined;
}

/** Sends the requests of the SDK to AWS; tests answer them themselves. */
export type Handler = Pick<NodeHttpHandler, 'handle'>;

/** As the CDK CLI has it: unset variables and empty ones are the same. */
const REGION_VARIABLES = ['AWS_REGION', 'AMAZON_REGION', 'AWS_DEFAULT_REGION', 'AMAZON_DEFAULT_REGION'];

/** AWS answers within a fraction of it. Who does not get through is left to the CDK CLI, which knows proxies. */
const AWS_LIMITS = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/**
 * Looks for credentials and a region in the places where the CDK CLI will, in its order. Throws LocalError that
 * says what is missing. Silent when only the CLI can find out: it can ask for an MFA code, and knows proxies.
 */
export async function requireCredentials(
  { profile, region }: Asked,
  handler: Handler = new NodeHttpHandler(AWS_LIMITS),
  isEc2: boolean = runsOnEc2(),
): Promise<void> {
  const variables = process.env;
  const named = profile ?? (variables['AWS_PROFILE'] || variables['AWS_DEFAULT_PROFILE'] || undefined);
  const profiles = await readProfiles();
  let undecided = false;
  const watched: Handler = {
    handle: async (request, options?: HttpHandlerOptions) => {
      try {
        const answer = await handler.handle(request, options);
        undecided ||= answer.response.statusCode === 429 || answer.response.statusCode >= 500;
        return answer;
      } catch (error) {
        undecided = true;
        throw error;
      }
    },
  };
  try {
    await credentials(profile, named, isEc2, {
      clientConfig: { requestHandler: watched, maxAttempts: 1 },
      parentClientConfig: { region: region ?? regionOf(profiles, named) ?? 'us-east-1' },
      ignoreCache: true,
      maxRetries: 1,
      // Codes are good for one use, so that the CLI is the one to ask for it.
      mfaCodeProvider: async () => {
        undecided = true;
        throw new Error('left to the CDK CLI');
      },
    });
  } catch (error) {
    if (undecided) return;
    throw explained(
      explainMissingCredentials({ profile: named, profiles, variables, failure: failureOf(error) }),
    );
  }
  // An instance knows its region, and the CLI asks it.
  if (region === undefined && !isEc2 && regionOf(profiles, named) === undefined)
    throw explained(explainMissingRegion(named));
}

/** Node quotes what it cannot parse, and that may be a token or a key. */
function failureOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /JSON/.test(message) ? 'it is not well-formed JSON.' : message;
}

type ChainOptions = Parameters<typeof fromNodeProviderChain>[0];

async function credentials(
  option: string | undefined,
  named: string | undefined,
  isEc2: boolean,
  options: ChainOptions,
): Promise<void> {
  if (option !== undefined) {
    await fromIni({ ...options, profile: option })();
    return;
  }
  // Elsewhere there is nobody to answer, and that takes seconds to find out.
  if (!isEc2) process.env['AWS_EC2_METADATA_DISABLED'] ??= 'true';
  const chain = fromNodeProviderChain({ ...options, ...defined({ profile: named }) });
  await createCredentialChain(fromEnv(), chain)();
}

async function readProfiles(): Promise<Profiles> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  return Object.fromEntries(
    [...names].map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
  );
}

function regionOf(profiles: Profiles, named = 'default'): string | undefined {
  const variable = REGION_VARIABLES.find((name) => process.env[name]);
  return variable === undefined
    ? (profiles[named]?.['region'] ?? profiles['default']?.['region'])
    : process.env[variable];
}

function explained({ message, remedy }: { readonly message: string; readonly remedy: string }): LocalError {
  return new LocalError(message, `${remedy} Then run the command again.`);
}

/** The CDK CLI asks for an instance's role where these say that there is an instance. */
function runsOnEc2(): boolean {
  return (
    startsWith('/sys/devices/virtual/dmi/id/board_asset_tag', 'i-') ||
    startsWith('/sys/hypervisor/uuid', 'ec2')
  );
}

function startsWith(file: string, prefix: string): boolean {
  try {
    return existsSync(file) && readFileSync(file, 'utf8').trim().toLowerCase().startsWith(prefix);
  } catch {
    // There, and not to be read: then it may be one.
    return true;
  }
}
