import type { StateMachine } from './asl.ts';
import { PLANNED_RUN, READ_RUN } from './run-parameters.ts';
import { caughtBy, task } from './task.ts';
import { failed } from './undo-chain.ts';

/** Says what a run would change, and changes nothing. */
export const PLAN: StateMachine = {
  Comment:
    'Says what a prepare, an upgrade or another run with this bundle would change, for people to read before it. Its functions are those of the runs, up to where these begin to change something; it takes no lock and there is nothing to undo.',
  StartAt: 'ReadBundle',
  TimeoutSeconds: 7_200,
  States: {
    ReadBundle: task('read-bundle', {
      Comment:
        'Unpacks and checks the bundle, as the run would. A refused bundle is a result here, with every reason at once.',
      Parameters: {
        'run.$': '$$.Execution.Name',
        'operation.$': '$.operation',
        'bundle.$': '$.bundle',
      },
      ResultPath: '$.read',
      Next: 'IsBundleAccepted',
    }),
    IsBundleAccepted: {
      Comment: 'Nothing gets past this state with an open problem.',
      Type: 'Choice',
      Choices: [{ Variable: '$.read.accepted', BooleanEquals: true, Next: 'PlanChanges' }],
      Default: 'BundleRejected',
    },
    PlanChanges: task('plan-changes', {
      Comment:
        'Observes everything and compares it with what the bundle asks for, and with what the cluster has and keeps. What stands against the run is told here, all at once.',
      Parameters: { run: READ_RUN },
      ResultPath: '$.plan',
      ...caughtBy('ReportFailure'),
      Next: 'PublishPlan',
    }),
    PublishPlan: task('publish-plan', {
      Comment:
        'Writes what would change: created, changed from what to what, kept, removed; as JSON, Markdown and a page.',
      Parameters: { run: PLANNED_RUN },
      ResultPath: '$.published',
      ...caughtBy('ReportFailure'),
      Next: 'Planned',
    }),
    ReportFailure: task('report-failure', {
      Comment: 'Writes what stands against the run, or could not be read, by name and in words.',
      Parameters: { run: READ_RUN, isPlanOnly: true, 'state.$': '$' },
      ResultPath: '$.failure',
      ...caughtBy('ReportNotWritten', '$.failureError'),
      Next: 'NotPlanned',
    }),
    ReportNotWritten: {
      Comment: 'The execution says what it can: nothing was changed.',
      Type: 'Pass',
      Parameters: { 'error.$': '$.error.Error', 'cause.$': '$.error.Cause' },
      ResultPath: '$.failure',
      Next: 'NotPlanned',
    },
    Planned: {
      Comment: 'The plan is in the folder of this run. Nothing was changed.',
      Type: 'Succeed',
    },
    BundleRejected: {
      Comment: 'The bundle has problems; the report lists every one with its place and remedy.',
      Type: 'Fail',
      ErrorPath: '$.read.rejection.error',
      CausePath: '$.read.rejection.cause',
    },
    NotPlanned: failed(
      'Something stands against the run, or could not be read. Error, cause and report say what; nothing was changed.',
    ),
  },
};
