import { client, uiOf } from './client.ts';
import { endWithReader } from './reader.ts';

/** Runs a command line in the caller's account. Ctrl-C ends what waits; a second one ends the process at once. */
async function main(args: readonly string[]): Promise<void> {
  endWithReader();
  const interrupt = new AbortController();
  const stop = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    interrupt.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const context = async () => (await import('./do.ts')).onAws(process.env);
  process.exitCode = await client(args, uiOf(args, process.env), interrupt.signal, context);
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
}

void main(process.argv.slice(2));
