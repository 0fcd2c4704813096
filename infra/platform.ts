import { CliCredentialsStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import type { Settings } from './settings.ts';
import { ALL_PROVIDERS, IDENTITY_PROVIDERS } from './statements/providers.ts';

/** What the stack leaves out where it cannot be had. On AWS that is nothing. */
export interface Platform {
  /** Refuse requests without TLS. An emulator serves plain HTTP. */
  readonly enforceSSL: boolean;
  /** ARN pattern of the identity providers. An emulator's policy check is told of no provider, only of `*`. */
  readonly identityProviders: string;
  /** The same of the providers that are only looked at, which may be anybody's. */
  readonly allProviders: string;
  /** Boundary in the conditions of IAM statements. An emulator does not know `iam:PermissionsBoundary`; ReadBundle checks there too. */
  readonly boundaryArn: string;
  /** IAM is told source and type of an event that is sent. An emulator does not look into events. */
  readonly eventConditions: boolean;
  /** GetAccountAuthorizationDetails says all of a role. An emulator leaves out its boundary and when it was used. */
  readonly accountDetailsComplete: boolean;
  /** A state machine's ARN is what an answer with a token of it is about. An emulator's policy check is told of `*` only. */
  readonly tokensOfMachines: boolean;
  /** Queries of Logs Insights are saved. An emulator's CloudFormation has no such resource. */
  readonly savedQueries: boolean;
  /** How assets and stack are deployed. An emulator refuses the roles that `cdk bootstrap` makes for it. */
  readonly synthesizer?: IStackSynthesizer;
}

export function platformOf(settings: Settings): Platform {
  if (settings.environment === 'aws') {
    return {
      enforceSSL: true,
      identityProviders: IDENTITY_PROVIDERS,
      allProviders: ALL_PROVIDERS,
      boundaryArn: settings.requiredPermissionsBoundaryArn,
      eventConditions: true,
      accountDetailsComplete: true,
      tokensOfMachines: true,
      savedQueries: true,
    };
  }
  return {
    enforceSSL: false,
    identityProviders: '*',
    allProviders: '*',
    boundaryArn: '',
    eventConditions: false,
    accountDetailsComplete: false,
    tokensOfMachines: false,
    savedQueries: false,
    synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer, // typed less exactly than our compiler wants
  };
}
