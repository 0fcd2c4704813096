import { createInterface } from 'node:readline/promises';
import * as z from 'zod';
import { REASON_LIMIT, type Verdict } from '../../core/domain/approval.ts';
import { digestOf } from '../../core/storage/document.ts';
import * as layout from '../../core/storage/layout.ts';
import { invoke } from '../approval/invoke.ts';
import { signDecision } from '../approval/sign-decision.ts';
import type { Deployment } from '../deployment.ts';
import { ClientError, EXIT } from '../errors.ts';
import type { Common } from '../other-commands.ts';
import { readJson, readText } from '../read-json.ts';
import type { Ui } from '../ui.ts';
import type { Work } from '../work.ts';

/** A plan that waits: its document, by which the pipeline knows it, and its text for people. */
interface Plan {
  readonly digest: string;
  readonly text: string;
}

/** Shows the plan of a run that waits, and approves it where the answer is yes. Throws ClientError. */
export async function approve(
  deployment: Deployment,
  run: string,
  options: Common,
  work: Work,
): Promise<number> {
  const { ui } = work;
  checkReason(options);
  const plan = await planOf(deployment, run);
  ui.say(`${plan.text.trimEnd()}\n`);
  ui.tell({ event: 'plan', run, digest: plan.digest });
  const answer = options.yes === true ? 'yes' : await answerOf(run, ui);
  if (answer === undefined || !/^y(es)?$/i.test(answer.trim())) {
    ui.say(`Nothing was decided; the run waits. \`sts-prep refuse ${run} --reason "why"\` ends it.`);
    return answer === undefined ? EXIT.interrupted : EXIT.failed;
  }
  return decide('approved', deployment, { run, plan }, options, work);
}

/** Refuses the plan of a run that waits, with the reason for its report. Throws ClientError. */
export async function refuse(
  deployment: Deployment,
  run: string,
  options: Common,
  work: Work,
): Promise<number> {
  checkReason(options);
  return decide('refused', deployment, { run, plan: await planOf(deployment, run) }, options, work);
}

/** Before anything is asked or shown. Throws ClientError. */
function checkReason({ reason }: Common): void {
  if (reason === undefined || (reason.trim() !== '' && reason.length <= REASON_LIMIT)) return;
  throw new ClientError(
    reason.trim() === '' ? '--reason is empty.' : `--reason has more than ${REASON_LIMIT} characters.`,
    'Say in a sentence why; it goes into the report of the run.',
    EXIT.usage,
  );
}

async function decide(
  verdict: Verdict,
  deployment: Deployment,
  { run, plan }: { readonly run: string; readonly plan: Plan },
  { reason }: Common,
  { ui }: Work,
): Promise<number> {
  const caller = await signDecision(
    verdict,
    run,
    plan.digest,
    deployment.region,
    deployment.connection?.credentials,
  );
  const { by } = await invoke(deployment, {
    run,
    verdict,
    plan: plan.digest,
    ...(reason === undefined ? {} : { reason }),
    caller,
  });
  ui.tell({ event: 'decided', run, verdict, by });
  ui.say(
    verdict === 'approved'
      ? `Approved as ${by}. The run goes on; \`sts-prep watch ${run}\` follows it.`
      : `Refused as ${by}. The run ends, and nothing was made.`,
  );
  return EXIT.ok;
}

const indexEntry = z.object({ name: z.string() });

async function planOf(deployment: Deployment, run: string): Promise<Plan> {
  const isName = /^[\w-]{1,80}$/.test(run);
  const entry = isName ? await readJson(deployment, layout.runIndexEntry.of({ run })) : undefined;
  const cluster = indexEntry.safeParse(entry).data?.name;
  if (cluster === undefined)
    throw new ClientError(
      `There is no run ${run} of a cluster.`,
      'The message of the operators topic has the name of the run; `sts-prep status` lists the runs that are under way.',
      EXIT.usage,
    );
  for (const [document, text] of PLANS) {
    const [plan, markdown] = await Promise.all([
      readText(deployment, document.of({ cluster, run })),
      readText(deployment, text.of({ cluster, run })),
    ]);
    if (plan !== undefined && markdown !== undefined) return { digest: digestOf(plan), text: markdown };
  }
  throw new ClientError(
    `Run ${run} has no plan that somebody could approve.`,
    `\`sts-prep watch ${run}\` shows what it does.`,
    EXIT.usage,
  );
}

/** Of a deletion, and of every other run: the document and the text that is shown of it. */
const PLANS = [
  [layout.deletionPlan, layout.deletionReportText],
  [layout.planReport, layout.planReportText],
] as const;

/** Undefined of whoever ends the question by Ctrl-C. Throws ClientError where nobody can be asked. */
async function answerOf(run: string, { isJson }: Ui): Promise<string | undefined> {
  // A program is asked nothing, and has not been shown the plan's text.
  if (isJson || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new ClientError(
      'Nobody can be asked here whether the plan is approved.',
      `\`sts-prep approve ${run} --yes\` approves it as it is shown above.`,
      EXIT.usage,
    );
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await prompt.question('Approve this plan? Only "yes" does. ');
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    process.stdout.write('\n');
    return undefined;
  } finally {
    prompt.close();
  }
}
