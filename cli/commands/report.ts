import { join, resolve } from 'node:path';
import * as documents from '../../core/storage/documents.ts';
import { latestAuditReportPage, runReportPage } from '../../core/storage/layout.ts';
import type { Deployment } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { asClientError } from '../prepared-records.ts';
import { readText } from '../read-json.ts';
import { registeredEntry } from '../registered.ts';
import type { Work } from '../work.ts';
import { writeInside } from '../write-file.ts';

const PAGE = 'report.html';

/** Fetches the page of the latest audit, or of a cluster's last run. Throws ClientError where there is none. */
export async function report(
  deployment: Deployment,
  cluster: string,
  { out }: Common,
  { ui }: Work,
): Promise<number> {
  const { key, directory, none } = cluster === '' ? ofAudit(out) : await ofLastRun(deployment, cluster, out);
  const page = await readText(deployment, key);
  if (page === undefined) throw none;
  writeInside(directory, PAGE, page, 0o600);
  const path = join(directory, PAGE);
  ui.tell({ event: 'report', path });
  ui.say(`${path} is for the browser.`);
  return EXIT.ok;
}

/** Where a page is, where it goes, and what is said where there is none. */
interface Place {
  readonly key: string;
  readonly directory: string;
  readonly none: ClientError;
}

function ofAudit(out: string): Place {
  return {
    key: latestAuditReportPage.of(),
    directory: resolve(out, 'audits', 'latest'),
    none: new ClientError(
      'No audit of all clusters has ended yet.',
      '`sts-prep audit` starts one.',
      EXIT.failed,
    ),
  };
}

/** The last run that succeeded: one that was rolled back changed nothing. */
async function ofLastRun(deployment: Deployment, cluster: string, out: string): Promise<Place> {
  const entry = await registeredEntry(deployment, cluster);
  const run = asClientError(() => documents.registryEntry.parse(Buffer.from(entry), 'cluster.json')).lastRun
    .id;
  return {
    key: runReportPage.of({ cluster, run }),
    directory: resolve(out, cluster, 'runs', run),
    none: new ClientError(
      `The last run of ${cluster}, ${run}, is from before runs had a page.`,
      `\`sts-prep watch ${cluster}\` shows its report.`,
      EXIT.failed,
    ),
  };
}
