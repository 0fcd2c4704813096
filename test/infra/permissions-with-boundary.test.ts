import { describe, expect, test } from 'vitest';
import type { FunctionName } from '../../core/runtime/environment.ts';
import { ACCOUNT } from './iam-policy.ts';
import { BOUNDARY, bounded, may, role, TAGGED, TAGS } from './may.ts';
import { FUNCTION_NAMES } from './synthesise.ts';

describe('with a required permissions boundary', () => {
  const right = { 'iam:PermissionsBoundary': BOUNDARY };
  const wrong = { 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/lenient` };

  test.each<FunctionName>(['create-role', 'undo-roles'])('%s makes a role with it or not at all', (name) => {
    expect(may(name, 'iam:CreateRole', role, { ...TAGS, ...right }, bounded)).toBe(true);
    expect(may(name, 'iam:CreateRole', role, { ...TAGS, ...wrong }, bounded)).toBe(false);
    expect(may(name, 'iam:CreateRole', role, TAGS, bounded)).toBe(false);
  });

  test.each<FunctionName>(['create-role', 'undo-roles'])(
    '%s gives policies only to roles that have it',
    (name) => {
      for (const action of ['iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary']) {
        expect(may(name, action, role, { ...TAGGED, ...right }, bounded)).toBe(true);
        expect(may(name, action, role, { ...TAGGED, ...wrong }, bounded)).toBe(false);
        expect(may(name, action, role, TAGGED, bounded)).toBe(false);
      }
    },
  );

  test('nobody takes it off', () => {
    for (const name of FUNCTION_NAMES) {
      const context = { ...TAGGED, ...right };
      expect(may(name, 'iam:DeleteRolePermissionsBoundary', role, context, bounded)).toBe(false);
    }
  });

  test('ReadBundle knows it, to refuse a bundle before anything is made', () => {
    const names = JSON.stringify(bounded.findResources('AWS::Lambda::Function'));
    expect(names).toContain(`"REQUIRED_BOUNDARY_ARN":"${BOUNDARY}"`);
  });
});
