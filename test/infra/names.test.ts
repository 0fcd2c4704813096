import { describe, expect, it } from 'vitest';
import { type Resource, synthesise } from './synthesise.ts';

/*
 * A resource that has a name of its own and outlives its stack stands in the way of the next deployment, which asks for the
 * same name: CloudFormation makes it, and does not take over what is there. Only data may stay so, and docs/operating.md
 * says how it goes, and how the next deployment begins then.
 */

/** What names a resource of a type in its properties; types that are not here are named by CloudFormation, or by what they belong to. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::QueryDefinition': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** Types without a name of their own. */
const NAMELESS = [
  'AWS::IAM::Policy',
  'AWS::KMS::Key',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

const OPTIONS = ['aws', 'emulator'].flatMap((environment) =>
  ['rate(1 day)', 'off'].flatMap((auditSchedule) =>
    [true, false].map((retainData) => ({ environment, auditSchedule, retainData })),
  ),
);

function named(settings: Record<string, unknown>): readonly (Resource & { readonly name: string })[] {
  const { Resources } = synthesise({ ...settings, alarmEmail: 'ops@example.com' }).toJSON() as {
    Resources: Record<string, Resource>;
  };
  return Object.values(Resources).flatMap((resource) => {
    const { Type, Properties = {} } = resource;
    const member = NAMES[Type];
    if (member === undefined) {
      expect(NAMELESS, 'a type of which it is not known what names it').toContain(Type);
      return [];
    }
    const name: unknown = Properties[member];
    return name === undefined ? [] : [{ ...resource, name: JSON.stringify(name) }];
  });
}

describe.each(OPTIONS)('with $environment, $auditSchedule, retainData $retainData', (settings) => {
  const staying = named(settings).filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete');

  it('no name outlives the stack, but of data that is to be kept', () => {
    expect(new Set(staying.map(({ Type }) => Type))).toEqual(
      new Set(settings.retainData ? ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'] : []),
    );
  });

  it('no name outlives a first deployment that failed', () => {
    expect(staying.filter(({ DeletionPolicy }) => DeletionPolicy !== 'RetainExceptOnCreate')).toEqual([]);
  });
});
