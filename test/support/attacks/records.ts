import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { TestAccount } from '../account.ts';
import { bundle, CLUSTER_FILE, clusterYaml } from '../bundles.ts';
import type { Attack } from './attack.ts';
import { VICTIM } from './uploads.ts';

/** An account that nobody here knows. */
const STRANGER = 'arn:aws:iam::666666666666:root';

/** Gives whatever roles a record asks for all rights, and a stranger the right to assume them. */
export function forged(text: string): string {
  const record = JSON.parse(text, (member, value) => {
    if (member === 'policy' && value?.Statement !== undefined && value.Statement[0]?.Principal === undefined)
      return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    if (member === 'trust')
      return {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: STRANGER }, Action: 'sts:AssumeRole' }],
      };
    return value;
  });
  return JSON.stringify(record);
}

/** Replaces an object of the output bucket by what becomes of its text. */
export async function rewrite(
  account: TestAccount,
  key: string,
  change: (text: string) => string,
): Promise<string> {
  const body = change((await account.read(key)) ?? '');
  await account
    .s3()
    .send(
      new PutObjectCommand({ Bucket: account.output, Key: key, Body: body, ContentType: 'application/json' }),
    );
  return body;
}

/** The account named in forged records, as it stands in whatever came of them. */
export const STRANGERS_MARK = STRANGER;

const forging = (by: string, tries: string, before: string, file: string): Attack => ({
  by,
  tries,
  key: `prepare/${VICTIM}-too.tgz`,
  bundle: () => bundle({ [CLUSTER_FILE]: clusterYaml({ name: `${VICTIM}-too` }) }),
  meanwhile: (account) => {
    let isDone = false;
    return async (called, event, call) => {
      if (called === before && !isDone) {
        isDone = true;
        const { run } = event as { run: { id: string } };
        await rewrite(account, `clusters/${VICTIM}-too/runs/${run.id}/${file}`, forged);
      }
      return call();
    };
  },
});

const WRITES_ANY = 'code with the rights to write any record';

/** What could be made of the records of a run. */
export const records: readonly Attack[] = [
  forging(WRITES_ANY, 'say what the bundle says', 'plan-changes', 'reading.json'),
  forging(WRITES_ANY, 'say what roles are made', 'create-key-pair', 'desired.json'),
  {
    by: 'code in PlanChanges, which bears its own digests',
    tries: 'say what roles are made',
    key: `prepare/${VICTIM}-too.tgz`,
    bundle: () => bundle({ [CLUSTER_FILE]: clusterYaml({ name: `${VICTIM}-too` }) }),
    meanwhile: (account) => async (called, event, call) => {
      const answer = await call();
      if (called !== 'plan-changes') return answer;
      const { run } = event as { run: { id: string } };
      const text = await rewrite(account, `clusters/${VICTIM}-too/runs/${run.id}/desired.json`, forged);
      const desired = createHash('sha256').update(text).digest('hex');
      const { records, ...planned } = answer as { records: object };
      return { ...planned, records: { ...records, desired } };
    },
  },
];
