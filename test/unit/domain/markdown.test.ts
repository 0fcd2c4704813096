import { describe, expect, it } from 'vitest';
import { textAndCommand } from '../../../core/domain/markdown.ts';

describe('a text that ends in a command', () => {
  it.each([
    [
      "Leave *it* out, or allow it: npm run deploy -- -c 'policyGuardAdditions=s3:Put*'",
      "Leave \\*it\\* out, or allow it: `npm run deploy -- -c 'policyGuardAdditions=s3:Put*'`",
    ],
    ['Fill it in: oc process -f my_file', 'Fill it in: `oc process -f my_file`'],
    [
      'The bundle: "x: aws rm" is bad: aws iam untag-role --tag-keys a_b',
      'The bundle: "x: aws rm" is bad: `aws iam untag-role --tag-keys a_b`',
    ],
    ['a\nb_c: aws s3 ls\n', 'a b\\_c: `aws s3 ls`'],
  ])('%j has it as code, unchanged', (given, shown) => {
    expect(textAndCommand(given)).toBe(shown);
  });

  it.each([
    ['Nothing to do_', 'Nothing to do\\_'],
    ['Say it: awsome_', 'Say it: awsome\\_'],
    ['aws_s3 ls', 'aws\\_s3 ls'],
    ['Run: aws s3 ls `rm`', 'Run: aws s3 ls \\`rm\\`'],
    ['Run: aws s3 ls \u001b[2J', 'Run: `aws s3 ls \\u{1b}[2J`'],
  ])('%j is text where there is none, or none that code can hold', (given, shown) => {
    expect(textAndCommand(given)).toBe(shown);
  });
});
