import { expect, test } from 'vitest';
import { plain } from './iam-policy.ts';
import { FUNCTION_NAMES, resources, synthesise } from './synthesise.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly width: number;
  readonly properties: {
    readonly title: string;
    readonly alarms?: string[];
    readonly metrics?: unknown[];
    readonly query?: string;
  };
}

const template = synthesise();
const [[, dashboard] = []] = resources(template, 'AWS::CloudWatch::Dashboard');
const { widgets } = JSON.parse(plain(template, dashboard?.Properties.DashboardBody) as string) as {
  widgets: Widget[];
};
const named = (title: string) => widgets.find(({ properties }) => properties.title === title);
const metrics = (title: string) => JSON.stringify(named(title)?.properties.metrics);

test('it is named after the region, for all regions share one list of dashboards', () => {
  expect(plain(template, dashboard?.Properties.DashboardName)).toBe('sts-prep-eu-central-1');
});

test('every alarm is on it', () => {
  const alarms = resources(template, 'AWS::CloudWatch::Alarm');
  expect(alarms.length).toBeGreaterThan(10);
  expect(named('Alarms')?.properties.alarms).toHaveLength(alarms.length);
});

test.each([
  ['Runs', 'ExecutionsStarted'],
  ['Runs', 'ExecutionsSucceeded'],
  ['Runs', 'ExecutionsFailed'],
  ['Undo', 'ExecutionsFailed'],
  ['Undo', 'RollbackIncomplete'],
  ['Audits', 'ExecutionsSucceeded'],
  ['Audits', 'ExecutionsFailed'],
  ['Clusters', 'ClustersAudited'],
  ['Clusters', 'ClustersNotReady'],
  ['Clusters', 'ClustersDrifted'],
  ['Clusters', 'ClustersUnknown'],
  ['Findings', 'CriticalFindings'],
  ['Lost events', 'ApproximateNumberOfMessagesVisible'],
])('“%s” shows %s', (title, metric) => {
  expect(metrics(title)).toContain(`"${metric}"`);
});

test.each([
  ['Findings', `SEARCH('{"sts-prep",Cluster} MetricName="DriftFindings"', 'Maximum', 3600)`],
  [
    'Not ready, by cluster and release',
    `SEARCH('{"sts-prep",Cluster,Release} MetricName="NotReady"', 'Maximum', 3600)`,
  ],
])('“%s” finds the clusters there are', (title, expression) => {
  expect(metrics(title)).toContain(JSON.stringify(expression));
});

test('errors and slowest calls of every function are on it', () => {
  expect(named('Errors of functions')?.properties.metrics).toHaveLength(FUNCTION_NAMES.length);
  expect(named('Duration of functions, p99')?.properties.metrics).toHaveLength(FUNCTION_NAMES.length);
  expect(metrics('Duration of functions, p99')).toContain('"p99"');
});

test('no widget is wider than the page', () => {
  for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
});

test('what failed is told by the names that the runbook has, from the logs of every function', () => {
  const { query = '' } = named('Failures by error name')?.properties ?? {};
  expect(query).toContain('stats count(*) as failures, latest(@timestamp) as last by error, message');
  expect(query.match(/SOURCE '/g)).toHaveLength(FUNCTION_NAMES.length);
  const [[, saved] = []] = resources(template, 'AWS::Logs::QueryDefinition').filter(
    ([, { Properties }]) => Properties.Name === 'sts-prep/Failures by error name',
  );
  const asked = (text: string) => text.split(/\s*\|\s*/).filter((line) => !line.startsWith('SOURCE'));
  expect(asked(query)).toEqual(asked(String(plain(template, saved?.Properties.QueryString))));
});
