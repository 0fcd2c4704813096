import { type ILogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { QUERY_FOLDER } from '../names.ts';

/** Fields that every line of a function has, as `core/runtime/task.ts` writes them. */
const LINE = ['@timestamp', 'level', 'service', 'message', 'error', 'reason'];

/** Logs Insights takes 50 log groups at once (CloudWatch Logs quotas). */
const MOST_GROUPS = 50;

const FAILURES = new QueryString({
  filterStatements: ['level = "ERROR"', 'ispresent(error)'],
  statsStatements: ['count(*) as failures, latest(@timestamp) as last by error, message'],
  sort: 'failures desc',
});

/** As text, for the dashboard. */
export const FAILURES_BY_NAME = FAILURES.toString();

/** Questions that are asked of the logs at three in the morning, saved where the console has them. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, logGroups: readonly ILogGroup[]) {
    super(scope, id);
    if (logGroups.length > MOST_GROUPS) throw new RangeError(`A query looks at ${MOST_GROUPS} log groups.`);
    const save = (name: string, query: QueryString) =>
      new QueryDefinition(this, name.replaceAll(/\W/g, ''), {
        queryDefinitionName: `${QUERY_FOLDER}/${name}`,
        queryString: query,
        logGroups: [...logGroups],
      });
    save('Failures by error name', FAILURES);
    save(
      'One run',
      new QueryString({
        fields: LINE,
        filterStatements: ['run = "<name of the execution>"'],
        sort: '@timestamp asc',
        limit: 1_000,
      }),
    );
    save(
      'One cluster',
      new QueryString({
        fields: ['run', ...LINE],
        filterStatements: ['cluster = "<name of the cluster>"'],
        sort: '@timestamp desc',
        limit: 1_000,
      }),
    );
    save(
      'Slow functions and cold starts',
      new QueryString({
        // What Lambda itself logs, in the JSON format that the functions are set to.
        filterStatements: ['type = "platform.report"'],
        statsStatements: [
          'count(*) as calls, pct(record.metrics.durationMs, 95) as p95, max(record.metrics.durationMs) as longest, max(record.metrics.initDurationMs) as coldest, max(record.metrics.maxMemoryUsedMB) as megabytes by @log',
        ],
        sort: 'p95 desc',
      }),
    );
  }
}
