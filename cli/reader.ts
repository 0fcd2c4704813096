import { EXIT } from './errors.ts';

/**
 * Has the process end where what it says is not read on, as `| head` does: without a word, for nobody is there who would
 * hear it. Node ignores SIGPIPE, and the stream's error would end the process with a stack. Output that cannot be written
 * for another reason, such as a full disk, is told on standard error.
 */
export function endWithReader(): void {
  process.stdout.on('error', (error) => {
    const code = codeOf(error);
    if (code !== EXIT.readerGone)
      process.stderr.write(`Standard output cannot be written: ${error.message}\n`);
    process.exit(code);
  });
  process.stderr.on('error', (error) => process.exit(codeOf(error)));
}

function codeOf({ code }: NodeJS.ErrnoException): number {
  return code === 'EPIPE' ? EXIT.readerGone : EXIT.failed;
}
