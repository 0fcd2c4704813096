import pMap from 'p-map';
import { auditReportSchema } from '../../core/domain/audit/report.ts';
import { storedEntrySchema } from '../../core/domain/registry.ts';
import { clusters as folder, latestAuditReport, registryEntry } from '../../core/storage/layout.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { readJson } from '../read-json.ts';
import { table } from '../table.ts';
import type { Work } from '../work.ts';

/** Documents that are read at once: a fleet of hundreds takes seconds. */
const AT_ONCE = 8;

interface Row {
  readonly cluster: string;
  readonly region: string;
  readonly release: string;
  readonly upgrades: string;
  readonly lastRun: string;
  /** What the latest audit says, by release that it was held against. */
  readonly audit: string;
}

/** Lists the registry. An entry that cannot be read is listed as that. */
export async function clusters(deployment: Deployment, _: string, __: Common, { ui }: Work): Promise<number> {
  const names = await namesIn(deployment);
  const audit = auditReportSchema.safeParse(await readJson(deployment, latestAuditReport.of())).data;
  const rows = await pMap(
    names,
    async (cluster): Promise<Row | undefined> => {
      const found = await readJson(deployment, registryEntry.of({ cluster }));
      // A bundle that was refused leaves a folder too.
      if (found === null || found === undefined) return undefined;
      const { data } = storedEntrySchema.safeParse(found);
      const { region = 'unknown', release = 'unknown', upgrades = [], lastRun } = data ?? {};
      const audited = audit?.clusters.find((each) => each.cluster === cluster);
      return {
        cluster,
        region,
        release,
        upgrades: upgrades.join(' ') || '-',
        lastRun: lastRun?.endedAt ?? 'unknown',
        audit:
          audited === undefined
            ? 'not audited yet'
            : audited.releases.map((each) => `${each.release} ${each.status}`).join(', ') ||
              'no newer release on hand',
      };
    },
    { concurrency: AT_ONCE },
  );
  const known = rows.filter((row) => row !== undefined);
  for (const row of known) ui.tell({ event: 'cluster', ...row });
  if (known.length === 0)
    ui.say(
      'No cluster was prepared here yet. `sts-prep prepare <directory>` does it, `sts-prep discover` lists those that others made.',
    );
  else
    ui.say(
      table(
        ['CLUSTER', 'REGION', 'RELEASE', 'ALSO PREPARED FOR', 'LAST RUN', 'LATEST AUDIT'],
        known.map((row) => [row.cluster, row.region, row.release, row.upgrades, row.lastRun, row.audit]),
      ),
    );
  return EXIT.ok;
}

async function namesIn({ clients: { s3 }, outputBucket }: Deployment): Promise<readonly string[]> {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const Prefix = folder.of();
  const names: string[] = [];
  for await (const { CommonPrefixes = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: outputBucket, Prefix, Delimiter: '/' },
  ))
    for (const { Prefix: each = '' } of CommonPrefixes) names.push(each.slice(Prefix.length, -1));
  return names;
}
