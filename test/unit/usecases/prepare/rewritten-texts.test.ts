import { describe, expect, it } from 'vitest';
import { clusterYaml, request } from '../../../support/bundles.ts';
import { readTexts } from './read-texts.ts';

/** A bundle with this request. */
function read(text: string) {
  const files = { 'cluster.yaml': clusterYaml({ release: '4.20.3' }), 'a.yaml': text };
  return readTexts(files);
}

const withCondition = (condition: string) =>
  request().replace('resource: "*"', `resource: "*"\n        policyCondition: ${condition}`);
const AT = 'spec.providerSpec.statementEntries[0].policyCondition';

/*
 * What ccoctl makes of these was tried with sigs.k8s.io/yaml 1.4, which it reads manifests by: true of yes, 15 of 0o17 and of
 * 017, 3 of 0b11, 1000 of 1_000.
 */
describe('a value of a condition that stands without quotes', () => {
  it.each([
    ['yes', 'true', 'or "true" if that is meant'],
    ['Off', 'false', 'or "false" if that is meant'],
    ['n', 'false', 'or "false" if that is meant'],
    ['True', 'true', 'or "true" if that is meant'],
    ['0o17', 'a number', 'Put it in quotes: "0o17".'],
    ['0b11', 'a number', 'Put it in quotes: "0b11".'],
    ['1_000', 'a number', 'Put it in quotes: "1_000".'],
    ['0123', 'a number', 'Put it in quotes: "0123".'],
    ['4.20', 'a number', 'Put it in quotes: "4.20".'],
  ])('%s is no text to ccoctl, and refused', (value, is, remedy) => {
    for (const [condition, field] of [
      [`{StringEquals: {"aws:x": ${value}}}`, `${AT}.StringEquals.aws:x`],
      [`{"ForAnyValue:StringLike": {"aws:x": [a, ${value}]}}`, `${AT}.ForAnyValue:StringLike.aws:x[1]`],
    ] as const)
      expect(read(withCondition(condition)).problems).toEqual([
        {
          code: 'CredentialsRequestInvalid',
          file: 'a.yaml',
          document: 1,
          field,
          message: expect.stringContaining(`Without quotes "${value}" is ${is}`),
          remedy: expect.stringContaining(remedy),
        },
      ]);
  });

  it.each([
    ['{Bool: {"aws:x": yes}}', [`${AT}.Bool.aws:x`]],
    ['{Bool: {"aws:x": 1_0}}', [`${AT}.Bool.aws:x`]],
    ['{NumericEquals: {"aws:x": 0o17}}', [`${AT}.NumericEquals.aws:x`]],
    ['{NumericEquals: {"aws:x": 123456789012345678901}}', [`${AT}.NumericEquals.aws:x`]],
    ['{Bool: {"aws:x": True}}', []],
    ['{"ForAllValues:Bool": {"aws:x": [FALSE, true]}}', []],
    ['{NumericLessThanEquals: {"aws:x": 4.20}}', []],
    ['{StringEquals: {"aws:x": "yes", "aws:y": !!str off, "aws:z": 2024-01-01, "aws:n": 5}}', []],
  ])('is refused only where it means another thing: %s', (condition, fields) => {
    expect(read(withCondition(condition)).problems.map(({ field }) => field)).toEqual(fields);
  });

  it('says in the policy what it says when it is meant', () => {
    const { desired } = read(withCondition('{Bool: {"aws:x": True}, NumericEquals: {"aws:y": 4.20}}'));
    expect(desired?.roles[0]?.policy.Statement).toMatchObject([
      { Condition: { Bool: { 'aws:x': true }, NumericEquals: { 'aws:y': 4.2 } } },
    ]);
  });

  it('is found in a List and in JSON', () => {
    const item = withCondition('{Bool: {"aws:x": yes}}').trimEnd().replaceAll('\n', '\n  ');
    expect(
      read(`kind: List\nitems:\n- kind: Secret\n- ${item}\n`).problems.map(({ field }) => field),
    ).toEqual([`items[1].${AT}.Bool.aws:x`]);
  });
});

describe('other text that stands without quotes', () => {
  it.each([
    ['a service account', request().replace('- ingress-operator', '- on'), 'spec.serviceAccountNames[0]'],
    ['a name', request().replace('name: ingress\n', 'name: 1_0\n'), 'metadata.name'],
    ['a Secret', request().replace('name: cloud-credentials', 'name: off'), 'spec.secretRef.name'],
    [
      'an action',
      request().replace('- route53:ListHostedZones', '- yes'),
      'spec.providerSpec.statementEntries[0].action[1]',
    ],
  ])('is no name to Kubernetes, and told once: %s', (_, text, field) => {
    expect(text).not.toBe(request());
    expect(read(text).problems.map((problem) => problem.field)).toEqual([field]);
  });

  it('does not say whether a request counts, where ccoctl stops', () => {
    const annotated = (line: string) =>
      request().replace('metadata:\n', `metadata:\n  annotations: {${line}, b: yes}\n`);
    const fields = (line: string) => read(annotated(line)).problems.map(({ field }) => field);
    expect(fields('release.openshift.io/delete: yes')).toEqual([
      'metadata.annotations.release.openshift.io/delete',
    ]);
    expect(fields('capability.openshift.io/name: off')).toEqual([
      'metadata.annotations.capability.openshift.io/name',
    ]);
    // People do leave the quotes out, and what is meant is clear.
    expect(fields('include.release.openshift.io/self-managed-high-availability: True')).toEqual([]);
  });

  it('does not matter where nobody reads it, nor in a request of another cloud', () => {
    const text = request().replace('spec:\n', 'status: {a: yes}\nspec:\n  more: [0o17]\n');
    expect(read(text).problems).toEqual([]);
    const azure = withCondition('{Bool: {"aws:x": yes}}').replace('AWSProviderSpec', 'AzureProviderSpec');
    expect(read(`${azure}---\n${request()}`).problems).toEqual([]);
  });
});

describe('an empty condition', () => {
  it('is none, as for ccoctl', () => {
    const { desired, problems } = read(withCondition('{}'));
    expect(problems).toEqual([]);
    expect(desired?.roles[0]?.policy.Statement[0]).not.toHaveProperty('Condition');
  });
});
