import { RegionInfo } from 'aws-cdk-lib/region-info';

const LINE_WIDTH = 110;

/** The partitions of AWS with their regions, from the data that the CDK publishes with each of its releases. */
export function partitionsJson(): string {
  const partitions = new Map<string, { id: string; dnsSuffix: string; regions: string[] }>();
  for (const { name, partition: id = '', domainSuffix: dnsSuffix = '' } of RegionInfo.regions) {
    const known = partitions.get(id) ?? { id, dnsSuffix, regions: [] };
    known.regions.push(name);
    partitions.set(id, known);
  }
  const sorted = [...partitions.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((partition) => ({ ...partition, regions: partition.regions.sort() }));
  return `[\n${sorted.map(partitionText).join(',\n')}\n]\n`;
}

/** As the formatter has it: a list that fits on a line is one. */
function partitionText({
  id,
  dnsSuffix,
  regions,
}: {
  id: string;
  dnsSuffix: string;
  regions: string[];
}): string {
  const names = regions.map((region) => JSON.stringify(region));
  const line = `    "regions": [${names.join(', ')}]`;
  const list = line.length <= LINE_WIDTH ? line : `    "regions": [\n      ${names.join(',\n      ')}\n    ]`;
  return `  {\n    "id": "${id}",\n    "dnsSuffix": "${dnsSuffix}",\n${list}\n  }`;
}
