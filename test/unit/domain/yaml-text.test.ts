import { describe, expect, it } from 'vitest';
import { isYamlText } from '../../../core/domain/yaml-text.ts';

// As a kube-apiserver of 1.37 answered to Secrets of these names.
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
