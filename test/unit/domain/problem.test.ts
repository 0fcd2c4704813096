import { expect, it } from 'vitest';
import { formatLocation, formatProblem, type Problem, rejectionName } from '../../../core/domain/problem.ts';

const problem = (code: Problem['code']): Problem => ({ code, message: 'Wrong.', remedy: 'Mend it.' });

it.each([
  [['BundleEmpty'], 'BundleEmpty'],
  [['BundleEmpty', 'BundleEmpty'], 'BundleEmpty'],
  [['BundleEmpty', 'TagInvalid'], 'InvalidBundle'],
  [[], 'InvalidBundle'],
] as const)('problems %j end an execution as %s', (codes, name) => {
  expect(rejectionName(codes.map(problem))).toBe(name);
});

it.each([
  [{}, ''],
  [{ file: 'a.yaml' }, 'a.yaml'],
  [{ file: 'a.yaml', document: 2, field: 'spec.x' }, 'a.yaml, document 2, spec.x'],
  [{ field: 'spec.x' }, 'spec.x'],
])('location %j reads "%s"', (location, text) => {
  expect(formatLocation(location)).toBe(text);
});

it('a problem is one line: where, what, remedy', () => {
  expect(formatProblem({ ...problem('BundleEmpty'), file: 'a.yaml' })).toBe('a.yaml: Wrong. Mend it.');
  expect(formatProblem(problem('BundleEmpty'))).toBe('Wrong. Mend it.');
});
