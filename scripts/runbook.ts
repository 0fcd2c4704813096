import { REJECTIONS, type RejectionName } from '../core/domain/problem.ts';
import { type Entry, TASK_ERRORS } from './runbook-errors.ts';

/** Names that come from elsewhere and that an operator meets. */
const OTHER_ERRORS: Readonly<Record<string, Entry>> = {
  AccessDenied: {
    means: 'AWS refused a call. The message names the call and, if AWS says so, the policy.',
    act: [
      "A service control policy, a permissions boundary or a bucket policy of the account is in the way: the functions' own policies allow every call they make.",
      'Allow it, and upload the bundle again.',
    ],
  },
  ApprovalRefused: {
    means:
      'Somebody refused the plan of the run; the cause and the report say who, and why. Nothing was made.',
    act: ['Change the bundle as the reason says, and upload it again.'],
  },
  ApprovalTimedOut: {
    means: 'The run waited three days for somebody to approve its plan, and nobody did. Nothing was made.',
    act: [
      'Upload the bundle again, and have its plan approved: the message of the operators topic says how.',
    ],
  },
  ClusterBusy: {
    means: "Another run held the cluster's lock for longer than this one waits. Nothing was made.",
    act: [
      'Look at the run that the cause names; upload the bundle again when it has ended.',
      'If that run waits for an approval, which `sts-prep status` says: approve or refuse it.',
    ],
  },
  ExecutionAborted: {
    means: 'The execution was stopped by hand, and the undo machine rolled back what it had made.',
    act: ['Upload the bundle again when you want it.'],
  },
  ExecutionTimedOut: {
    means:
      'The execution took longer than the state machine allows, and the undo machine rolled back what it had made.',
    act: ['Look into its history for what took so long, then upload the bundle again.'],
  },
  ExecutionDied: {
    means: 'The execution ended before its own undo did, and the undo machine rolled back what it had made.',
    act: ['Look into its history for the error that no state caught; upload the bundle again.'],
  },
  'Sandbox.Timedout': {
    means:
      'A function crashed or ran into its own time limit, through all retries, and left no record. A cause of the form `Outcomes of the roles: […]` is about CreateRole, and lists the error names of all roles.',
    act: [
      "Look at the function's log, and for a role at the iterations of CreateRoles in the execution's history.",
      'Upload the bundle again.',
    ],
  },
  'States.Timeout': {
    means: 'A task did not answer within its time limit, through all retries.',
    act: ["Look at the function's log.", 'Upload the bundle again.'],
  },
};

/** How executions end, by the name of the last state. */
const ENDINGS: Readonly<Record<string, Entry>> = {
  Prepared: {
    means: 'The cluster is prepared and verified.',
    act: ['Nothing; `report.md` of the run has the next steps.'],
  },
  Adopted: {
    means: 'A cluster that something else made is registered as it is. Nothing of it was changed.',
    act: [
      'Read in `report.md` of the run what differs from what a prepare would make, and decide whether to upload the bundle below prepare/.',
    ],
  },
  ApprovalRefused: {
    means: 'Somebody refused the plan; nothing was made.',
    act: ['The cause says who, and why. Change the bundle, and upload it again.'],
  },
  ApprovalTimedOut: {
    means: 'Nobody approved the plan in time; nothing was made.',
    act: ['Upload the bundle again for a new plan.'],
  },
  PlanOutdated: {
    means: 'The plan was approved, and something changed while the run waited; nothing was made.',
    act: ['The cause says what. Upload the bundle again, and approve the new plan.'],
  },
  Planned: {
    means: 'What a run would change is written; nothing was changed.',
    act: ['`plan-report.html` in the folder of the run is for people, `plan-report.json` for programs.'],
  },
  NotPlanned: {
    means:
      'A run with this bundle would not get past its plan, or something could not be read. Nothing was changed. Error and cause say what stands against it.',
    act: [
      "`report.md` in the folder of the run has all of it. See the error's section below; then upload the bundle again below `plan/`.",
    ],
  },
  BundleRejected: {
    means: 'The bundle has problems. Nothing was made. Error and cause name them; the report lists all.',
    act: ['Mend the bundle as the report says, and upload it again.'],
  },
  ReadBundle: {
    means:
      'The bundle could not be read for a reason that is not its own, such as an outage. Nothing was made. The execution failed in this very state, with its error.',
    act: [
      "See the error's section below.",
      'When the reason has passed, redrive the execution in the console: it reads the same version of the bundle and goes on from there.',
    ],
  },
  ClusterBusy: { means: 'See the error of this name.', act: ['Upload the bundle again later.'] },
  RolledBack: {
    means: "A step failed, and the account is as it was before. Error and cause are the first failure's.",
    act: ["See the error's section below; upload the bundle again."],
  },
  RollbackIncomplete: {
    means:
      'A step failed, and something that this run made or changed is still there. It raises an alarm of its own.',
    act: [
      'Open `clusters/<name>/runs/<run>/failure.json` (or `report.md`) in the output bucket: it says what happened, what was undone, and what is left.',
      'If the cluster is wanted, upload the bundle again: a new run converges from there.',
      'If not, run the commands it gives for what is left, in their order. An issuer bucket goes only after its identity provider is gone: whoever takes the name of the bucket could issue tokens for roles that still trust it.',
    ],
  },
  Undone: {
    means: 'What a stopped run had made was rolled back.',
    act: ['Upload the bundle again when you want it.'],
  },
};

/** The same of deletions, whose ends have words of their own. */
const DELETIONS: Readonly<Record<string, Entry>> = {
  Deleted: {
    means: 'Nothing is left of the cluster but what `deletion-report.md` says was kept, with the reason.',
    act: [
      'Nothing. The name of the issuer bucket stays reserved; to give it up, upload the file once more with `release-name: true`.',
    ],
  },
  DeletionPlanned: {
    means: 'What a deletion would remove and keep is written; nothing was changed.',
    act: ['Read `deletion-report.md` in the folder of the run, then upload the same file below `delete/`.'],
  },
  PlanRefused: {
    means:
      'Something stands against the deletion. The plan is written, and says all of it; nothing was changed.',
    act: ['See DeletionRefused below.'],
  },
  DeletionNotPlanned: {
    means:
      'Something of the cluster could not be read, so it is not known what a deletion would do. Nothing was changed.',
    act: ["See the error's section below; then upload the file again below `plan/`."],
  },
  DeletionRejected: {
    means:
      'The file does not say what is to be deleted as it has to. Nothing was removed. Error and cause name all problems.',
    act: ['Mend the file as the report says, and upload it again.'],
  },
  DeletionIncomplete: {
    means:
      'Something of the cluster is still there. `deletion-report.md` lists what was removed, kept and left, with the reason.',
    act: [
      'Where it gives commands, look at what they are about, and run them.',
      'Upload the same file again: it goes on from what is left, and the cluster stays registered until nothing is.',
      'An issuer bucket goes only after its identity provider is gone: whoever takes the name of the bucket could issue tokens for roles that still trust it.',
    ],
  },
  ReadDeletion: {
    means:
      'The file could not be read for a reason that is not its own, such as an outage, or the record of the cluster was spoilt. Nothing was removed.',
    act: [
      "See the error's section below.",
      'When the reason has passed, redrive the execution in the console, or upload the file again.',
    ],
  },
};

/** What an alarm tells that is no end of an execution and no error. */
const ALARMS: Readonly<Record<string, Entry>> = {
  UploadLost: {
    means: 'An upload started no run, or the schedule no audit: the event is in the dead-letter queue.',
    act: [
      'Read the event: `aws sqs receive-message --queue-url <DeadLetterQueueUrl of the stack>`. It names the object, or the schedule.',
      'Mend the cause (the log of StartRun names it; a concurrency limit passes by itself), then upload the bundle again, or start the audit by hand.',
      'Delete the message.',
    ],
  },
  AuditFailed: {
    means: 'An audit did not come to its end; `audits/latest/` is of an earlier one.',
    act: [
      'The execution says where and why; the records under `audits/runs/<audit>/failures/` say more.',
      'Redrive the execution, or start one: `sts-prep audit`.',
    ],
  },
  AuditOverdue: {
    means:
      'No audit of the whole fleet succeeded for longer than the deployment allows (`auditOverdueDays`).',
    act: [
      'Look whether the schedule is there and on: `aws scheduler list-schedules --group-name sts-prep`.',
      'Look at the last executions of the audit’s state machine, and start one: `sts-prep audit`.',
    ],
  },
  ClustersNotReady: {
    means: 'Clusters lack permissions that a release on hand asks for, so their upgrade stays shut.',
    act: [
      '`sts-prep report`: each finding has its remedy; mostly it is `sts-prep upgrade` with the bundle of that release.',
    ],
  },
  ClustersDrifted: {
    means:
      'Clusters are not what they were last prepared to be: somebody changed a role, an issuer or a provider.',
    act: [
      '`sts-prep report`: each finding says what differs, how bad it is and what mends it.',
      'Widened trust or permissions come first: CloudTrail says who changed them.',
    ],
  },
  ClustersUnknown: {
    means: 'Clusters could not be audited, so nothing is known of them, and nothing is opened or taken back.',
    act: ['`sts-prep report` has the reason of each; audit again when it has passed.'],
  },
};

/** The runbook: a section for every state an execution can end in and every error it can end with. */
export function runbookMarkdown(): string {
  const rejections = Object.entries(REJECTIONS) as [RejectionName, string][];
  return [
    '# Runbook',
    'Generated by `npm run generate` from the error classes; a test fails when it is stale.',
    'To run a bundle again, upload it again: a new version starts a new execution, and whatever is right already is left alone. That is the way for every execution that was rolled back: what it had made is gone, so redriving it would only enter its Fail state again. One that was stopped, timed out or died must not be redriven either: it is undone, and refuses with LockLost to change anything from then on; nor a deletion, once another run of the cluster came after it. An execution that failed in ReadBundle can be redriven.',
    '## How an execution ended',
    ...Object.entries(ENDINGS).map(([name, entry]) => section(name, entry)),
    '## How a deletion ended',
    'There is no way back from a deletion, so none of it is undone: the same file uploaded again goes on where it stopped.',
    ...Object.entries(DELETIONS).map(([name, entry]) => section(name, entry)),
    '## What an alarm tells',
    'Every alarm names its section of this page.',
    ...Object.entries(ALARMS).map(([name, entry]) => section(name, entry)),
    '## Errors of a run',
    ...[...Object.entries(TASK_ERRORS), ...Object.entries(OTHER_ERRORS)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => section(name, entry)),
    '## Why a bundle was refused',
    'Nothing was made. The report gives file, document and field of every problem, and its remedy.',
    ...rejections.map(([name, means]) => `### ${name}\n\n${capital(means)}.`),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Every name the runbook has a section for. */
export function runbookNames(): string[] {
  return [
    ...Object.keys(ENDINGS),
    ...Object.keys(DELETIONS),
    ...Object.keys(ALARMS),
    ...Object.keys(TASK_ERRORS),
    ...Object.keys(OTHER_ERRORS),
    ...Object.keys(REJECTIONS),
  ];
}

function section(name: string, { means, act }: Entry): string {
  return [`### ${name}`, means, act.map((line) => `- ${line}`).join('\n')].join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
