import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../../core/domain/problem.ts';
import { type Changes, clusterYaml, requestValue, statement } from '../../../support/bundles.ts';
import { readTexts } from './read-texts.ts';

const OTHER: Changes = { 'metadata.name': 'other', 'spec.secretRef.name': 'other' };

/** What is told of a bundle whose second document is this list. */
function toldOf(list: unknown): string[] {
  const files = {
    'cluster.yaml': clusterYaml({ release: '4.20.3' }),
    'list.yaml': `kind: Other\n---\n${JSON.stringify(list)}\n`,
  };
  const { problems, warnings, skipped } = readTexts(files);
  const left = skipped
    .filter(({ reason }) => reason !== 'kind Other')
    .map(({ file, document, field, reason }) => `${file}, document ${document}, ${field}: ${reason}`);
  return [...problems.map(formatProblem), ...warnings, ...left];
}

const list = (...items: readonly unknown[]) => ({ kind: 'List', items });
const STATEMENT = 'spec.providerSpec.statementEntries[0]';

describe('an item of a List', () => {
  it.each<[string, Changes, string, RegExp]>([
    ['a wrong field', statement({ effect: 'allow' }), `${STATEMENT}.effect`, /The effect is/],
    ['a missing field', { 'spec.secretRef.name': undefined }, 'spec.secretRef.name', /is missing/],
    [
      'an action that is refused',
      statement({ action: ['iam:PutRolePolicy'] }),
      `${STATEMENT}.action`,
      /iam:/,
    ],
    [
      'an action that is none',
      statement({ action: ['s3:HeadObject'] }),
      `${STATEMENT}.action`,
      /no IAM action/,
    ],
    [
      'a resource of another partition',
      statement({ resource: 'arn:aws-cn:s3:::a' }),
      `${STATEMENT}.resource`,
      /aws-cn/,
    ],
    [
      'a policy that is too large',
      statement({ resource: `arn:aws:s3:::${'x'.repeat(11_000)}` }),
      'spec.providerSpec.statementEntries',
      /characters/,
    ],
    ['a role of its own', { 'spec.providerSpec.stsIAMRoleARN': 'arn' }, '', /stsIAMRoleARN/],
    ['another cloud', { 'spec.providerSpec.kind': 'AzureProviderSpec' }, '', /another cloud/],
    ['another kind that was meant to be one', { kind: 'CredentialRequest' }, '', /correct the kind/],
  ])('is named with %s', (_, changes, field, words) => {
    const told = toldOf(list(requestValue(), requestValue({ ...OTHER, ...changes })));
    const place = `list.yaml, document 2, items[1]${field === '' ? '' : `.${field}`}: `;
    const found = told.filter((text) => words.test(text));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(place);
  });

  it('is named with the item that has its Secret too', () => {
    expect(toldOf(list(requestValue(), requestValue()))).toEqual([
      expect.stringMatching(
        /^list\.yaml, document 2, items\[1\]\.spec\.secretRef: .* of list\.yaml, document 2, items\[0\] too\./,
      ),
    ]);
  });

  it('is named by its place in all lists around it', () => {
    const wrong = requestValue(statement({ effect: 'allow' }));
    const requests = { kind: 'CredentialsRequestList', apiVersion: 'cloudcredential.openshift.io/v1' };
    expect(toldOf(list(null, list(requestValue(OTHER), { ...requests, items: [wrong] })))).toEqual([
      expect.stringContaining(`list.yaml, document 2, items[1].items[1].items[0].${STATEMENT}.effect: `),
      'list.yaml, document 2, items[0]: empty document',
    ]);
  });
});
