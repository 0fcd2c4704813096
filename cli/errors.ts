/** A failure that the reader can do something about: shown as its message and what to do next, without a stack. */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly remedy: string | undefined;
  /** Exit code of the command; see docs/client.md. */
  readonly exitCode: number;

  constructor(message: string, remedy?: string, exitCode: number = EXIT.failed) {
    super(message);
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** How a command ends. Every code is a promise to scripts: none changes its meaning. */
export const EXIT = {
  /** What was asked for is done. */
  ok: 0,
  /** The run failed, and the account is as it was before; or something else went wrong that the message names. */
  failed: 1,
  /** The command line is not understood, or what it names is not there. Nothing was uploaded. */
  usage: 2,
  /** The bundle, or what somebody decided about a plan, was refused; nothing was made. */
  refused: 3,
  /** A run failed, and something of it is left in the account. */
  incomplete: 4,
  /** The deployment is not found, or the caller may not use it. */
  unreachable: 5,
  /** The run succeeded, but its files are not in the installer's directory yet. */
  notPlaced: 6,
  /** Nothing is wrong as far as it could be told, and not everything could. */
  unknown: 7,
  /** Ended by Ctrl-C; a run goes on. */
  interrupted: 130,
  /** Nobody read on, as `| head` does not: what a shell tells of a program that SIGPIPE ended. A run goes on. */
  readerGone: 141,
} as const;

/** What each exit code means, for the documentation and `--help`. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'what was asked for is done',
  failed:
    'the run failed and was rolled back, a verified cluster has findings, or the message says what went wrong',
  usage: 'the command line is not understood, or what it names is not there; nothing was uploaded',
  refused: 'the bundle, the plan, the deletion or a decision was refused; nothing was made or removed',
  incomplete:
    'the run failed, and something of it, or of what was to be deleted, is left; the report has the commands that finish the job',
  unreachable: 'the deployment is not found, or you may not use it',
  notPlaced: 'the run succeeded, and its files are not in the installer directory yet; the message says why',
  unknown: 'a cluster was verified without a finding, and not everything could be told',
  interrupted: 'Ctrl-C; a run that was started goes on',
  readerGone: 'nobody read the output to its end, as `head` does not; a run that was started goes on',
};
