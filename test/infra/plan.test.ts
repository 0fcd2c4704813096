import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pascalCase } from '../../core/runtime/function.ts';
import { ACCOUNT, type Statement, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, synthesise } from './synthesise.ts';

/**
 * A plan changes nothing. Computed from the synthesized policies: an action that is not known to read counts as one that
 * writes, and of those a plan may write the records of runs alone.
 */
const template = synthesise();
const READS = /^(iam:(Get|List)|s3:(Get|List|Head)|servicequotas:Get|kms:Decrypt$)/;
const LOGS_AND_TRACES = /^(logs:(CreateLogStream|PutLogEvents)|xray:Put(TelemetryRecords|TraceSegments))$/;

const output = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1/`;
/** The folders of runs, which run is for which cluster, and why a bundle was refused. */
const RECORDS = ['clusters/*/runs/*/', 'executions/', 'rejected/'].map((folder) => output + folder);

const definition = readFileSync(new URL('../../statemachine/plan.asl.json', import.meta.url), 'utf8');
const FUNCTIONS = FUNCTION_NAMES.filter((name) => definition.includes(`"\${${pascalCase(name)}}"`));

/** What a policy lets a function write that is no record of a run. */
function otherWrites(statements: readonly Statement[]): string[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource, Condition }) =>
      [Action].flat().flatMap((action) => {
        if (READS.test(action) || LOGS_AND_TRACES.test(action)) return [];
        const encrypted = Condition?.['StringLike']?.['kms:EncryptionContext:aws:s3:arn'];
        const written = { 's3:PutObject': Resource, 'kms:GenerateDataKey': encrypted }[action];
        const places = [written].flat().map(String);
        const isRecord = places.every((place) => RECORDS.some((folder) => place.startsWith(folder)));
        return isRecord ? [] : [`${action} ${places.join()}`];
      }),
    );
}

test('a plan is these functions, and its state machine can invoke no others', () => {
  expect(FUNCTIONS).toEqual(['read-bundle', 'plan-changes', 'publish-plan', 'report-failure']);
});

describe.each(FUNCTIONS)('%s', (name) => {
  test('writes nothing but records of runs, logs and traces', () => {
    expect(otherWrites(statementsOf(template, name))).toEqual([]);
  });
});

test.each([
  ['iam:CreateRole', '*'],
  ['s3:PutBucketPolicy', '*'],
  ['s3:DeleteObject', `${output}clusters/*/runs/*/plan.json`],
  ['s3:PutObject', `${output}clusters/*/cluster.json`],
  ['kms:GenerateDataKey', 'key'],
])('%s on %s would be seen', (Action, Resource) => {
  expect(otherWrites([{ Effect: 'Allow', Action, Resource }])).toHaveLength(1);
});
