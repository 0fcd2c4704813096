import { expect, it } from 'vitest';
import { belongsToFeatureSet, FEATURE_SETS } from '../../../core/domain/feature-set.ts';

it('a manifest without the annotation belongs to every cluster', () => {
  for (const featureSet of FEATURE_SETS) expect(belongsToFeatureSet(undefined, featureSet)).toBe(true);
});

it.each([
  ['TechPreviewNoUpgrade', 'TechPreviewNoUpgrade', true],
  ['TechPreviewNoUpgrade', 'Default', false],
  ['Default', 'Default', true],
  ['Default', 'CustomNoUpgrade', false],
  ['DevPreviewNoUpgrade,TechPreviewNoUpgrade', 'TechPreviewNoUpgrade', true],
  ['DevPreviewNoUpgrade, TechPreviewNoUpgrade', 'TechPreviewNoUpgrade', true],
  ['DevPreviewNoUpgrade,TechPreviewNoUpgrade', 'Default', false],
  ['techpreviewnoupgrade', 'TechPreviewNoUpgrade', false],
  ['TechPreviewNoUpgradeX', 'TechPreviewNoUpgrade', false],
  ['', 'Default', false],
] as const)('"%s" on a cluster of %s: %s', (annotation, featureSet, belongs) => {
  expect(belongsToFeatureSet(annotation, featureSet)).toBe(belongs);
});
