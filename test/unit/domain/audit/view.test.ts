import { expect, it } from 'vitest';
import { notUsed } from '../../../../core/domain/audit/view.ts';

/** IAM keeps for 400 days when a role was last used. */
it.each<[string, string | undefined, string]>([
  ['a minute old', '2026-03-01T09:59:00.000Z', 'Not since it was made, 2026-03-01'],
  ['399 days old', '2025-01-26T10:00:00.000Z', 'Not since it was made, 2025-01-26'],
  ['401 days old', '2025-01-24T10:00:00.000Z', 'Never, or not within 400 days'],
  ['of unknown age', undefined, 'Never, or not within 400 days'],
])('of a role that is %s and shows no use', (_, createdAt, text) => {
  expect(notUsed(createdAt, '2026-03-01T10:00:00.000Z')).toBe(text);
});
