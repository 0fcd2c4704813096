import type { PolicyDocument } from '../policy-document.ts';
import { type Condition, conditionHolds, show } from './conditions.ts';
import { namesAction, readStatements, type Selection, type Statement } from './statements.ts';

export interface TrustQuestion {
  readonly providerArn: string;
  /** What the condition keys of the provider begin with, e.g. `demo-oidc.s3.us-east-2.amazonaws.com`. */
  readonly host: string;
  readonly subject: string;
  readonly audience: string;
}

export type TrustAnswer =
  | { readonly answer: 'yes' }
  | { readonly answer: 'no'; readonly reason: string }
  | { readonly answer: 'unknown'; readonly reason: string };

type Answer = TrustAnswer['answer'];

const ACTION = 'sts:assumerolewithwebidentity';

/**
 * Whether a token with this subject and audience from this provider may assume the role
 * (sts:AssumeRoleWithWebIdentity). Known of the request are `<host>:sub`, `<host>:aud` and that there is no
 * `<host>:amr`; what hangs on another key cannot be told. Never throws for JSON data, whatever its shape.
 */
export function trusts(trust: PolicyDocument | undefined, question: TrustQuestion): TrustAnswer {
  if (trust === undefined) return { answer: 'unknown', reason: 'the trust policy could not be read' };
  const judged = readStatements(trust, 'trust').map((statement) => ({
    statement,
    ...applies(statement, question),
  }));
  const denies = judged.filter(({ statement }) => statement.effect !== 'Allow');
  const allows = judged.filter(({ statement }) => statement.effect !== 'Deny');

  if (denies.some(({ statement, answer }) => statement.effect === 'Deny' && answer === 'yes')) {
    return { answer: 'no', reason: 'denied by a Deny statement' };
  }
  const allowed = allows.some(({ statement, answer }) => statement.effect === 'Allow' && answer === 'yes');
  if (!allowed && allows.every(({ answer }) => answer === 'no')) {
    const reasons = [...new Set(allows.map(({ reason }) => reason))];
    return { answer: 'no', reason: reasons.join('; ') || 'no statement allows anything' };
  }
  const doubt = (allowed ? denies : allows).find(({ answer }) => answer !== 'no');
  if (doubt === undefined) return { answer: 'yes' };
  return {
    answer: 'unknown',
    reason: `${allowed ? 'a Deny statement may deny it' : 'a statement may allow it'}: ${doubt.reason}`,
  };
}

/** Federated providers a trust policy names, and every subject it admits literally; for evidence in reports. */
export function describeTrust(trust: PolicyDocument | undefined): {
  readonly providers: readonly string[];
  readonly subjects: readonly string[];
} {
  const allows = allowsOfTrust(trust);
  const subjects = allows.flatMap(({ conditions }) => conditions.flatMap(subjectsOf));
  const providers = allows.flatMap(({ principal }) => federated(principal));
  return { providers: [...new Set(providers)], subjects: [...new Set(subjects)] };
}

/** What a trust policy allows, as far as it can be understood. */
export function allowsOfTrust(trust: PolicyDocument | undefined): readonly Statement[] {
  const statements = trust === undefined ? [] : readStatements(trust, 'trust');
  return statements.filter(({ effect }) => effect === 'Allow');
}

interface Judged {
  readonly answer: Answer;
  readonly reason: string;
}

/** Whether a statement applies to the request: no as soon as one part surely does not fit. */
function applies(statement: Statement, question: TrustQuestion): Judged {
  return all([
    ...frameFits(statement, question.providerArn),
    ...statement.conditions.map((condition) => conditionFits(condition, question)),
  ]);
}

/** Whether a statement is about tokens of this provider, whatever its conditions say of them. */
export function isAboutProvider(statement: Statement, providerArn: string): Answer {
  return all(frameFits(statement, providerArn)).answer;
}

function frameFits(statement: Statement, providerArn: string): readonly Judged[] {
  const trouble =
    statement.trouble && judged('unknown', `it cannot be understood, since ${statement.trouble}`);
  return [
    ...(trouble ? [trouble] : []),
    principalFits(statement, providerArn),
    actionFits(statement.actions),
  ];
}

function all(parts: readonly Judged[]): Judged {
  return (
    parts.find(({ answer }) => answer === 'no') ??
    parts.find(({ answer }) => answer === 'unknown') ??
    judged('yes', '')
  );
}

function principalFits({ principal, notPrincipal }: Statement, providerArn: string): Judged {
  if (notPrincipal !== undefined) return judged('unknown', 'it has a NotPrincipal');
  if (principal === '*') return judged('yes', '');
  const providers = federated(principal);
  if (providers.includes(providerArn)) return judged('yes', '');
  if (typeof principal !== 'object' || principal === null || Array.isArray(principal)) {
    return judged('unknown', 'its Principal cannot be understood');
  }
  // What `*` takes in when it stands for accounts, or for providers, is not documented for tokens.
  const values = Object.values(principal).flatMap((value: unknown) => [value].flat());
  if (values.some((value) => value === '*' || typeof value !== 'string')) {
    return judged('unknown', 'its Principal may take in the provider');
  }
  const named = providers.length === 0 ? 'no provider' : providers.join(', ');
  return judged('no', `the statement trusts ${named}, not ${providerArn}`);
}

/** Whether a statement is about sts:AssumeRoleWithWebIdentity, or may be. */
export function isAboutWebIdentity(actions: Selection): boolean {
  return actionFits(actions).answer !== 'no';
}

function actionFits(actions: Selection): Judged {
  const isNamed = namesAction(actions, ACTION);
  if (isNamed === actions.negated && actions.unclear)
    return judged('unknown', 'its Action cannot be understood');
  if (isNamed) return judged('yes', '');
  return judged('no', 'the statement is not about sts:AssumeRoleWithWebIdentity');
}

function conditionFits(condition: Condition, { host, subject, audience }: TrustQuestion): Judged {
  const known = new Map([
    [`${host}:sub`.toLowerCase(), subject],
    [`${host}:aud`.toLowerCase(), audience],
    [`${host}:amr`.toLowerCase(), undefined],
  ]);
  if (!known.has(condition.key)) {
    return judged('unknown', `the condition ${condition.shown} is on a key that is not known of a token`);
  }
  const value = known.get(condition.key);
  const result = conditionHolds(condition, value);
  if (result === undefined) return judged('unknown', `the condition ${condition.shown} cannot be evaluated`);
  if (result) return judged('yes', '');
  return judged(
    'no',
    `the condition ${show([condition])} does not hold for ${value ?? 'a token without it'}`,
  );
}

function federated(principal: unknown): string[] {
  if (typeof principal !== 'object' || principal === null || !('Federated' in principal)) return [];
  return [principal.Federated].flat().filter((arn) => typeof arn === 'string');
}

/** The subjects that a condition admits by their full name. */
function subjectsOf({ key, kind, negated, test, values }: Condition): readonly string[] {
  if (!key.endsWith(':sub') || kind !== 'text' || negated || test === undefined) return [];
  return values.filter((value) => test.matches(value) && !/[*?]/.test(value));
}

function judged(answer: Answer, reason: string): Judged {
  return { answer, reason };
}
