import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRegion, partitionOfRegion } from '../../../core/domain/aws-partition.ts';
import partitions from '../../../core/domain/aws-partitions.json' with { type: 'json' };

const REGIONS = partitions.flatMap(({ regions }) => regions);

describe('the partition of a region', () => {
  it.each([
    ['us-east-1', 'aws', 'amazonaws.com'],
    ['ap-southeast-7', 'aws', 'amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['cn-northwest-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['us-gov-east-1', 'aws-us-gov', 'amazonaws.com'],
    ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
    ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
    ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
    ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
    ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
  ])('%s is in %s', (region, id, dnsSuffix) => {
    expect(partitionOfRegion(region)).toEqual({ id, dnsSuffix });
  });

  it.each(['', 'us-east', 'US-EAST-1', 'us-east-1a', 'aws-global', 'mars-north-1', '__proto__'])(
    '"%s" is no region',
    (text) => {
      expect(partitionOfRegion(text)).toBeUndefined();
    },
  );

  it('is one only', () => {
    expect(new Set(REGIONS).size).toBe(REGIONS.length);
  });
});

describe('the nearest region', () => {
  it.each([
    ['us-east1', 'us-east-1'],
    ['useast-2', 'us-east-2'],
    ['US-EAST-2', 'us-east-2'],
    ['eu-centrall-1', 'eu-central-1'],
    ['eu-wset-3', 'eu-west-3'],
  ])('of %s is %s', (text, region) => {
    expect(nearestRegion(text)).toBe(region);
  });

  it.each(['', 'demo', 'team-platform', 'x'.repeat(1_000)])('there is none for "%s"', (text) => {
    expect(nearestRegion(text)).toBeUndefined();
  });

  it('of a region is itself, whatever its case', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGIONS), fc.boolean(), (region, upper) => {
        expect(nearestRegion(upper ? region.toUpperCase() : region)).toBe(region);
      }),
    );
  });
});
