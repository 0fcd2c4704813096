import * as layout from '../core/storage/layout.ts';
import type { UndoStep } from '../core/usecases/undo/undo-step.ts';
import type { Grant } from './statements/object-grants.ts';

/** What is published of a plan. */
export const PLAN_REPORT: readonly Grant[] = [
  layout.planReport,
  layout.planReportText,
  layout.planReportPage,
  layout.offlineArchive,
];

/** A report in all its forms. */
export const RUN_REPORT: Grant[] = [layout.runReport, layout.runReportText, layout.runReportPage];
export const DELETION_REPORT: Grant[] = [
  layout.deletionReport,
  layout.deletionReportText,
  layout.deletionReportPage,
];

/** That a run waits, and which cluster it is for. */
export const APPROVAL_REQUEST: Grant[] = [layout.approvalRequest, layout.runIndex];

/** Files that say what is to be deleted, or planned. */
export const DELETIONS: Grant[] = [{ grant: 'delete/*' }, { grant: 'plan/delete/*' }];

/** The record of one undo step, of any run. */
export function withStep(step: UndoStep): Grant {
  return { grant: layout.undoRecord.of({ cluster: '*', run: '*', step }) };
}
