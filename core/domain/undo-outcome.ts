/**
 * What became of one thing that a run may have made or changed:
 * `undone` is as before; `untouched` was never made or changed by this run; `left` is still there or was
 * changed by somebody else meanwhile, and an operator must decide.
 */
export interface UndoOutcome {
  readonly resource: string;
  readonly outcome: 'undone' | 'untouched' | 'left';
  readonly detail: string;
  /** `aws` commands that finish the job; only for what is left. */
  readonly commands?: readonly string[];
}

/** Runs one undo. An error becomes `left`, so that the others are still tried. */
export async function undoing(
  resource: string,
  commands: readonly string[],
  undo: () => Promise<UndoOutcome>,
): Promise<UndoOutcome> {
  try {
    return await undo();
  } catch (error) {
    const { name, message } = error as Error;
    return { resource, outcome: 'left', detail: `${name}: ${message}`, commands };
  }
}
