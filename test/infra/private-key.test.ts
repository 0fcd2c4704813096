import { expect, test } from 'vitest';
import { ACCOUNT, isAllowed, plain, statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, resources, synthesise } from './synthesise.ts';

const template = synthesise();
const [[keyId] = []] = resources(template, 'AWS::KMS::Key');
const key = plain(template, { 'Fn::GetAtt': [keyId, 'Arn'] }) as string;
const output = `arn:aws:s3:::sts-prep-output-${ACCOUNT}-eu-central-1`;

const PRIVATE_KEY = 'clusters/prod/install/tls/bound-service-account-signing-key.key';
const ARCHIVE = 'clusters/prod/install.tar.gz';

/** Who may do that to the object: what S3 asks of IAM, and what KMS asks of it on the way. */
const whoMay = (action: string, resource: string, context = {}) =>
  FUNCTION_NAMES.filter((name) => isAllowed(statementsOf(template, name), { action, resource, context }));
const whoMayDecrypt = (object: string) =>
  whoMay('kms:Decrypt', key, { 'kms:EncryptionContext:aws:s3:arn': `${output}/${object}` });

test('RenderSecrets and Verify alone can decrypt the private key', () => {
  expect(whoMayDecrypt(PRIVATE_KEY)).toEqual(['render-secrets', 'verify']);
});

test('nobody can decrypt the archive that holds it', () => {
  expect(whoMayDecrypt(ARCHIVE)).toEqual([]);
});

test('nobody can decrypt with a context that names no object, or the bucket as a whole', () => {
  expect(whoMay('kms:Decrypt', key)).toEqual([]);
  expect(whoMay('kms:Decrypt', key, { 'kms:EncryptionContext:aws:s3:arn': output })).toEqual([]);
});

test.each(['kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:DescribeKey'])(
  'nobody may %s',
  (action) => {
    const context = { 'kms:EncryptionContext:aws:s3:arn': `${output}/${PRIVATE_KEY}` };
    expect(whoMay(action, key, context)).toEqual([]);
  },
);

test('CreateKeyPair alone can store a private key', () => {
  expect(whoMay('s3:PutObject', `${output}/${PRIVATE_KEY}`)).toEqual(['create-key-pair']);
});

test('functions that compare or undo see that the private key is there without reading it', () => {
  const seeing = whoMay('s3:GetObject', `${output}/${PRIVATE_KEY}`);
  expect(seeing).toEqual([
    'plan-changes',
    'create-key-pair',
    'render-secrets',
    'verify',
    'undo-key-pair',
    'delete-files',
    'audit-cluster',
  ]);
});

test('nothing else is out of reach by mistake: every task of a run can read its run', () => {
  const ofAudits =
    /^(read-releases|list-clusters|discover-clusters|audit-cluster|publish-audit|announce-audit)$/;
  // What is decided is about a plan that somebody else read.
  const others = ['start-run', 'decide-run'];
  const tasks = FUNCTION_NAMES.filter((name) => !others.includes(name) && !ofAudits.test(name));
  expect(whoMayDecrypt('clusters/prod/runs/run-1/plan.json')).toEqual(tasks);
  expect(whoMay('s3:GetObject', `${output}/clusters/prod/runs/run-1/plan.json`)).toEqual(tasks);
});

test('the token of a run that waits for an approval is read by the function that takes decisions, and by no other', () => {
  expect(whoMayDecrypt('approvals/run-1.json')).toEqual(['decide-run']);
  expect(
    whoMay(
      'states:SendTaskSuccess',
      'arn:aws:states:eu-central-1:111122223333:stateMachine:sts-prep-prepare',
    ),
  ).toEqual(['decide-run']);
});
