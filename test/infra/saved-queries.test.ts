import { expect, it, test } from 'vitest';
import { resources, synthesise } from './synthesise.ts';

const template = synthesise();
const queries = resources(template, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);

it('are saved in a folder of their own, over the logs of all functions', () => {
  expect(queries.map(({ Name }) => Name).sort()).toEqual([
    'sts-prep/Failures by error name',
    'sts-prep/One cluster',
    'sts-prep/One run',
    'sts-prep/Slow functions and cold starts',
  ]);
  const functions = resources(template, 'AWS::Lambda::Function').length;
  for (const { LogGroupNames } of queries) expect(LogGroupNames).toHaveLength(functions);
});

test.each([
  ['Failures by error name', ['level = "ERROR"', 'by error']],
  ['One run', ['run = "', 'sort @timestamp asc']],
  ['One cluster', ['cluster = "']],
  ['Slow functions and cold starts', ['type = "platform.report"', 'record.metrics.initDurationMs']],
])('%s asks for what a line of a log has', (name, texts) => {
  const query = queries.find(({ Name }) => Name.endsWith(name))?.QueryString;
  for (const text of texts) expect(query).toContain(text);
});

it('are left out on an emulator, whose CloudFormation does not know them', () => {
  expect(resources(synthesise({ environment: 'emulator' }), 'AWS::Logs::QueryDefinition')).toEqual([]);
});
