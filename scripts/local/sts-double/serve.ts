import { readEmulator } from '../emulator-state.ts';
import { stsServer } from './server.ts';

/** What the process is started with. */
const { STS_PREP_STS_PORT: port, STS_PREP_STS_IDENTITY: identity } = process.env;
if (!port || !identity) throw new Error('It is started by npm run local:up.');

stsServer(emulator, identity).listen(Number(port), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));

/** The emulator may be started after this, and anew. */
function emulator(): string {
  const endpoint = readEmulator()?.endpoint;
  if (endpoint === undefined) throw new Error('No emulator is running.');
  return endpoint;
}
