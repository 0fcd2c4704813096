import type { DesiredRole, DesiredState } from './desired-state.ts';
import { mapping } from './field-reader.ts';
import type { RoleState } from './observed.ts';
import { type PolicyDocument, type PolicyStatement, statementsBeyond } from './policy-document.ts';
import { type GuardRules, guardStatement } from './policy-guard.ts';

/** A service account's `sub` claim, as Kubernetes writes it. */
const SERVICE_ACCOUNT = /^system:serviceaccount:[a-z0-9.-]+:[a-z0-9.-]+$/;

/** Whose tokens a role may be for. */
interface TrustedProvider {
  is(providerArn: string): boolean;
  /** As a sentence has it. */
  readonly words: string;
}

/** The issuer of a cluster, by the provider that is named for it. */
export function ofCluster({
  providerArn,
  issuer,
}: Pick<DesiredState, 'providerArn' | 'issuer'>): TrustedProvider {
  return {
    is: (arn) => arn === providerArn && hostOf(arn) === issuer.host,
    words: `the issuer ${issuer.host}`,
  };
}

/** Any issuer that the cluster's account has a provider for: a role had its trust before it became the cluster's. */
export function ofAccount({ providerArn }: Pick<DesiredState, 'providerArn'>): TrustedProvider {
  const account = providerArn.slice(0, providerArn.indexOf(PROVIDER) + PROVIDER.length);
  return { is: (arn) => arn.startsWith(account), words: 'an issuer of this account' };
}

const PROVIDER = ':oidc-provider/';

function hostOf(providerArn: string): string {
  return providerArn.slice(providerArn.indexOf(PROVIDER) + PROVIDER.length);
}

/**
 * What a role would be given that no request can ask for, a sentence each; none where all is in order. The guard has passed
 * on the bundle's requests before, but a role is made of what a record says, and whoever writes that record could say more.
 * What the role has already is not looked at: it is whoever's gave it. Pure.
 *
 * @param before The role as it is; undefined where it is to be made.
 */
export function grantsBeyond(
  { name, trust, policy }: Pick<DesiredRole, 'name'> & Pick<RoleState, 'trust' | 'policy'>,
  trusted: TrustedProvider,
  before: Pick<RoleState, 'trust' | 'policy'> | undefined,
  rules: GuardRules,
): string[] {
  const trusts = addedTo(before?.trust, trust).every((statement) =>
    isForServiceAccounts(statement, trusted.is),
  );
  const refusals = addedTo(before?.policy, policy).flatMap((statement) => refusalsOf(statement, rules));
  return [
    ...(trusts ? [] : [`IAM role ${name} would trust others than service accounts of ${trusted.words}.`]),
    ...[...new Set(refusals)].map((reason) => `IAM role ${name} would be granted too much: ${reason}`),
  ];
}

/** The statements that allow something and are not there yet. */
function addedTo(
  live: PolicyDocument | undefined,
  wanted: PolicyDocument | undefined,
): readonly PolicyStatement[] {
  return statementsBeyond(wanted, [live]).filter(({ Effect }) => Effect !== 'Deny');
}

/** Whether a statement trusts tokens of one issuer, for service accounts by name. Further conditions only restrict it. */
function isForServiceAccounts(statement: PolicyStatement, isTrusted: TrustedProvider['is']): boolean {
  const { Sid: _, Effect, Principal, Action, Condition, ...others } = statement;
  const { Federated, ...principals } = mapping(Principal);
  const [provider = '', ...more] = list(Federated).map(String);
  const subjects = list(mapping(mapping(Condition)['StringEquals'])[`${hostOf(provider)}:sub`]);
  return (
    Effect === 'Allow' &&
    Object.keys(others).length === 0 &&
    Object.keys(principals).length === 0 &&
    more.length === 0 &&
    isTrusted(provider) &&
    list(Action).every((action) => action === 'sts:AssumeRoleWithWebIdentity') &&
    subjects.length > 0 &&
    subjects.every((subject) => typeof subject === 'string' && SERVICE_ACCOUNT.test(subject))
  );
}

function refusalsOf(statement: PolicyStatement, rules: GuardRules): string[] {
  const { Effect, Action, Resource, Condition } = statement;
  const action = list(Action);
  const resources = list(Resource);
  const isWhole = [action, resources].every(
    (all) => all.length > 0 && all.every((each) => typeof each === 'string'),
  );
  if (Effect !== 'Allow' || !isWhole) return ['a statement of it does not name its actions and resources.'];
  return resources.flatMap((resource) =>
    guardStatement(
      {
        effect: 'Allow',
        action: action as string[],
        resource: resource as string,
        policyCondition: Condition,
      },
      rules,
    ).map(({ reason }) => reason),
  );
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
