import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pascalCase } from '../../core/runtime/function.ts';
import { ACCOUNT, type Statement, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, functionResource, resources, synthesise } from './synthesise.ts';

/**
 * An audit changes nothing. This is computed from the synthesized policies: an action that is not known to read
 * counts as one that writes, so whatever is granted some day has to be allowed here first.
 */
const template = synthesise();
const READS = /^(iam:(Get|List|Simulate)|s3:(Get|List|Head)|kms:Decrypt$)/;

const audits = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1/audits/`;
const topic = `arn:aws:sns:eu-central-1:${ACCOUNT}:sts-prep-operators`;
const bus = `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/default`;

const definition = readFileSync(new URL('../../statemachine/audit.asl.json', import.meta.url), 'utf8');
const FUNCTIONS = FUNCTION_NAMES.filter((name) => definition.includes(`"\${${pascalCase(name)}}"`));

/** A statement's actions that may write, and where. */
interface Write {
  readonly action: string;
  readonly statement: Statement;
}

const writesOf = (statements: readonly Statement[]): Write[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) => [statement.Action].flat().map((action) => ({ action, statement })))
    .filter(({ action }) => !READS.test(action));

const places = ({ statement }: Write) => [statement.Resource as string | string[]].flat();
const condition = ({ statement }: Write, operator: string, key: string) =>
  [statement.Condition?.[operator]?.[key] as string | string[] | undefined].flat();

const belowAudits = (arns: readonly (string | undefined)[]) => arns.every((arn) => arn?.startsWith(audits));

/** Records and reports of audits, with the encryption that they need. */
const writesReports = (write: Write) =>
  (write.action === 's3:PutObject' && belowAudits(places(write))) ||
  (write.action === 'kms:GenerateDataKey' &&
    belowAudits(condition(write, 'StringLike', 'kms:EncryptionContext:aws:s3:arn')));

const logsAndTraces = ({ action }: Write) =>
  /^(logs:(CreateLogStream|PutLogEvents)|xray:Put(TelemetryRecords|TraceSegments))$/.test(action);

/** One message and one event. */
const announces = (write: Write) =>
  (write.action === 'sns:Publish' && places(write).join() === topic) ||
  (write.action === 'events:PutEvents' && places(write).join() === bus) ||
  (write.action === 'kms:GenerateDataKey' &&
    condition(write, 'StringEquals', 'kms:EncryptionContext:aws:sns:topicArn').join() === topic);

test('an audit is these functions, and its state machine can invoke no others', () => {
  expect(FUNCTIONS).toEqual([
    'read-releases',
    'list-clusters',
    'discover-clusters',
    'audit-cluster',
    'publish-audit',
    'announce-audit',
  ]);
});

describe.each(FUNCTIONS)('%s', (name) => {
  const statements = statementsOf(template, name);
  const allowed = (write: Write) =>
    writesReports(write) || logsAndTraces(write) || (name === 'announce-audit' && announces(write));

  test('writes nothing but reports of audits, logs and traces', () => {
    const others = writesOf(statements).filter((write) => !allowed(write));
    expect(others.map(({ action }) => action)).toEqual([]);
  });

  test('is told what it may do, not what it may not', () => {
    const text = JSON.stringify(statements);
    expect(text).not.toContain('"NotAction"');
    expect(text).not.toContain('"NotResource"');
  });

  test('has no policy that this does not see', () => {
    const roleId = functionResource(template, name).Properties.Role['Fn::GetAtt'][0];
    const [, role] = resources(template, 'AWS::IAM::Role').find(([id]) => id === roleId) ?? [];
    expect(role?.Properties.Policies).toBeUndefined();
    expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
  });
});

test('a new action that writes would be seen', () => {
  const added = (Action: string, Resource: string): Statement => ({ Effect: 'Allow', Action, Resource });
  for (const statement of [
    added('iam:PutRolePolicy', '*'),
    added('iam:GenerateServiceLastAccessedDetails', '*'),
    added('s3:PutObject', audits.replace('audits/', 'clusters/*')),
    added('s3:DeleteObject', `${audits}*`),
    added('kms:GenerateDataKey', 'key'),
  ]) {
    const [write] = writesOf([statement]);
    expect(write && (writesReports(write) || logsAndTraces(write) || announces(write))).toBe(false);
  }
});
