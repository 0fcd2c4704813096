import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { project } from '../../scripts/local/paths.ts';

/** A local environment that is not the developer's, where waits of the state machines are short. */
export const E2E_ENVIRONMENT = { STS_PREP_ENVIRONMENT: 'test', SFN_WAIT_SCALE: '0.02' };

/** Ends the environment that the files share; a deployment takes longer than all that a file does with it. */
export default function setup(): () => Promise<void> {
  return async () => {
    const env = { ...process.env, ...E2E_ENVIRONMENT };
    await promisify(execFile)(process.execPath, [project('scripts', 'local-down.ts')], { env });
  };
}
