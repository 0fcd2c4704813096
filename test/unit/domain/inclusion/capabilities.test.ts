import { describe, expect, it } from 'vitest';
import {
  ALL_CAPABILITIES,
  type CapabilitySelection,
  knownCapabilities,
  leftOut,
} from '../../../../core/domain/inclusion/capabilities.ts';

const chosen = (baseline: string, ...additional: string[]): CapabilitySelection => ({ baseline, additional });
const shows = (capability: string) => ({
  metadata: { annotations: { 'capability.openshift.io/name': capability } },
});

describe('whether a cluster has a capability', () => {
  it.each<[string, string, CapabilitySelection | undefined, string[], boolean | undefined]>([
    ['follows from the set', 'Storage', chosen('v4.12'), [], true],
    ['follows from the set, which is without it', 'Storage', chosen('v4.11'), [], false],
    ['follows from what was added', 'Storage', chosen('None', 'Storage'), [], true],
    ['follows from none', 'MachineAPI', chosen('None'), [], false],
    ['follows from all, of whatever name', 'Brand-new', ALL_CAPABILITIES, [], true],
    ['follows from a fixed set, of a name that came later', 'Brand-new', chosen('v4.18'), [], false],
    ['follows from AWS, which needs it', 'CloudControllerManager', chosen('None'), [], true],
    ['follows from AWS, with no choice on record', 'Ingress', undefined, [], true],
    [
      'is shown by a component that it has',
      'ImageRegistry',
      chosen('v4.11'),
      ['ImageRegistry+CloudCredential'],
      true,
    ],
    ['is not known without a choice', 'ImageRegistry', undefined, [], undefined],
    ['is not known from a set that is not', 'ImageRegistry', chosen('v9.9'), [], undefined],
  ])('%s', (_, name, selection, present, expected) => {
    expect(knownCapabilities(selection, present.map(shows))(name)).toBe(expected);
  });

  it('is told of those that are left out and have requests', () => {
    expect(leftOut(undefined)).toEqual([]);
    expect(leftOut(ALL_CAPABILITIES)).toEqual([]);
    expect(leftOut(chosen('v4.11'))).toEqual(['ImageRegistry', 'Storage']);
    expect(leftOut(chosen('None', 'Storage'))).toEqual(['ImageRegistry', 'MachineAPI']);
  });
});
