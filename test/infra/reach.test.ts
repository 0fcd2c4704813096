import { expect, test } from 'vitest';
import { ACCOUNT, type Statement, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, synthesise } from './synthesise.ts';

/*
 * What code that runs in a function could reach at most, whatever the function's own code does: computed from the
 * synthesized policies and kept in docs/reach.md, so that a review sees every change of it.
 * `npx vitest run test/infra/reach.test.ts -u` writes the page.
 */

const template = synthesise();
const READS =
  /^(iam:(Get|List|Simulate)|s3:(Get|List)|states:(Describe|GetExecutionHistory)|sqs:Get|kms:Decrypt$)/;
/** Every function has these for itself. */
const OWN = /^(logs:|xray:)/;
/** Goes with every object that is written. */
const WITH_WRITES = 'kms:GenerateDataKey';

/** An ARN as people call it. */
function place(arn: string): string {
  const short = arn
    .replace(new RegExp(`sts-prep-(output|intake)-${ACCOUNT}-eu-central-1`), '$1')
    .replace(/^arn:aws:s3:::/, '')
    .replace(/^arn:aws:iam::\w*:/, '')
    .replace(new RegExp(`^arn:aws:(states|sns|events):[\\w-]*:${ACCOUNT}:`), '');
  return /^arn:aws:kms:|^\$|Key/.test(short) ? "the stack's key" : short;
}

/** What a statement says of one of its actions, with the names of its conditions. */
function reachOf({ Action, Resource, Condition = {} }: Statement): [action: string, where: string][] {
  const contexts = Object.values(Condition).flatMap((keys) =>
    Object.entries(keys).flatMap(([key, values]) =>
      key.startsWith('kms:EncryptionContext') ? [values].flat().map((value) => place(String(value))) : [],
    ),
  );
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys)
      .filter((key) => !key.startsWith('kms:EncryptionContext') && key !== 'aws:ResourceAccount')
      .map((key) => (operator === 'Null' ? `has ${key}` : key)),
  );
  const places = contexts.length > 0 ? contexts : [Resource].flat().map((each) => place(String(each)));
  const where = places.map((each) => `\`${each}\``).join(', ');
  return [Action]
    .flat()
    .map((action) => [action, conditions.length === 0 ? where : `${where} (if ${conditions.join(', ')})`]);
}

function cell(reach: readonly (readonly [string, string])[]): string {
  const actions = new Map<string, string[]>();
  for (const [action, where] of reach) actions.set(where, [...(actions.get(where) ?? []), action]);
  return [...actions]
    .map(([where, names]) => `${[...new Set(names)].sort().join(', ')} on ${where}`)
    .sort()
    .join('<br>');
}

test('what each function could reach at most is what docs/reach.md says', async () => {
  const rows = FUNCTION_NAMES.map((name) => {
    const statements = statementsOf(template, name);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(reachOf);
    const denied = statements.filter(({ Effect }) => Effect === 'Deny').flatMap(reachOf);
    const reach = allowed.filter(([action]) => !OWN.test(action) && action !== WITH_WRITES);
    const writes = reach.filter(([action]) => !READS.test(action));
    return `| ${name} | ${cell(writes)} | ${cell(reach.filter(([action]) => READS.test(action)))} | ${cell(denied)} |`;
  });
  await expect(
    [
      '# What each function could reach at most',
      '',
      'Whatever code runs in it: computed from the synthesized policies by `npx vitest run test/infra/reach.test.ts -u`; a test fails',
      'when it is not up to date. Besides, each writes its own log and traces. `s3:PutObject` never takes a version away: the output',
      'bucket has versions, and what the records of runs say is [held against their digests](permissions.md#the-records-of-runs).',
      '',
      '| function | changes at most | reads at most | never |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  ).toMatchFileSnapshot('../../docs/reach.md');
});
