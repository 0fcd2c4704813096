import { expect, test } from 'vitest';
import { withoutEngines } from '../../../scripts/lock-file.ts';

test('only what packages ask of Node is taken out, and the text is otherwise npm’s', () => {
  const own = { name: 'sts-prep', engines: { node: '>=18' } };
  const entry = { version: '1.0.0', integrity: 'sha512-x', optional: true };
  const lock = (packages: object) => `${JSON.stringify({ lockfileVersion: 3, packages }, null, 2)}\n`;
  const before = lock({ '': own, 'node_modules/a': { ...entry, engines: { node: '>=22' } } });
  expect(withoutEngines(before)).toBe(lock({ '': own, 'node_modules/a': entry }));
});
