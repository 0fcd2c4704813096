/** What every command is told. */
export interface Common {
  readonly stack: string;
  readonly region?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly installDir?: string;
  readonly files?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly handOver?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
}

export interface OtherCommand {
  readonly summary: string;
  readonly argument?: readonly [name: string, meaning: string];
  /** Those that have to be given. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** Those that may be. */
  readonly further?: readonly (readonly [flags: string, meaning: string])[];
}

/** Commands that are no operation: nothing is uploaded by them. */
export const OTHER_COMMANDS = {
  watch: {
    summary: 'follows a run to its end, from wherever it is',
    argument: [
      '<run or cluster>',
      'name of an execution, or of a cluster whose run is under way or was the last',
    ],
  },
  fetch: {
    summary:
      "puts what was made for a cluster into the installer's directory, after `openshift-install create manifests`",
    argument: ['<cluster>', 'name of the cluster'],
    options: [['--install-dir <directory>', "the installer's directory (needed)"]],
  },
  'verify-cluster': {
    summary:
      'tells whether every component of a running cluster uses the credentials that were prepared, and no long-lived key is left in it',
    argument: ['<cluster>', 'name of the cluster'],
    further: [
      ['--kubeconfig <file>', 'of the cluster (default: that of `oc` or `kubectl`, which is asked)'],
      ['--context <name>', 'of the kubeconfig'],
      ['--hand-over', 'hands the result to the pipeline, whose audits show it with its age from then on'],
      ['--files <directory>', 'what `oc get … -o json` printed, instead of asking the cluster'],
    ],
  },
  migration: {
    summary:
      'tells how far a running cluster has come from long-lived keys to what `migrate` made for it, and gives the commands of the next stage',
    argument: ['<cluster>', 'name of the cluster'],
    further: [
      ['--kubeconfig <file>', 'of the cluster (default: that of `oc` or `kubectl`, which is asked)'],
      ['--context <name>', 'of the kubeconfig'],
      ['--files <directory>', 'what `oc get … -o json` printed, instead of asking the cluster'],
    ],
  },
  approve: {
    summary: 'shows the plan of a run that waits for it, and approves it',
    argument: ['<run>', 'name of the execution'],
    further: [
      ['--yes', 'approves without asking'],
      ['--reason <text>', 'for the report of the run'],
    ],
  },
  refuse: {
    summary: 'refuses the plan of a run that waits; it ends, and nothing was made',
    argument: ['<run>', 'name of the execution'],
    options: [['--reason <text>', 'for the report of the run (needed)']],
  },
  status: {
    summary: 'tells where the pipeline is, which runs are under way, and which of them wait for an approval',
  },
  clusters: { summary: 'lists the clusters of the registry, with what the latest audit says of them' },
  report: {
    summary: 'fetches the page of the latest audit of all clusters, or of the last run of one',
    argument: ['[cluster]', 'name of a cluster'],
  },
  doctor: {
    summary:
      'tells whether the pipeline is reached, its release, how many roles and identity providers the account may have, and what you may do there',
  },
} as const satisfies Readonly<Record<string, OtherCommand>>;

export type OtherName = keyof typeof OTHER_COMMANDS;
