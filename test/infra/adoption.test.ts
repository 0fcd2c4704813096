import { describe, expect, test } from 'vitest';
import { pascalCase } from '../../core/runtime/function.ts';
import { calledBy, following, machineOf, stateOf } from '../contract/asl.ts';
import { ACCOUNT, type Statement, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, synthesise } from './synthesise.ts';

/** An adoption changes nothing but the registry: whatever its states may write is a record of the pipeline's own. */
const machine = machineOf('prepare');
const template = synthesise();

/** The states that an adoption can come by, forward and back. */
function way(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const state = stateOf(machine, name);
  const next = name === 'RegistersOnly' ? ['RegisterCluster'] : following(state);
  for (const each of next) way(each, seen);
  return seen;
}

const onTheWay = [...way(machine.StartAt)];
const functions = FUNCTION_NAMES.filter((name) =>
  onTheWay.some((state) => calledBy(stateOf(machine, state)) === pascalCase(name)),
);

const output = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1/`;
const RECORDS = [
  /^clusters\/\*\/(runs\/.*|lock|cluster\.json)$/,
  /^rejected\//,
  /^executions\//,
  /^approvals\//,
];
const READS = /^(iam:(Get|List)|s3:(Get|List|Head)|servicequotas:Get|states:(Describe|Get)|kms:Decrypt$)/;
const HARMLESS = /^(logs:|xray:|kms:GenerateDataKey$|sns:Publish$|states:StartExecution$)/;

function writes({ Effect, Action, Resource }: Statement): readonly string[] {
  if (Effect !== 'Allow') return [];
  const actions = [Action].flat().filter((action) => !READS.test(action) && !HARMLESS.test(action));
  return actions.flatMap((action) => [Resource].flat().map((place) => `${action} ${String(place)}`));
}

/** The undo of a registration is that of all results: it takes versions back that a run wrote into the output bucket. */
const takesBack = (write: string) => write.startsWith(`s3:DeleteObjectVersion ${output}clusters/`);

const isRecord = (write: string) => {
  const [action = '', place = ''] = write.split(' ');
  return (
    /^s3:(Put|Delete)Object$/.test(action) &&
    place.startsWith(output) &&
    RECORDS.some((record) => record.test(place.slice(output.length)))
  );
};

test('an adoption comes by these functions, and by none that makes or undoes anything of AWS', () => {
  expect(functions).toEqual([
    'read-bundle',
    'lock',
    'unlock',
    'plan-changes',
    'ask-for-approval',
    'register-cluster',
    'publish-plan',
    'undo-secrets',
    'report-failure',
  ]);
});

describe.each(functions)('%s', (name) => {
  test('may write records of the pipeline, and nothing of IAM or of an issuer', () => {
    const all = statementsOf(template, name).flatMap(writes);
    const others = all.filter((write) => !isRecord(write));
    expect(others.filter((write) => !(name === 'undo-secrets' && takesBack(write)))).toEqual([]);
  });
});

test('a right to change anything else would be seen', () => {
  const found = [
    'iam:TagRole *',
    `s3:PutObject arn:aws:s3:::*-oidc/*`,
    `s3:PutObject ${output}clusters/*/install/*`,
  ];
  expect(found.filter((write) => isRecord(write) || takesBack(write))).toEqual([]);
});
