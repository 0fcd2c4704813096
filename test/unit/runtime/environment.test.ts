import { describe, expect, it } from 'vitest';
import { EnvironmentInvalid } from '../../../core/domain/errors.ts';
import { ENVIRONMENTS, type FunctionName, readEnvironment } from '../../../core/runtime/environment.ts';

const NAMES = Object.keys(ENVIRONMENTS) as FunctionName[];
const VALUES: Readonly<Record<string, string>> = {
  PLATFORM: 'aws',
  ACCOUNT_ID: '123456789012',
  SIMULATE_POLICIES: 'true',
  OWN_SIGNING_KEYS: 'false',
  TOKEN_VERIFIER: 'aws',
  OTHER_OPTIONS: '[]',
};

/** An environment in which nothing is missing. */
function complete(name: FunctionName): Record<string, string> {
  const variables = Object.keys(ENVIRONMENTS[name].shape);
  return Object.fromEntries(variables.map((variable) => [variable, VALUES[variable] ?? 'value']));
}

describe.each(NAMES)('the environment of %s', (name) => {
  it('is read when it is complete, without what the function does not know', () => {
    const variables = complete(name);
    expect(readEnvironment(name, { ...variables, AWS_REGION: 'us-east-1' })).toEqual(variables);
  });

  it.each(Object.keys(complete(name)))('is refused without %s, which is named', (missing) => {
    const { [missing]: _, ...rest } = complete(name);
    expect(() => readEnvironment(name, rest)).toThrow(EnvironmentInvalid);
    expect(() => readEnvironment(name, rest)).toThrow(new RegExp(`${name}.*${missing}:`));
  });
});

describe('an environment', () => {
  it('names every variable that is missing', () => {
    expect(() => readEnvironment('verify', {})).toThrow(/PLATFORM:.*PARTITION:.*ACCOUNT_ID:.*OUTPUT_BUCKET:/);
  });

  it.each([
    ['PLATFORM', 'localhost'],
    ['ACCOUNT_ID', '12345'],
    ['ACCOUNT_ID', '12345678901x'],
    ['PARTITION', ''],
    ['OUTPUT_BUCKET', ''],
  ])('is refused with %s "%s"', (variable, value) => {
    const variables = { ...complete('verify'), [variable]: value };
    expect(() => readEnvironment('verify', variables)).toThrow(new RegExp(`${variable}:`));
  });

  it('may leave the optional rules of a deployment empty', () => {
    const variables = { ...complete('read-bundle'), POLICY_GUARD_ADDITIONS: '', REQUIRED_BOUNDARY_ARN: '' };
    expect(readEnvironment('read-bundle', variables)).toEqual(variables);
  });

  it('never shows the value of a variable', () => {
    const variables = { ...complete('verify'), ACCOUNT_ID: 'secret-value' };
    expect(() => readEnvironment('verify', variables)).not.toThrow(/secret-value/);
  });
});
