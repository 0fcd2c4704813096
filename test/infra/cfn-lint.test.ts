import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { readBundleFiles } from '../../core/bundle/read-archive.ts';
import { offlineArchive } from '../../core/usecases/plan/offline-archive.ts';
import { CFN_LINT, ensureVenv, pythonOf } from '../../scripts/local/python.ts';
import { plannedDryRun } from '../support/dry-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { synthesise } from './synthesise.ts';

/*
 * The template against CloudFormation's own schemas, which differ by region: what a deployment would be refused for, and
 * what would not do what it seems to.
 */

/** One region of each partition that has all the services. */
const REGIONS = ['us-east-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'];

/** CDK writes a dependency on a role with its policies beside the reference to the role, which does not wait for them. */
const NOT_ASKED = ['W3005'];

/** What is left out by an option is no more in the template, so that these two have all that any has. */
const OPTIONS = {
  'by-default': {},
  'with-all-that-can-be-asked-for': {
    alarmEmail: 'ops@example.com',
    ownSigningKeys: 'true',
    policyGuardAdditions: 'sqs:SendMessage,ec2:CreateFleet',
    requiredPermissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/limit',
    retainData: 'false',
    simulatePolicies: 'false',
  },
};

beforeAll(() => ensureVenv((topic, text) => console.error(`${topic}: ${text}`), undefined, CFN_LINT));

/** The template that a plan hands over. */
async function handedOver(): Promise<string> {
  const archive = await offlineArchive('demo-plan-1', plannedDryRun('rolePath: /openshift/\n'));
  const files = await readBundleFiles('offline.tar.gz', archive ?? new Uint8Array());
  return Buffer.from(files.find(({ path }) => path.endsWith('cloudformation.json'))?.bytes ?? []).toString();
}

it('cfn-lint has nothing to say of the templates', async () => {
  const folder = temporaryFolder('sts-prep-lint-');
  const texts = {
    ...Object.fromEntries(
      Object.entries(OPTIONS).map(([name, settings]) => [
        name,
        JSON.stringify(synthesise(settings).toJSON(), null, 1),
      ]),
    ),
    'handed-over': await handedOver(),
  };
  const templates = Object.entries(texts).map(([name, text]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, text);
    return file;
  });
  const program = 'from cfnlint.runner import main; main()';
  const said = await promisify(execFile)(
    pythonOf(CFN_LINT),
    ['-c', program, '--regions', ...REGIONS, '--ignore-checks', ...NOT_ASKED, '--', ...templates],
    { maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: { readonly stdout?: string; readonly stderr?: string }) => error);
  expect(`${said.stdout}${said.stderr}`).toBe('');
});
