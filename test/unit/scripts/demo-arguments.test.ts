import { expect, test } from 'vitest';
import { readDemoArguments } from '../../../scripts/local/demo-arguments.ts';
import { UsageError } from '../../../scripts/local/main.ts';

test('without arguments: the sample is prepared', () => {
  expect(readDemoArguments([])).toEqual({
    help: false,
    source: undefined,
    operation: 'prepare',
    cluster: undefined,
    out: 'out',
  });
});

test('all arguments, in any order', () => {
  const args = '--operation plan my/bundle --region eu-west-1 --name prod-east --out results'.split(' ');
  expect(readDemoArguments(args)).toEqual({
    help: false,
    source: 'my/bundle',
    operation: 'plan',
    cluster: { name: 'prod-east', region: 'eu-west-1' },
    out: 'results',
  });
});

test('--help wins', () => {
  expect(readDemoArguments(['--help', '--operation', 'nonsense'])).toEqual({ help: true });
});

test.each([
  [['a', 'b'], 'One bundle at a time'],
  [['--name', 'x'], '--name and --region go together'],
  [['--region', 'us-east-1'], '--name and --region go together'],
  [['--name', '../x', '--region', 'us-east-1'], 'only a-z'],
  [['--operation', 'destroy'], 'there are prepare'],
  [['--nonsense'], '--nonsense'],
  [['--out'], '--out'],
])('%o is refused', (args, message) => {
  expect(() => readDemoArguments(args)).toThrow(UsageError);
  expect(() => readDemoArguments(args)).toThrow(message);
});
