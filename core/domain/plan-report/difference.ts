import { mapping } from '../field-reader.ts';
import { type PolicyDocument, type PolicyStatement, statementsOf } from '../policy-document.ts';
import type { Difference } from './schema.ts';

/** What two lists of lines have and have not in common; each line counts once. */
export function differenceOf(before: readonly string[], after: readonly string[]): Difference {
  const [was, is] = [new Set(before), new Set(after)];
  return {
    added: [...is].filter((line) => !was.has(line)),
    removed: [...was].filter((line) => !is.has(line)),
    kept: [...is].filter((line) => was.has(line)).length,
  };
}

/** What a permission policy says, a line for each action and resource: two policies that say the same have the same lines. */
export function permissionLines(policy: PolicyDocument | undefined): string[] {
  if (policy === undefined) return [];
  return statementsOf(policy).flatMap((statement) => {
    const { Effect, Action, Resource, NotAction, NotResource, Condition } = statement;
    const effect = Effect === 'Allow' ? '' : `${String(Effect)}: `;
    const actions = Action === undefined ? list(NotAction).map((each) => `all but ${each}`) : list(Action);
    const resources =
      Resource === undefined ? list(NotResource).map((each) => `all but ${each}`) : list(Resource);
    return actions.flatMap((action) =>
      resources.map((resource) => `${effect}${action} on ${resource}${conditionText(Condition)}`),
    );
  });
}

/**
 * Whom a trust policy lets in, a line each: the subjects by themselves, with their identity provider where it is not the
 * cluster's, and a statement of another form as it is.
 */
export function trustLines(trust: PolicyDocument | undefined, providerArn: string): string[] {
  if (trust === undefined) return [];
  return statementsOf(trust).flatMap(
    (statement) => subjectsOf(statement, providerArn) ?? [JSON.stringify(statement)],
  );
}

/** The service accounts that a statement trusts by name; undefined for a statement of another form. */
function subjectsOf(
  { Sid: _, Effect, Action, Principal, Condition, ...others }: PolicyStatement,
  providerArn: string,
) {
  const { Federated: provider, ...principals } = mapping(Principal);
  const isPlain =
    Effect === 'Allow' &&
    Action === 'sts:AssumeRoleWithWebIdentity' &&
    typeof provider === 'string' &&
    Object.keys(principals).length === 0 &&
    Object.keys(others).length === 0;
  const { StringEquals, ...further } = mapping(Condition);
  const equals = mapping(StringEquals);
  const [key, ...more] = Object.keys(equals).filter((each) => each.endsWith(':sub'));
  // One on the tokens of another issuer than the statement's is met by none.
  const isItsOwn = String(provider).endsWith(`:oidc-provider/${key?.slice(0, -':sub'.length)}`);
  if (!isPlain || key === undefined || more.length > 0 || !isItsOwn) return undefined;
  const { [key]: subjects, ...restricting } = equals;
  const conditions = {
    ...(Object.keys(restricting).length === 0 ? {} : { StringEquals: restricting }),
    ...further,
  };
  const by = provider === providerArn ? '' : ` by ${provider}`;
  return list(subjects).map((subject) => `${subject}${by}${conditionText(conditions)}`);
}

function conditionText(condition: unknown): string {
  const tests = Object.entries(mapping(condition)).flatMap(([operator, keys]) =>
    Object.entries(mapping(keys)).map(([key, values]) => `${key} ${operator} ${list(values).join(' or ')}`),
  );
  return tests.length === 0 ? '' : ` if ${tests.sort().join(' and ')}`;
}

function list(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}
