import { describe, expect, it } from 'vitest';
import { isYamlText } from '../../../core/domain/yaml-text.ts';

// As a kube-apiserver of 1.37 answered to Secrets of these names.
// As sigs.k8s.io/yaml 1.4 answered.
describe('a scalar without quotes', () => {
  it.each([
    ...['Yes', 'YES', 'Y', 'On', 'OFF', 'True', 'NULL', '~', '', '.inf', '-.Inf', '.NaN'],
    ...[
      '1_000',
      '0_x1',
      '1__',
      '685_230.15',
      '.5_5',
      '+5',
      '-0x1F',
      '0B1',
      '0O17',
      '017',
      '08',
      '-.5',
      '1E5',
      '1.',
    ],
    ...['-9223372036854775808', '-0x8000000000000000', '18446744073709551616'],
  ])('%j is not read as text', (text) => {
    expect(isYamlText(text)).toBe(false);
  });

  it.each([
    ...[
      'yEs',
      'tRUE',
      'nULL',
      '.iNF',
      '_1',
      '._5',
      '.5_',
      '0b2',
      '0x',
      '1e3.5',
      '1:30',
      '2024-01-01',
      '=',
      '-',
      '+_',
    ],
    ...['-0x8000000000000001', '+0x8000000000000000', `0x${'1'.repeat(200)}`],
  ])('%j is read as text', (text) => {
    expect(isYamlText(text)).toBe(true);
  });
});

describe('a name in a manifest', () => {
  it.each([
    ...['123', '0', '007', '1e3', '1.5', '0x1f', '0b11', '0o17', '12e03'],
    ...['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null'],
    // Of the same kinds.
    ...['08', '1e-3', '0e0', '1.e3', '99999999999999999999', '0xffffffffffffffff'],
  ])('%s is not read as text', (word) => {
    expect(isYamlText(word)).toBe(false);
  });

  it.each([
    ...['1e400', '2026-01-01', '1.2.3', 'nan', '190.20.30'],
    ...[
      'inf',
      'nul',
      'yes-1',
      'cloud-credentials',
      '0x',
      '0b2',
      '0o8',
      '1-2',
      '0xfffffffffffffffff',
      'e3',
      '1e',
    ],
  ])('%s is read as text', (word) => {
    expect(isYamlText(word)).toBe(true);
  });
});
