import { grouped } from '../util/grouped.ts';
import { word } from '../util/shell.ts';
import { quoted, shortened } from '../util/visible.ts';
import type { CredentialsRequest } from './credentials-request.ts';
import { MAX_ADDITIONS_LENGTH, withAdditions } from './guard-additions.ts';
import { notAnAction } from './iam-names.ts';
import { type GuardRefusal, type GuardRules, guardStatement } from './policy-guard.ts';
import { fieldAt, formatLocation, type Problem } from './problem.ts';

/** After so many, no further action is looked at: they would not be told. */
const MAX_PROBLEMS = 2_000;

/** What the refused actions by request may take of a message; each of them has a problem of its own besides. */
const MAX_LIST = 600;

const OPTION = 'policyGuardAdditions';
const PAGE = 'docs/policy-guard.md says what actions could do.';

type Refused = GuardRefusal & { readonly request: CredentialsRequest; readonly field: string };

/**
 * What the policy guard refuses about requests. Where it is one action, one problem; else first what can be done about
 * all of them together, as one deployment, for each replaces what the one before allowed; then one problem for each action.
 */
export function guardRequests(requests: readonly CredentialsRequest[], rules: GuardRules): Problem[] {
  const refused = refusedOf(requests, rules);
  const [only, ...others] = refused;
  if (only === undefined) return [];
  const whole = remedyOf(refused, rules);
  if (others.length === 0) return [problemOf(only, `${only.remedy} ${whole}`)];
  return [
    { code: 'PolicyRefused', message: summaryOf(refused), remedy: whole },
    ...refused.map((each) =>
      problemOf(
        each,
        each.addition === undefined
          ? each.remedy
          : `${each.remedy} The command for all is with the first problem of the guard.`,
      ),
    ),
  ];
}

/** Names that pass and are no IAM actions: what a component wants to do by them, it cannot. */
export function namesOfNothing(requests: readonly CredentialsRequest[], rules: GuardRules): string[] {
  const warnings: string[] = [];
  for (const { source, statements } of requests) {
    for (const [index, statement] of statements.entries()) {
      for (const action of statement.action) {
        const [service = '', name = ''] = action.split(':', 2);
        // What a pattern takes in besides is no harm.
        const none = /[*?]/.test(name) ? undefined : notAnAction(service, name);
        if (
          none?.instead === undefined ||
          guardStatement({ ...statement, action: [action] }, rules).length > 0
        )
          continue;
        const place = formatLocation(fieldAt(source, `spec.providerSpec.statementEntries[${index}].action`));
        warnings.push(
          `${place}: ${quoted(action)} is no IAM action and gives nothing: ${none.because}. Ask for ${none.instead.join(' and ')} in its place.`,
        );
        if (warnings.length >= MAX_PROBLEMS) return warnings;
      }
    }
  }
  return warnings;
}

function refusedOf(requests: readonly CredentialsRequest[], rules: GuardRules): Refused[] {
  const refused: Refused[] = [];
  for (const request of requests) {
    for (const [index, statement] of request.statements.entries()) {
      const field = `spec.providerSpec.statementEntries[${index}].action`;
      for (const action of new Set(statement.action)) {
        for (const refusal of guardStatement({ ...statement, action: [action] }, rules))
          refused.push({ ...refusal, request, field });
        if (refused.length >= MAX_PROBLEMS) return refused;
      }
    }
  }
  return refused;
}

function problemOf({ request, field, reason }: Refused, remedy: string): Problem {
  return { code: 'PolicyRefused', ...fieldAt(request.source, field), message: reason, remedy };
}

/** The refused actions by the requests that ask for them. */
function summaryOf(refused: readonly Refused[]): string {
  const byRequest = grouped(refused, ({ request }) => request.name);
  const list = byRequest.map(
    ([name, its]) => `${shortened(name, 80)}: ${[...new Set(its.map(({ action }) => action))].join(', ')}`,
  );
  const count = new Set(refused.map(({ action }) => action)).size;
  const [actions, of] = [
    count === 1 ? 'an action' : `${count} actions`,
    byRequest.length === 1 ? 'a request' : `${byRequest.length} requests`,
  ];
  return `The policy guard refuses ${actions} of ${of}. ${shortened(list.join('; '), MAX_LIST)}.`;
}

/** What cannot be allowed, and the command that allows all the rest. */
function remedyOf(refused: readonly Refused[], rules: GuardRules): string {
  const wanted = refused.flatMap(({ addition }) => addition ?? []);
  if (wanted.length === 0) return `No setting of the deployment allows it. ${PAGE}`;
  if (refused.length >= MAX_PROBLEMS)
    return `These are the first ${MAX_PROBLEMS}: leave actions out of the requests. ${PAGE}`;
  const others = new Set(refused.flatMap(({ addition, action }) => (addition === undefined ? action : [])));
  const correct = `${shortened([...others].join(', '), MAX_LIST)} can only be corrected in the requests.`;
  const command = allowing(withAdditions(rules.additions ?? [], wanted), rules);
  return [...(others.size === 0 ? [] : [correct]), PAGE, command].join(' ');
}

function allowing(list: readonly string[], { additions, otherOptions }: GuardRules): string {
  const joined = list.join(',');
  if (joined.length > MAX_ADDITIONS_LENGTH)
    return `A deployment takes a list of ${MAX_ADDITIONS_LENGTH} characters, and this would be a longer one: leave actions out of the requests.`;
  const options = [`${OPTION}=${joined}`, ...(otherOptions ?? [])].map((option) => `-c ${word(option)}`);
  const beside =
    otherOptions === undefined ? ', with the other options of the deployment beside this one' : '';
  return `Whoever deploys can allow it${beside}; the list replaces the present one, ${shown(additions)}: npm run deploy -- ${options.join(' ')}`;
}

function shown(present: readonly string[] | undefined): string {
  if (present === undefined) return 'which is not known here and has to be put in front';
  return present.length === 0 ? 'which is empty' : `which is ${present.join(',')}`;
}
