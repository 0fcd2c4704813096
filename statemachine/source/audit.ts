import type { ItemProcessor, StateMachine } from './asl.ts';
import { caughtBy, task } from './task.ts';

const AUDIT_RUN = { 'id.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' };
/** What was asked for comes from the execution's own input, whatever the states have added since. */
const REQUEST = { audit: AUDIT_RUN, 'request.$': '$$.Execution.Input' };
const EACH_CLUSTER = { audit: AUDIT_RUN, 'cluster.$': '$$.Map.Item.Value' };

/** Audits all clusters. Nothing is made, so only what is about one cluster alone is caught. */
export const AUDIT: StateMachine = {
  Comment:
    'Audits every registered cluster: what it is against what it was last prepared to be, and its permissions against those of every newer release that is available. Changes nothing; an execution that fails can be redriven.',
  StartAt: 'ListsAccount',
  TimeoutSeconds: 43_200,
  States: {
    ListsAccount: {
      Comment:
        'An upload below discover/ asks which clusters there are, registered or not; all else for an audit.',
      Type: 'Choice',
      Choices: [{ Variable: '$.listsAccount', IsPresent: true, Next: 'DiscoverClusters' }],
      Default: 'ReadReleases',
    },
    DiscoverClusters: task('discover-clusters', {
      Comment:
        'Lists every cluster that a tag, an identity provider, a bucket or the registry names. Reads only.',
      Parameters: { audit: AUDIT_RUN },
      ResultPath: '$.found',
      Next: 'Discovered',
    }),
    Discovered: {
      Comment: 'The list is published, with what to upload so that a cluster is registered.',
      Type: 'Succeed',
    },
    ReadReleases: task('read-releases', {
      Comment:
        'Reads the available release bundles, of the fleet and of single clusters. One that cannot be read is unknown; the others count.',
      Parameters: REQUEST,
      ResultPath: '$.available',
      Next: 'ListClusters',
    }),
    ListClusters: task('list-clusters', {
      Comment:
        'Lists the registered clusters, and reads all roles of the account at once instead of each by itself.',
      Parameters: REQUEST,
      ResultPath: '$.fleet',
      Next: 'IsFleetLarge',
    }),
    IsFleetLarge: {
      Comment:
        'A Map in one execution suffices for some hundred clusters; a larger fleet gets executions of its own.',
      Type: 'Choice',
      Choices: [{ Variable: '$.fleet.large', BooleanEquals: true, Next: 'AuditFleet' }],
      Default: 'AuditClusters',
    },
    AuditClusters: {
      Comment:
        'Audits the clusters side by side. It never fails: a cluster that cannot be audited is unknown in the report.',
      Type: 'Map',
      ItemsPath: '$.fleet.names',
      MaxConcurrency: 40,
      ItemSelector: EACH_CLUSTER,
      ItemProcessor: auditOne('Cluster', { Mode: 'INLINE' }),
      ResultPath: null,
      Next: 'PublishAudit',
    },
    AuditFleet: {
      Comment:
        'The same for a large fleet, whose list is read from the output bucket: every cluster is an execution of its own.',
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:${Partition}:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { 'Bucket.$': '$.fleet.list.bucket', 'Key.$': '$.fleet.list.key' },
      },
      Label: 'AuditFleet',
      MaxConcurrency: 100,
      ToleratedFailurePercentage: 100,
      ItemSelector: EACH_CLUSTER,
      ItemProcessor: auditOne('ClusterOfFleet', { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }),
      ResultPath: null,
      Next: 'PublishAudit',
    },
    PublishAudit: task('publish-audit', {
      Comment:
        'Writes the report as JSON, Markdown and a page, and the metrics of every cluster and release.',
      Parameters: REQUEST,
      ResultPath: '$.report',
      Next: 'AnnounceAudit',
    }),
    AnnounceAudit: task('announce-audit', {
      Comment: 'Tells the operators topic and the event bus what was found and where the report is.',
      Parameters: { audit: AUDIT_RUN, 'report.$': '$.report' },
      ResultPath: '$.announcement',
      Next: 'Audited',
    }),
    Audited: {
      Comment: 'The report is published. What it found is not an error of the audit.',
      Type: 'Succeed',
    },
  },
};

/** What both Maps do for each cluster. Names of states are unique in a machine, so each has its own. */
function auditOne(
  name: 'Cluster' | 'ClusterOfFleet',
  ProcessorConfig: ItemProcessor['ProcessorConfig'],
): ItemProcessor {
  const [audit, audited, unknown, done] = [`Audit${name}`, `${name}Audited`, `${name}Unknown`, `${name}Done`];
  return {
    ProcessorConfig,
    StartAt: audit,
    States: {
      [audit]: task('audit-cluster', {
        Comment:
          'Compares one cluster with what it was last prepared to be, and with every newer release that is available. Reads only.',
        ResultPath: '$.result',
        ...caughtBy(unknown),
        Next: audited,
      }),
      [audited]: {
        Comment: 'The findings are in the report prefix; the state hands on nothing but this word.',
        Type: 'Pass',
        Result: 'audited',
        Next: done,
      },
      [unknown]: {
        Comment: 'This cluster could not be audited; the report says why, and the other clusters go on.',
        Type: 'Pass',
        Result: 'unknown',
        Next: done,
      },
      [done]: {
        Comment: 'What became of one cluster never stops the others.',
        Type: 'Succeed',
      },
    },
  };
}
