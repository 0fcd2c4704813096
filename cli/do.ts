import type { Operation } from '../core/domain/operations.ts';
import { clusters } from './commands/clusters.ts';
import { doctor } from './commands/doctor.ts';
import { report } from './commands/report.ts';
import { status } from './commands/status.ts';
import { watch } from './commands/watch.ts';
import { type Deployment, findDeployment } from './deployment.ts';
import { EXIT } from './errors.ts';
import type { Common, OtherName } from './other-commands.ts';
import { paceOf } from './pace.ts';
import { fetchInstallFiles } from './place.ts';
import type { OperationOptions } from './program.ts';
import { runOperation, type Work } from './run-operation.ts';
import { handIn } from './start.ts';
import type { Ui } from './ui.ts';

function workWith(ui: Ui, signal: AbortSignal): Work {
  const pace = paceOf(Boolean(process.env['AWS_ENDPOINT_URL']));
  return { ui, signal, pace, handIn: (deployment, bundle) => handIn(deployment, bundle, pace, signal) };
}

/** Does an operation; returns the exit code. */
export function doOperation(
  ui: Ui,
  signal: AbortSignal,
  [operation, isPlan, source, options]: readonly [Operation, boolean, string | undefined, OperationOptions],
): Promise<number> {
  const { cluster, clusterRegion: region, release, addOn, installDir, out, showBundle } = options;
  const addressee = { cluster, region, release, 'add-on': addOn };
  const wanted = { operation, isPlan, source, addressee, installDir, out, showBundle };
  return runOperation(wanted, () => findDeployment(options), workWith(ui, signal));
}

type Other = (deployment: Deployment, argument: string, options: Common, work: Work) => Promise<number>;

const OTHERS: Readonly<Record<Exclude<OtherName, 'doctor'>, Other>> = {
  watch,
  status,
  clusters,
  report,
  fetch: async (deployment, cluster, { installDir = '.' }, { ui }) => {
    await fetchInstallFiles(deployment, cluster, installDir, ui);
    return EXIT.ok;
  },
};

/** Does another command; returns the exit code. */
export async function doOther(
  ui: Ui,
  signal: AbortSignal,
  [name, argument, options]: readonly [OtherName, string | undefined, Common],
): Promise<number> {
  // The one that is for when there is none.
  if (name === 'doctor') return doctor(options, ui);
  return OTHERS[name](await findDeployment(options), argument ?? '', options, workWith(ui, signal));
}
