import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_SETS, type FeatureSet } from '../../../../core/domain/feature-set.ts';
import {
  belonging,
  type InclusionTarget,
  isOfAnotherCluster,
} from '../../../../core/domain/inclusion/belonging.ts';

const SET = 'release.openshift.io/feature-set';
const GATE = 'release.openshift.io/feature-gate';
const MAJOR = 'release.openshift.io/major-version';
const CAPABILITY = 'capability.openshift.io/name';
const PROFILE = 'include.release.openshift.io/self-managed-high-availability';

/** A cluster in which the gates On and Off are known, and the capabilities Has and Lacks. */
const target = (featureSet: FeatureSet = 'Default'): InclusionTarget => ({
  featureSet,
  gate: (name) => ({ On: true, Off: false })[name],
  capability: (name) => ({ Has: true, Lacks: false })[name],
});

const manifest = (annotations: Record<string, unknown>, provider = 'AWSProviderSpec') => ({
  kind: 'CredentialsRequest',
  metadata: { annotations },
  spec: { providerSpec: { kind: provider } },
});

describe('a manifest', () => {
  it.each<[string, Record<string, unknown>, FeatureSet, 'in' | 'out' | 'unknown']>([
    ['without annotations', {}, 'Default', 'in'],
    // The feature set
    ['of the feature set', { [SET]: 'Default' }, 'Default', 'in'],
    ['of another', { [SET]: 'TechPreviewNoUpgrade' }, 'Default', 'out'],
    ['of several', { [SET]: 'OKD,TechPreviewNoUpgrade' }, 'OKD', 'in'],
    ['of several others', { [SET]: 'DevPreviewNoUpgrade,TechPreviewNoUpgrade' }, 'OKD', 'out'],
    ['of Default is not of OKD', { [SET]: 'Default' }, 'OKD', 'out'],
    ['with one that is not known among them', { [SET]: 'Default,Preview' }, 'Default', 'out'],
    ['with a blank among them', { [SET]: 'OKD, Default' }, 'Default', 'out'],
    ['in other letters', { [SET]: 'default' }, 'Default', 'out'],
    ['with none', { [SET]: '' }, 'Default', 'out'],
    // Feature gates
    ['whose gate is on', { [GATE]: 'On' }, 'Default', 'in'],
    ['whose gate is off', { [GATE]: 'Off' }, 'Default', 'out'],
    ['whose gate has to be off, and is', { [GATE]: '-Off' }, 'Default', 'in'],
    ['whose gate has to be off, and is on', { [GATE]: '-On' }, 'Default', 'out'],
    ['all of whose gates hold', { [GATE]: 'On, -Off,' }, 'Default', 'in'],
    ['one of whose gates does not', { [GATE]: 'On,Off' }, 'Default', 'out'],
    ['whose gate nobody knows', { [GATE]: 'Dark' }, 'Default', 'unknown'],
    ['whose gate has to be off and nobody knows', { [GATE]: '-Dark' }, 'Default', 'unknown'],
    ['one of whose gates nobody knows, and another does not hold', { [GATE]: 'Dark,Off' }, 'Default', 'out'],
    ['with no gate', { [GATE]: '' }, 'Default', 'in'],
    ['of a feature set and a gate, though both hold', { [SET]: 'Default', [GATE]: 'On' }, 'Default', 'out'],
    // Major versions
    ['of a major version, which is for other kinds', { [MAJOR]: '4' }, 'Default', 'out'],
    // Cluster profiles
    ['of the profile', { [PROFILE]: 'true' }, 'Default', 'in'],
    ['of the profile, unquoted', { [PROFILE]: true }, 'Default', 'in'],
    [
      'of the profile, but not quite',
      { [PROFILE]: 'false-except-for-the-config-operator' },
      'Default',
      'out',
    ],
    ['of another profile', { 'include.release.openshift.io/hypershift': 'true' }, 'Default', 'out'],
    // Capabilities
    ['of a capability', { [CAPABILITY]: 'Has' }, 'Default', 'in'],
    ['of a capability that is not there', { [CAPABILITY]: 'Has+Lacks' }, 'Default', 'out'],
    ['of a capability that nobody knows of', { [CAPABILITY]: 'Has+Perhaps' }, 'Default', 'unknown'],
    [
      'of one that nobody knows of and one that is not there',
      { [CAPABILITY]: 'Perhaps+Lacks' },
      'Default',
      'out',
    ],
    [
      'of a gate that nobody knows, for another profile',
      { [GATE]: 'Dark', [PROFILE]: 'no' },
      'Default',
      'out',
    ],
  ])('%s', (_, annotations, featureSet, verdict) => {
    expect(belonging(manifest(annotations), target(featureSet)).verdict).toBe(verdict);
  });

  it.each([
    ['AWSProviderSpec', 'in'],
    ['AwsProviderspec', 'in'],
    ['AzureProviderSpec', 'out'],
  ])('for %s is %s', (provider, verdict) => {
    expect(belonging(manifest({}, provider), target()).verdict).toBe(verdict);
  });

  it('says why it does not count', () => {
    const why = (annotations: Record<string, unknown>) => belonging(manifest(annotations), target());
    expect(why({ [GATE]: 'Off' })).toMatchObject({
      reason: 'feature gate Off: Off is off in a cluster of feature set Default',
    });
    expect(why({ [CAPABILITY]: 'Lacks' })).toMatchObject({ capability: 'Lacks' });
    expect(why({ [SET]: 'Preview' })).toMatchObject({
      reason: 'feature set Preview, of which "Preview" is not known',
    });
  });

  it('whatever it is, is never included by more gates being unknown', () => {
    const names = fc.array(fc.constantFrom('On', '-On', 'Off', '-Off', 'Dark', '-Dark'), { maxLength: 4 });
    fc.assert(
      fc.property(names, fc.constantFrom(...FEATURE_SETS), (gates, featureSet) => {
        const known = belonging(manifest({ [GATE]: gates.join() }), target(featureSet));
        const dark = { ...target(featureSet), gate: () => undefined };
        const unknown = belonging(manifest({ [GATE]: gates.join() }), dark);
        expect(unknown.verdict).toBe(gates.length === 0 ? 'in' : 'unknown');
        if (known.verdict === 'in') for (const gate of gates) expect(['On', '-Off']).toContain(gate);
      }),
    );
  });
});

describe('a bundle was filtered for one cluster when nothing in it', () => {
  it.each<[string, unknown, boolean]>([
    ['is of another cloud', manifest({}, 'GCPProviderSpec'), true],
    ['is of another feature set', manifest({ [SET]: 'TechPreviewNoUpgrade' }), true],
    ['is of another profile', manifest({ 'include.release.openshift.io/hypershift': 'true' }), true],
    ['is behind a gate, which tells nothing', manifest({ [GATE]: 'Off' }), false],
    ['is of a capability, which tells nothing', manifest({ [CAPABILITY]: 'Lacks' }), false],
    ['is no manifest', 'text', false],
  ])('%s', (_, value, is) => {
    expect(isOfAnotherCluster(value, 'Default')).toBe(is);
  });
});
