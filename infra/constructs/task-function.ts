import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { OWN_ROLE_PATH } from '../../core/domain/names.ts';
import type { Environment, FunctionName } from '../../core/runtime/environment.ts';
import { pascalCase, timeLimit } from '../../core/runtime/function.ts';
import { acknowledgePatterns } from '../acknowledge.ts';
import type { FunctionSize } from '../functions.ts';
import { functionName } from '../names.ts';

export interface TaskFunctionProps<Name extends FunctionName> extends FunctionSize {
  readonly name: Name;
  readonly code: Code;
  readonly environment: Environment<Name>;
  /** AWS_ENDPOINT_URL_* variables; none on AWS. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly permissions: PolicyStatement[];
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** One function of the pipeline, with a role and a log group that are its alone. */
export class TaskFunction<Name extends FunctionName> extends LambdaFunction {
  constructor(scope: Construct, props: TaskFunctionProps<Name>) {
    const id = pascalCase(props.name);
    const name = functionName(props.name);
    const logGroup = new LogGroup(scope, `${id}Log`, {
      // Encrypted by CloudWatch Logs itself: nothing secret is logged, and an own key would need a service
      // principal whose name differs between partitions.
      logGroupName: `/aws/lambda/${name}`,
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    const role = new Role(scope, `${id}Role`, {
      path: OWN_ROLE_PATH,
      description: `${name}: ${props.description}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    super(scope, id, {
      functionName: name,
      description: props.description,
      code: props.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: Duration.seconds(timeLimit(props.name)),
      environment: { ...props.environment, ...props.serviceEndpoints },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    });
    logGroup.grantWrite(role);
    for (const statement of props.permissions) role.addToPrincipalPolicy(statement);
    acknowledgePatterns(
      role,
      props.permissions,
      'Written out in infra/permissions.ts, explained in docs/permissions.md',
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords take * only',
    });
  }
}
