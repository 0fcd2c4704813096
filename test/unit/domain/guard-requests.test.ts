import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedProblems } from '../../../core/domain/bounded-problems.ts';
import type { CredentialsRequest } from '../../../core/domain/credentials-request.ts';
import { guardRequests, namesOfNothing } from '../../../core/domain/guard-requests.ts';
import { DEFAULT_RULES, type GuardRules, widenRules } from '../../../core/domain/policy-guard.ts';
import { rejection } from '../../../core/usecases/prepare/reject.ts';
import { readSettings } from '../../../infra/settings.ts';
import { ESCALATIONS, RELEASES } from './guarded-actions.ts';

const DEPLOYED: GuardRules = { ...widenRules(DEFAULT_RULES, []), otherOptions: [] };

function request(name: string, actions: readonly string[], resource = '*'): CredentialsRequest {
  return {
    source: { file: `credreqs/${name}.yaml`, document: 1 },
    name,
    secretRef: { namespace: 'openshift-x', name },
    serviceAccountNames: ['x'],
    statements: [{ effect: 'Allow', action: [...actions], resource }],
  };
}

/** What the deployment allows when somebody enters the command that a problem has. */
function followed(remedy: string): GuardRules {
  const [, , quoted, plain] = /(npm run deploy -- -c (?:'([^']+)'|(\S+)))$/.exec(remedy) ?? [];
  const [name = '', value = ''] = (quoted ?? plain ?? '').split('=');
  return widenRules(DEFAULT_RULES, readSettings({ [name]: value }).policyGuardAdditions);
}

describe('what the guard says of a bundle', () => {
  it('is nothing where nothing is refused', () => {
    expect(guardRequests([request('a', ['ec2:RunInstances'])], DEPLOYED)).toEqual([]);
  });

  it('is one problem, with place and command, for one action', () => {
    expect(guardRequests([request('a', ['sqs:SendMessage'])], DEPLOYED)).toEqual([
      {
        code: 'PolicyRefused',
        file: 'credreqs/a.yaml',
        document: 1,
        field: 'spec.providerSpec.statementEntries[0].action',
        message: '"sqs:SendMessage" is of a service that no OpenShift release is known to use.',
        remedy:
          'Leave it out of the request, or allow it. docs/policy-guard.md says what actions could do. Whoever deploys can allow it; the list replaces the present one, which is empty: npm run deploy -- -c policyGuardAdditions=sqs:SendMessage',
      },
    ]);
  });

  it('is one command for all actions, by request, and then the place of each', () => {
    const requests = [
      request('karpenter', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'ec2:CreateFleet']),
      request('storage', ['s3:Put*', 's3:HeadObject']),
    ];
    const [whole, ...each] = guardRequests(
      requests,
      widenRules(DEFAULT_RULES, ['kms:List*', 'ec2:CreateRoute']),
    );
    expect(whole).toEqual({
      code: 'PolicyRefused',
      message:
        'The policy guard refuses 4 actions of 2 requests. karpenter: sqs:ReceiveMessage, sqs:DeleteMessage; storage: s3:Put*, s3:HeadObject.',
      remedy:
        "s3:HeadObject can only be corrected in the requests. docs/policy-guard.md says what actions could do. Whoever deploys can allow it, with the other options of the deployment beside this one; the list replaces the present one, which is kms:List*,ec2:CreateRoute: npm run deploy -- -c 'policyGuardAdditions=kms:List*,ec2:CreateRoute,s3:Put*,sqs:ReceiveMessage,sqs:DeleteMessage'",
    });
    expect(each.map(({ file, message }) => [file, message.split('"')[1]])).toEqual([
      ['credreqs/karpenter.yaml', 'sqs:ReceiveMessage'],
      ['credreqs/karpenter.yaml', 'sqs:DeleteMessage'],
      ['credreqs/storage.yaml', 's3:Put*'],
      ['credreqs/storage.yaml', 's3:HeadObject'],
    ]);
    expect(each.filter(({ remedy }) => remedy.includes('npm run deploy'))).toEqual([]);
  });

  it('says that nothing can be allowed where that is so', () => {
    const [whole] = guardRequests([request('a', ['*', 'iam:*', 's3:HeadObject'])], DEPLOYED);
    expect(whole?.remedy).toBe(
      'No setting of the deployment allows it. docs/policy-guard.md says what actions could do.',
    );
  });

  it('does not say that the present list is empty where it is not known', () => {
    const [only] = guardRequests([request('a', ['sqs:SendMessage'])], DEFAULT_RULES);
    expect(only?.remedy).toContain('which is not known here and has to be put in front: npm run');
  });

  it('repeats the other options of the deployment, which it would take back', () => {
    const otherOptions = ['ownSigningKeys=true', 'auditSchedule=cron(0 6 * * ? *)', 'alarmEmail=a@b.example'];
    const [only] = guardRequests([request('a', ['sqs:SendMessage'])], { ...DEPLOYED, otherOptions });
    expect(only?.remedy).toMatch(
      /which is empty: npm run deploy -- -c policyGuardAdditions=sqs:SendMessage -c ownSigningKeys=true -c 'auditSchedule=cron\(0 6 \* \* \? \*\)' -c alarmEmail=a@b\.example$/,
    );
  });

  it('is told whole, however much is allowed already', () => {
    const allowed = Array.from({ length: 81 }, (_, index) => `lambda:Something${'x'.repeat(10)}${index}`);
    const rules: GuardRules = {
      ...widenRules(DEFAULT_RULES, allowed),
      otherOptions: [`requiredPermissionsBoundaryArn=arn:aws:iam::123456789012:policy/${'x'.repeat(500)}`],
    };
    const odd = Array.from({ length: 100 }, (_, index) => `ec2:*${'x'.repeat(100)}${index}`);
    const problems = guardRequests([request('a', ['sqs:SendMessage', ...odd])], rules);
    expect(problems[0]?.remedy).toContain('npm run deploy');
    expect(problems[0]?.remedy.length).toBeGreaterThan(5_500);
    expect(boundedProblems(problems)[0]).toEqual(problems[0]);
    expect(rejection(problems).cause).toContain(problems[0]?.remedy);
    expect(rejection(problems).cause.length).toBeLessThan(9_000);
  });

  it('gives no command that a deployment would not take', () => {
    const many = Array.from({ length: 200 }, (_, index) => `sqs:SomethingLong${index}`);
    const [whole, ...each] = guardRequests([request('a', many)], DEPLOYED);
    expect(whole?.remedy).toContain('A deployment takes a list of 2500 characters');
    expect([whole, ...each].filter((problem) => problem?.remedy.includes('npm run'))).toEqual([]);
    expect(() => readSettings({ policyGuardAdditions: many.join(',') })).toThrow('2500 characters at most');
  });

  it.each([
    ['names', (index: number) => `ec2:Nonsense${index}`],
    ['names of services', (index: number) => `x${index}:Name`],
    ['patterns', (index: number) => `iam:*${'?a'.repeat(15)}${index}`],
    ['long patterns', (index: number) => `ec2:Get${'*?a'.repeat(38)}${index}`],
    ['prefixes', (index: number) => `s3:Head${index}*`],
  ])('is bounded, however many %s are asked for', (_, action) => {
    const many = Array.from({ length: 100_000 }, (_each, index) => action(index));
    const [whole, ...each] = guardRequests([request('a'.repeat(5_000), many), request('b', many)], DEPLOYED);
    expect(whole?.message.length).toBeLessThan(1_500);
    expect(each).toHaveLength(2_000);
    expect(whole?.remedy).not.toContain('npm run');
  });
});

describe('following it', () => {
  const action = fc.constantFrom(
    ...ESCALATIONS,
    ...Object.values(RELEASES).flat(),
    'sqs:*',
    'SQS:SendMessage',
    's3:*',
    's3:Put*',
    'ec2:Get*',
    'kms:De*',
    'nowhere:Name',
  );
  const asked = fc.array(fc.array(action, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
  const present = fc.array(fc.constantFrom('sqs:SendMessage', 'ec2:CreateRoute', 'lambda:*', 'S3:put*'), {
    maxLength: 3,
  });

  it('once lets the same bundle pass, and all that was allowed before', () => {
    fc.assert(
      fc.property(asked, present, (lists, additions) => {
        const before = widenRules(DEFAULT_RULES, additions);
        const requests = lists.map((actions, index) => request(`r${index}`, actions));
        const [first] = guardRequests(requests, before);
        fc.pre(first?.remedy.includes('npm run deploy') === true);
        const left = guardRequests(requests, followed(first.remedy));
        // Those that no deployment allows are said to be such before.
        for (const { file, message } of left)
          expect(message).toMatch(file === undefined ? /^The policy guard refuses/ : /is no IAM action/);
        const others = additions.map((each) => request('before', [each]));
        expect(guardRequests(others, followed(first.remedy))).toEqual([]);
      }),
    );
  });
});

describe('names that pass and are no IAM actions', () => {
  it('are warned about, with the right ones', () => {
    const asked = [request('a', ['s3:GetBucketEncryption', 's3:GetBucketLocation', 's3:HeadObject'])];
    expect(namesOfNothing(asked, DEPLOYED)).toEqual([
      'credreqs/a.yaml, document 1, spec.providerSpec.statementEntries[0].action: "s3:GetBucketEncryption" is no IAM action and gives nothing: GetBucketEncryption is an operation of the API. Ask for s3:GetEncryptionConfiguration in its place.',
    ]);
  });

  it('are none that releases ask for', () => {
    expect(namesOfNothing([request('a', Object.values(RELEASES).flat())], DEPLOYED)).toEqual([]);
  });
});
