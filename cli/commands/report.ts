import { join, resolve } from 'node:path';
import { latestAuditReportPage } from '../../core/storage/layout.ts';
import type { Deployment } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { readText } from '../read-json.ts';
import type { Work } from '../run-operation.ts';
import { writeInside } from '../write-file.ts';

const PAGE = 'report.html';

/** Fetches the page of the latest audit. Throws ClientError where there was none. */
export async function report(
  deployment: Deployment,
  _: string,
  { out }: Common,
  { ui }: Work,
): Promise<number> {
  const page = await readText(deployment, latestAuditReportPage.of());
  if (page === undefined)
    throw new ClientError(
      'No audit of all clusters has ended yet.',
      '`sts-prep audit` starts one.',
      EXIT.failed,
    );
  const directory = resolve(out, 'audits', 'latest');
  const path = join(directory, PAGE);
  writeInside(directory, PAGE, page, 0o600);
  ui.tell({ event: 'report', path });
  ui.say(`${path} is for the browser.`);
  return EXIT.ok;
}
