import type { Operation } from '../core/domain/operations.ts';
import { clusters } from './commands/clusters.ts';
import { approve, refuse } from './commands/decide.ts';
import { doctor } from './commands/doctor.ts';
import { migration } from './commands/migration.ts';
import { report } from './commands/report.ts';
import { status } from './commands/status.ts';
import { verifyCluster } from './commands/verify-cluster.ts';
import { watch } from './commands/watch.ts';
import { type Deployment, findDeployment, type Where } from './deployment.ts';
import { EXIT } from './errors.ts';
import type { Execution } from './execution.ts';
import { hints } from './hints.ts';
import type { Common, OtherName } from './other-commands.ts';
import { type Pace, paceOf } from './pace.ts';
import { fetchInstallFiles } from './place.ts';
import type { OperationOptions } from './program.ts';
import { runOperation } from './run-operation.ts';
import { type HandedIn, handIn } from './start.ts';
import type { Ui } from './ui.ts';
import type { Work } from './work.ts';

/** Where commands work, and how they are called there. */
export interface Context {
  readonly deploymentOf: (where: Where) => Promise<Deployment>;
  readonly handIn: (
    deployment: Deployment,
    bundle: HandedIn,
    pace: Pace,
    signal: AbortSignal,
  ) => Promise<Execution>;
  readonly pace: Pace;
  /** How the client is called, for what it tells to do next. */
  readonly calledAs: string;
  /** Whether the private key is among the results too. */
  readonly withKey: boolean;
}

/** In the caller's account, or on an emulator that AWS_ENDPOINT_URL names. */
export function onAws(variables: NodeJS.ProcessEnv): Context {
  return {
    deploymentOf: findDeployment,
    handIn,
    pace: paceOf(Boolean(variables['AWS_ENDPOINT_URL'])),
    calledAs: 'sts-prep',
    withKey: false,
  };
}

function workWith(ui: Ui, signal: AbortSignal, { pace, calledAs, withKey, handIn: bring }: Context): Work {
  return {
    ui,
    signal,
    pace,
    handIn: (deployment, bundle) => bring(deployment, bundle, pace, signal),
    hints: (text) => hints(text, calledAs),
    withKey,
  };
}

/** Does an operation; returns the exit code. */
export function doOperation(
  ui: Ui,
  signal: AbortSignal,
  context: Context,
  [operation, isPlan, source, options]: readonly [Operation, boolean, string | undefined, OperationOptions],
): Promise<number> {
  const { cluster, clusterRegion: region, release, addOn, installDir, out, showBundle } = options;
  const addressee = { cluster, region, release, 'add-on': addOn };
  const wanted = {
    operation,
    isPlan,
    source,
    addressee,
    installDir,
    out,
    showBundle,
  };
  return runOperation(wanted, () => context.deploymentOf(options), workWith(ui, signal, context));
}

type Other = (deployment: Deployment, argument: string, options: Common, work: Work) => Promise<number>;

const OTHERS: Readonly<Record<Exclude<OtherName, 'doctor'>, Other>> = {
  watch,
  status,
  clusters,
  report,
  approve,
  refuse,
  migration,
  'verify-cluster': verifyCluster,
  fetch: async (deployment, cluster, { installDir = '.' }, { ui }) => {
    await fetchInstallFiles(deployment, cluster, installDir, ui);
    return EXIT.ok;
  },
};

/** Does another command; returns the exit code. */
export async function doOther(
  ui: Ui,
  signal: AbortSignal,
  context: Context,
  [name, argument, options]: readonly [OtherName, string | undefined, Common],
): Promise<number> {
  if (name === 'doctor') return doctor(await context.deploymentOf(options), options, ui);
  return OTHERS[name](
    await context.deploymentOf(options),
    argument ?? '',
    options,
    workWith(ui, signal, context),
  );
}
