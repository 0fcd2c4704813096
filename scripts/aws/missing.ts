/** The settings of every profile in the AWS configuration and credentials files. */
export type Profiles = Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;

/** What is known when no credentials were found. */
export interface Search {
  /** The profile that an option or variable names. */
  readonly profile: string | undefined;
  readonly profiles: Profiles;
  readonly variables: NodeJS.ProcessEnv;
  /** What the last place that was looked at says. */
  readonly failure: string;
}

/** What is missing, and what to do about it; never a value of a credential. */
export interface Explanation {
  readonly message: string;
  readonly remedy: string;
}

/** Says why there are no credentials. The first cause that fits is the one that the SDK stumbled over. */
export function explainMissingCredentials(search: Search): Explanation {
  const causes = [noSuchProfile, halfAKeyPair, session, process, role, webIdentity, container, profileAlone];
  for (const cause of causes) {
    const explanation = cause(search);
    if (explanation !== undefined) return explanation;
  }
  return {
    message:
      'There are no AWS credentials: neither in environment variables nor in ~/.aws, and no role is attached.',
    remedy:
      'Run `aws configure sso` or `aws configure`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ' +
      '(with AWS_SESSION_TOKEN where the keys are temporary).',
  };
}

/** Says that no region was found. */
export function explainMissingRegion(profile: string | undefined): Explanation {
  return {
    message: 'There are AWS credentials, but no region is set, and the stack must not land in just any.',
    remedy: `Run \`export AWS_REGION=<region>\`, or \`aws configure set region <region>${forProfile(profile)}\`.`,
  };
}

type Cause = (search: Search) => Explanation | undefined;

const noSuchProfile: Cause = ({ profile, profiles }) => {
  if (profile === undefined || profiles[profile] !== undefined) return undefined;
  const names = Object.keys(profiles).filter((name) => !/^(sso-session|services)\./.test(name));
  return {
    message: `There is no AWS profile ${JSON.stringify(profile)}, which AWS_PROFILE or --profile names.`,
    remedy:
      (names.length === 0 ? 'There is none at all: m' : `Name one of these: ${names.join(', ')}; or m`) +
      `ake it with \`aws configure sso --profile ${profile}\` or \`aws configure --profile ${profile}\`.`,
  };
};

const KEY_PAIR = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

const halfAKeyPair: Cause = ({ profile, variables }) => {
  const [set, ...both] = KEY_PAIR.filter((name) => variables[name]);
  if (profile !== undefined || set === undefined || both.length > 0) return undefined;
  const missing = KEY_PAIR.find((name) => name !== set);
  return { message: `${set} is set, but ${missing} is not.`, remedy: `Set ${missing} too, or unset ${set}.` };
};

const session: Cause = ({ profile, profiles, failure }) => {
  const isLogin = profiles[profile ?? 'default']?.['login_session'] !== undefined;
  const [login] = isLogin ? ['aws login'] : (/\baws sso login\b/.exec(failure) ?? []);
  if (login === undefined) return undefined;
  return {
    message: `The ${isLogin ? 'login' : 'SSO'} session of AWS profile "${profile ?? 'default'}" has expired, or was never begun.`,
    remedy: `Run \`${login}${forProfile(profile)}\`.`,
  };
};

/** Its output and even its command line may hold secrets: neither is repeated. */
const process: Cause = ({ profile = 'default', profiles }) =>
  profiles[profile]?.['credential_process'] === undefined
    ? undefined
    : {
        message: `The credential_process of AWS profile "${profile}" gives no credentials.`,
        remedy: 'Run the command that ~/.aws/config has there by hand to see why, and fix it.',
      };

const role: Cause = ({ profile = 'default', profiles, failure }) => {
  const arn = profiles[profile]?.['role_arn'];
  return arn === undefined
    ? undefined
    : {
        message: `AWS profile "${profile}" cannot assume the role ${arn}: ${failure}`,
        remedy:
          "Look at the profile's source_profile or credential_source, and at the trust policy of the role.",
      };
};

const webIdentity: Cause = ({ variables, failure }) => {
  const file = variables['AWS_WEB_IDENTITY_TOKEN_FILE'];
  return file
    ? {
        message: `The web identity token ${file} (AWS_WEB_IDENTITY_TOKEN_FILE) gives no credentials: ${failure}`,
        remedy: 'AWS_ROLE_ARN must name a role that trusts the token, and the file must be there to be read.',
      }
    : undefined;
};

const CONTAINER = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];

const container: Cause = ({ variables, failure }) => {
  const name = CONTAINER.find((each) => variables[each]);
  return name === undefined
    ? undefined
    : {
        message: `The container's credentials service (${name}) gives no credentials: ${failure}`,
        remedy: `Attach a role to the task or pod, or unset ${name} to use other credentials.`,
      };
};

/** Profiles may hold no more than a region; that of nobody's choice is then as good as none. */
const profileAlone: Cause = ({ profile, profiles, failure }) => {
  const chosen = profile ?? 'default';
  const hasNone = /^Could not (load|resolve) credentials/.test(failure);
  if (profiles[chosen] === undefined || (profile === undefined && hasNone)) return undefined;
  return {
    message: `AWS profile "${chosen}" gives no credentials${hasNone ? '.' : `: ${failure}`}`,
    remedy: `Complete it with \`aws configure sso --profile ${chosen}\` or \`aws configure --profile ${chosen}\`.`,
  };
};

function forProfile(profile: string | undefined): string {
  return profile === undefined ? '' : ` --profile ${profile}`;
}
