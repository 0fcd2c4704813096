import { describe, expect, it } from 'vitest';
import { selectRequests } from '../../../core/domain/credentials-request.ts';
import { ofFeatureSet } from '../../support/inclusion.ts';
import { type Json, manifest, providerSpec, select } from './request-manifests.ts';

describe('a request is refused', () => {
  const spec = (part: Json) => manifest({ spec: part });
  const statement = (part: Json) => spec({ providerSpec: providerSpec(part) });
  const entries = (statementEntries: unknown) =>
    spec({ providerSpec: { kind: 'AWSProviderSpec', statementEntries } });
  const at = 'spec.providerSpec.statementEntries';

  it.each<[string, unknown, string]>([
    ['without API group', manifest({ apiVersion: 'v1' }), 'CredentialsRequestInvalid apiVersion'],
    ['without API version', manifest({ apiVersion: undefined }), 'CredentialsRequestInvalid apiVersion'],
    ['without name', manifest({ metadata: {} }), 'CredentialsRequestInvalid metadata.name'],
    [
      'without Secret namespace',
      spec({ secretRef: { name: 'a' } }),
      'SecretRefMissing spec.secretRef.namespace',
    ],
    [
      'with an empty Secret name',
      spec({ secretRef: { namespace: 'a', name: '' } }),
      'SecretRefMissing spec.secretRef.name',
    ],
    [
      'with a Secret name that is a path',
      spec({ secretRef: { namespace: 'a', name: '../b' } }),
      'CredentialsRequestInvalid spec.secretRef.name',
    ],
    [
      'a Secret that no cluster takes by its name',
      spec({ secretRef: { namespace: 'a', name: '1e3' } }),
      'CredentialsRequestInvalid spec.secretRef.name',
    ],
    [
      'a namespace that YAML reads as nothing',
      spec({ secretRef: { namespace: 'null', name: 'b' } }),
      'CredentialsRequestInvalid spec.secretRef.namespace',
    ],
    [
      'a namespace with a dot',
      spec({ secretRef: { namespace: 'a.b', name: 'b' } }),
      'CredentialsRequestInvalid spec.secretRef.namespace',
    ],
    [
      'with a namespace over 63 characters',
      spec({ secretRef: { namespace: 'n'.repeat(64), name: 'b' } }),
      'CredentialsRequestInvalid spec.secretRef.namespace',
    ],
    [
      'without service accounts',
      spec({ serviceAccountNames: undefined }),
      'ServiceAccountNamesMissing spec.serviceAccountNames',
    ],
    [
      'with an empty list of them',
      spec({ serviceAccountNames: [] }),
      'ServiceAccountNamesMissing spec.serviceAccountNames',
    ],
    [
      'with one outside a list',
      spec({ serviceAccountNames: 'operator' }),
      'CredentialsRequestInvalid spec.serviceAccountNames',
    ],
    [
      'with a pattern for a service account',
      spec({ serviceAccountNames: ['operator', '*'] }),
      'CredentialsRequestInvalid spec.serviceAccountNames[1]',
    ],
    [
      'with a misspelt provider',
      spec({ providerSpec: { ...providerSpec(), kind: 'AWSProviderSpecs' } }),
      'CredentialsRequestInvalid spec.providerSpec.kind',
    ],
    [
      'without provider',
      spec({ providerSpec: { ...providerSpec(), kind: undefined } }),
      'CredentialsRequestInvalid spec.providerSpec.kind',
    ],
    ['without statements', entries(undefined), `CredentialsRequestInvalid ${at}`],
    ['with an empty list of statements', entries([]), `CredentialsRequestInvalid ${at}`],
    ['with statements that are no list', entries({}), `CredentialsRequestInvalid ${at}`],
    ['with a statement that is text', entries(['s3:*']), `CredentialsRequestInvalid ${at}[0]`],
    ['with a lower-case effect', statement({ effect: 'allow' }), `StatementEffectInvalid ${at}[0].effect`],
    ['without effect', statement({ effect: undefined }), `StatementEffectInvalid ${at}[0].effect`],
    ['without action', statement({ action: undefined }), `StatementActionMissing ${at}[0].action`],
    ['with no action in its list', statement({ action: [] }), `StatementActionMissing ${at}[0].action`],
    [
      'with an action outside a list',
      statement({ action: 's3:*' }),
      `StatementActionMissing ${at}[0].action`,
    ],
    [
      'with an action that is a number',
      statement({ action: [1] }),
      `CredentialsRequestInvalid ${at}[0].action`,
    ],
    ['without resource', statement({ resource: undefined }), `StatementResourceMissing ${at}[0].resource`],
    [
      'with a list of resources',
      statement({ resource: ['*'] }),
      `StatementResourceMissing ${at}[0].resource`,
    ],
    [
      'with a condition that is text',
      statement({ policyCondition: 'x' }),
      `CredentialsRequestInvalid ${at}[0].policyCondition`,
    ],
    [
      'with a condition without keys',
      statement({ policyCondition: { Bool: true } }),
      `CredentialsRequestInvalid ${at}[0].policyCondition`,
    ],
    [
      'with a mapping for a condition value',
      statement({ policyCondition: { Bool: { a: {} } } }),
      `CredentialsRequestInvalid ${at}[0].policyCondition`,
    ],
    ['with NotAction', statement({ notAction: ['iam:*'] }), `PolicyRefused ${at}[0].notAction`],
    ['with another case of a key', statement({ Resource: '*' }), `PolicyRefused ${at}[0].Resource`],
  ])('%s', (_, value, expected) => {
    const { requests, skipped, problems } = select(value);
    expect(problems.map(({ code, field }) => `${code} ${field}`)).toEqual([expected]);
    expect([...requests, ...skipped]).toEqual([]);
  });

  it('with all problems at once, each with its place', () => {
    const { problems } = selectRequests(
      [{ file: 'b.yaml', document: 3, value: { kind: 'CredentialsRequest' } }],
      ofFeatureSet(),
    );
    expect(problems.map(({ field }) => field)).toEqual([
      'apiVersion',
      'metadata.name',
      'spec.secretRef.name',
      'spec.secretRef.namespace',
      'spec.serviceAccountNames',
      'spec.providerSpec.kind',
      'spec.providerSpec.statementEntries',
    ]);
    for (const problem of problems) expect(problem).toMatchObject({ file: 'b.yaml', document: 3 });
  });
});
