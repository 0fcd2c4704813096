/** Elapsed time, aligned for lists: `   3.2 s`. */
export function formatElapsed(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1).padStart(6)} s`;
}

/** A size for people. */
export function formatSize(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}

/** The cause of a failed execution; Lambda's is JSON with the message in it. */
export function formatCause(cause: string | undefined): string {
  if (!cause) return '(no cause given)';
  try {
    const message = (JSON.parse(cause) as { errorMessage?: unknown } | null)?.errorMessage;
    return typeof message === 'string' ? message : cause;
  } catch {
    return cause;
  }
}
