import { approveCommand, refuseCommand } from '../approval.ts';
import { approvalFacts } from '../approval-words.ts';
import type { DeletionItem } from './plan.ts';
import type { DeletionReport } from './report.ts';

export const HEADLINES: Readonly<Record<DeletionReport['outcome'], string>> = {
  planned: 'What a deletion would do; nothing of it was done',
  'awaiting-approval': 'What the deletion does once it is approved; nothing of it was done',
  deleted: 'Deleted',
  incomplete: 'Not all of it could be deleted',
  refused: 'Not deleted; nothing was changed',
  'cluster-busy': 'Another run is at work on this cluster; nothing was changed',
  'approval-refused': 'The deletion was refused; nothing was changed',
  'approval-timed-out': 'Nobody approved the deletion in time; nothing was changed',
  'plan-outdated': 'The deletion was approved, and its plan held no more; nothing was changed',
};

export const SECTIONS: Readonly<Record<DeletionItem['outcome'], string>> = {
  left: 'What is left',
  goes: 'What goes',
  removed: 'What was removed',
  stays: 'What stays',
  kept: 'What was kept',
};

/** What the uploaded file decided, and whoever had to approve it. */
export function optionFacts({
  options,
  approval,
}: DeletionReport): readonly (readonly [name: string, value: string])[] {
  return [
    [
      'Roles in use',
      options.unusedForHours === 0
        ? 'do not matter, as the file says'
        : `none that was used in the last ${options.unusedForHours} hours may go`,
    ],
    ["Name of the issuer's bucket", options.releaseName ? 'is given up' : 'stays reserved'],
    [
      'Private key',
      options.privateKey === 'erase'
        ? 'every version of it is removed at once'
        : 'is hidden; the output bucket keeps its versions for as long as its lifecycle says',
    ],
    ...approvalFacts(approval),
  ];
}

/** What to do after a deletion, in sentences in which code stands between backticks. */
export function nextSteps({ outcome, cluster, run }: DeletionReport): string[] {
  const file = cluster.name;
  const again = (first: string) => [
    `${first}upload the same file again as \`delete/${file}.yaml\`; what is gone already stays gone.`,
  ];
  switch (outcome) {
    case 'planned':
      return [`To do it, upload the same file as \`delete/${file}.yaml\`.`];
    case 'awaiting-approval':
      return [`Approve it by \`${approveCommand(run)}\`, or refuse it by \`${refuseCommand(run)}\`.`];
    case 'incomplete':
      return again('Do what is said above, where it says so, and ');
    case 'approval-timed-out':
    case 'plan-outdated':
      return again('For a new plan, ');
    case 'refused':
    case 'cluster-busy':
      return again('When nothing stands against it any more, ');
    default:
      return [];
  }
}
