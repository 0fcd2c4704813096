import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_RULES, guardStatement } from '../../../core/domain/policy-guard.ts';
import data from '../../../core/domain/policy-guard-rules.json' with { type: 'json' };
import { deriveAsked, readStatements } from '../../../scripts/derive-allow-list.ts';

/** Manifests of real releases, where a checkout has them beside it. */
const MANIFESTS = fileURLToPath(new URL('../../../../shared/credreqs', import.meta.url));
const absent = existsSync(MANIFESTS) ? false : `there are no manifests at ${MANIFESTS}`;
if (absent) console.info(`Skipped: the policy guard was not tried on real releases, because ${absent}.`);

describe.skipIf(absent)('real releases', () => {
  const statements = absent ? [] : readStatements(MANIFESTS);
  const folders = new Set(statements.map(({ file }) => file.split('/')[0] ?? ''));

  it('finds releases and optional operators, and none before 4.8', () => {
    expect(folders.size).toBeGreaterThan(10);
    expect(folders).toContain('optional-operators');
    expect(folders).not.toContain('4.7');
  });

  it.each([...folders])('lets everything of %s through', (folder) => {
    const refusals = statements
      .filter(({ file }) => file.startsWith(`${folder}/`))
      .flatMap(({ file, statement }) =>
        guardStatement(statement, DEFAULT_RULES).map(({ reason }) => `${file}: ${reason}`),
      );
    expect(refusals).toEqual([]);
  });

  it('are where the list of asked actions comes from', () => {
    expect(deriveAsked(statements)).toEqual(data.asked);
  });
});

describe('readStatements', () => {
  const request = (cloud: string, action: string) =>
    `kind: CredentialsRequest
spec: {providerSpec: {kind: ${cloud}ProviderSpec, statementEntries: [{effect: Allow, action: [${action}], resource: '*'}]}}`;
  const folderWith = (files: Record<string, string>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'policy-guard-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return folder;
  };

  it('reads every document for AWS, from release 4.8 on', () => {
    const folder = folderWith({
      '3.11/a.yaml': request('AWS', 'old:Action'),
      '4.7/a.yaml': request('AWS', 'old:Action'),
      'all-clouds-4.7/a.yaml': request('AWS', 'old:Action'),
      '4.8/a.yaml': `${request('Azure', 'x:Y')}\n---\n${request('AWS', 'ec2:RunInstances')}\n---\n`,
      '4.10-asof-2022-03-10/b.yml': request('AWS', 's3:GetObject'),
      '5.0/a.yaml': request('AWS', 'ec2:CopyVolumes'),
      'optional/operator-4.5/a.yaml': request('AWS', 'sqs:SendMessage'),
      'notes.md': request('AWS', 'no:Yaml'),
    });
    const actions = readStatements(folder).map(({ file, statement }) => `${file} ${statement.action.join()}`);
    expect(actions).toEqual([
      '4.10-asof-2022-03-10/b.yml s3:GetObject',
      '4.8/a.yaml ec2:RunInstances',
      '5.0/a.yaml ec2:CopyVolumes',
      'optional/operator-4.5/a.yaml sqs:SendMessage',
    ]);
  });

  it('throws for a file that is not YAML, and names it', () => {
    expect(() => readStatements(folderWith({ '4.20/bad.yaml': 'a: b: c' }))).toThrow('4.20/bad.yaml');
  });
});

describe('deriveAsked', () => {
  const asked = (...action: string[]) =>
    deriveAsked([{ file: 'a.yaml', statement: { effect: 'Allow', action, resource: '*' } }]);

  it('sorts, and takes an action once however it is spelt', () => {
    expect(asked('s3:PutObject', 'EC2:RunInstances', 's3:getobject', 's3:GetObject', 's3:putObject')).toEqual(
      {
        ec2: ['RunInstances'],
        s3: ['GetObject', 'PutObject'],
      },
    );
  });

  it('leaves patterns to people', () => {
    expect(asked('iam:*', 's3:Get*', '*')).toEqual({});
  });

  it('takes nothing that is denied', () => {
    const statement = { effect: 'Deny', action: ['iam:CreateRole'], resource: '*' };
    expect(deriveAsked([{ file: 'a.yaml', statement }])).toEqual({});
  });
});

it('keeps a reason with everything that people decided', () => {
  for (const { why } of Object.values(data.decided)) expect(why.length).toBeGreaterThan(10);
});
