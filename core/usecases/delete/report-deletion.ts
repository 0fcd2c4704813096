import * as z from 'zod';
import type { ObjectStore } from '../../aws/object-store.ts';
import { unapproved } from '../../domain/approval.ts';
import { deletionHtml } from '../../domain/deletion/html.ts';
import { deletionMarkdown } from '../../domain/deletion/markdown.ts';
import { deletionOptionsSchema } from '../../domain/deletion/order.ts';
import {
  DELETION_STEPS,
  type DeletionItem,
  type DeletionPlan,
  type DeletionStep,
} from '../../domain/deletion/plan.ts';
import type { DeletionReport } from '../../domain/deletion/report.ts';
import { ifSpoilt } from '../../storage/document.ts';
import * as documents from '../../storage/documents.ts';
import * as layout from '../../storage/layout.ts';
import { placeOf, type Run } from '../../storage/run.ts';
import { runFiles } from '../../storage/run-files.ts';
import { allSettledOrThrow } from '../../util/all-settled.ts';
import { defined } from '../../util/defined.ts';
import { reportedDecision } from '../approval/decision.ts';
import { toldError } from '../undo/report-failure.ts';
import { FILES } from './cluster-files.ts';
import { deletionPlanOf, outcomesOf } from './deletion-step.ts';
import { bury } from './tombstone.ts';

const caught = z.object({ Error: z.string(), Cause: z.string().default('') });

/** The execution's state, as far as it tells how the deletion went. */
export const deletionStateSchema = z.looseObject({
  read: z.object({ options: deletionOptionsSchema }),
  lock: z.object({ outcome: z.string(), holder: z.string().optional() }).optional(),
  plan: z
    .object({
      refused: z.boolean(),
      digest: z.string(),
      error: z.string().optional(),
      cause: z.string().optional(),
    })
    .optional(),
  /** How the execution failed before anything was removed. */
  error: caught.optional(),
});

type DeletionState = z.infer<typeof deletionStateSchema>;

/** How the execution ends. */
export interface DeletionEnd {
  readonly outcome: DeletionReport['outcome'];
  readonly error: string;
  readonly cause: string;
  readonly report: string;
}

const STEP_WORDS: Readonly<Record<DeletionStep, string>> = {
  roles: 'roles',
  provider: 'identity provider',
  issuer: 'issuer bucket',
  files: FILES.all,
};

/**
 * Writes what became of a cluster. Where nothing is left of it, a tombstone takes the place of its registry entry, which goes
 * last: whatever fails before, the same file uploaded again goes on from there.
 */
export async function reportDeletion(
  { run, startedAt }: { readonly run: Run; readonly startedAt: string },
  state: DeletionState,
  store: ObjectStore,
): Promise<DeletionEnd> {
  const { lock, plan: planned, read } = state;
  const decision = (await documents.decision.read(placeOf(run), store, ifSpoilt(undefined)))?.value;
  const about = {
    version: 1,
    run: run.id,
    startedAt,
    endedAt: new Date().toISOString(),
    cluster: { name: run.cluster.name, region: run.cluster.region },
    options: read.options,
    ...defined({ approval: decision && reportedDecision(decision) }),
  } as const;
  if (lock?.outcome === 'busy')
    return write({
      ...about,
      outcome: 'cluster-busy',
      items: [],
      error: {
        name: 'ClusterBusy',
        cause: `Run ${lock.holder} holds the cluster's lock. Upload the file again when it has ended.`,
      },
    });
  if (planned === undefined || state.error !== undefined) {
    const { name, message } = toldError(state.error, await runFiles(run, store).failures());
    const outcome = unapproved(name) ?? 'refused';
    return write({ ...about, outcome, items: [], error: { name, cause: message } });
  }
  const plan = await deletionPlanOf(run, planned.digest, store);
  if (planned.refused)
    return write({
      ...about,
      outcome: 'refused',
      items: plan.items,
      error: { name: planned.error ?? '', cause: planned.cause ?? '' },
    });
  const items = [
    ...plan.items
      .filter(({ outcome, resource }) => outcome === 'stays' && isOfNoStep(resource, plan))
      .map(kept),
    ...(await allSettledOrThrow(DELETION_STEPS.map((step) => itemsOf(step)))).flat(),
  ];
  const left = items.filter(({ outcome }) => outcome === 'left');
  if (left.length > 0)
    return write({
      ...about,
      outcome: 'incomplete',
      items,
      error: {
        name: 'DeletionIncomplete',
        cause: left.map(({ resource, detail }) => `${resource}: ${detail}`).join('\n'),
      },
    });
  await bury({ run, at: about.endedAt, plan, items }, store);
  const entry: readonly DeletionItem[] =
    plan.entry === undefined
      ? []
      : [{ resource: FILES.registry, outcome: 'removed', detail: 'a tombstone has its history' }];
  const end = await write({ ...about, outcome: 'deleted', items: [...items, ...entry] });
  await store.removeAll([layout.registryEntry.of({ cluster: run.cluster.name })]);
  return end;

  async function itemsOf(step: DeletionStep): Promise<readonly DeletionItem[]> {
    const found = await outcomesOf(step, run, store);
    if (found !== undefined) return found;
    // A step that crashed has left no outcomes.
    const error = toldError(caught.safeParse(state[step]).data, await runFiles(run, store).failures());
    const detail = `this part did not come to its end: ${error.name}, ${error.message}`;
    return [{ resource: STEP_WORDS[step], outcome: 'left', detail }];
  }

  async function write(report: DeletionReport): Promise<DeletionEnd> {
    const key = await writeDeletionReport(run, report, store);
    const { name: error = '', cause = '' } = report.error ?? {};
    return { outcome: report.outcome, error, cause, report: key };
  }
}

/** What the records of the steps do not speak of: they have the last word on the bucket and the key. */
function isOfNoStep(resource: string, { bucket }: DeletionPlan): boolean {
  return resource !== FILES.privateKey && !(bucket !== undefined && resource.includes(bucket.bucket));
}

function kept(item: DeletionItem): DeletionItem {
  return { ...item, outcome: 'kept' };
}

/** Writes a report for programs, terminals and browsers; returns the key of the first. */
async function writeDeletionReport(run: Run, report: DeletionReport, store: ObjectStore): Promise<string> {
  const place = placeOf(run);
  await allSettledOrThrow([
    documents.deletionReport.write(place, report, store),
    store.put(layout.deletionReportText.of(place), deletionMarkdown(report), {
      contentType: 'text/markdown; charset=utf-8',
    }),
    store.put(layout.deletionReportPage.of(place), deletionHtml(report), {
      contentType: 'text/html; charset=utf-8',
    }),
  ]);
  return layout.deletionReport.of(place);
}

/** Writes what a deletion would do, and what stands against it. */
export async function publishDeletionPlan(
  { run, startedAt }: { readonly run: Run; readonly startedAt: string },
  planned: {
    readonly digest: string;
    readonly refused: boolean;
    readonly needsApproval: boolean;
    readonly error?: string;
    readonly cause?: string;
  },
  store: ObjectStore,
): Promise<{ readonly report: string; readonly page: string; readonly summary: string }> {
  const { options, items } = await deletionPlanOf(run, planned.digest, store);
  const { error: name, cause } = planned;
  const report = await writeDeletionReport(
    run,
    {
      version: 1,
      run: run.id,
      outcome: planned.refused ? 'refused' : planned.needsApproval ? 'awaiting-approval' : 'planned',
      startedAt,
      endedAt: new Date().toISOString(),
      cluster: { name: run.cluster.name, region: run.cluster.region },
      options,
      items,
      ...defined({ error: name === undefined || cause === undefined ? undefined : { name, cause } }),
    },
    store,
  );
  const going = items.filter(({ outcome }) => outcome === 'goes').length;
  const staying = items.filter(({ outcome }) => outcome === 'stays').length;
  return {
    report,
    page: layout.deletionReportPage.of(placeOf(run)),
    summary: `everything of the cluster goes: ${going} things; ${staying} stay.`,
  };
}
