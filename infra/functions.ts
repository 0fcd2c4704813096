import { Aws } from 'aws-cdk-lib';
import type { Environment, FunctionName } from '../core/runtime/environment.ts';
import { otherOptions, type Settings } from './settings.ts';

export interface FunctionSize {
  readonly description: string;
  readonly memorySize?: number;
}

/** A whole vCPU. */
const FULL_CORE = 1769;

/** What differs between the functions; the rest is the same and is in `TaskFunction`. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionSize>> = {
  'start-run': { description: 'Starts a run for a bundle that arrived' },
  'start-undo': { description: 'Starts the undo of a run that ended without it' },
  'read-bundle': { description: 'Unpacks and checks a bundle', memorySize: 1024 },
  lock: { description: "Takes a cluster's lock" },
  'plan-changes': { description: 'Compares what a bundle asks for with what there is', memorySize: 1024 },
  // RSA 4096 takes seconds of pure computing; more than one core does not help.
  'create-key-pair': { description: "Makes a cluster's signing key pair", memorySize: FULL_CORE },
  'publish-oidc-documents': { description: 'Publishes the discovery document and the JWKS' },
  'register-provider': { description: 'Registers the issuer as IAM identity provider' },
  'create-role': { description: 'Creates or repairs the IAM role of one component' },
  'render-secrets': { description: 'Writes the manifests and the archive of all results', memorySize: 1024 },
  verify: { description: 'Proves that what was prepared works', memorySize: 1024 },
  'prune-resources': { description: 'Removes roles and Secrets that no request asks for any more' },
  'publish-report': { description: 'Writes the report and the registry entry' },
  'register-cluster': { description: 'Registers a cluster that something else made' },
  'publish-plan': { description: 'Writes what a run would change' },
  'ask-for-approval': { description: 'Tells where a plan is that somebody has to approve' },
  'decide-run': { description: "Takes somebody's decision about a plan" },
  unlock: { description: "Releases a cluster's lock" },
  'undo-secrets': { description: 'Rolls back the manifests and the archive' },
  'undo-roles': { description: 'Rolls back the IAM roles' },
  'undo-provider': { description: 'Rolls back the IAM identity provider' },
  'undo-documents': { description: 'Rolls back the issuer bucket and its documents' },
  'undo-key-pair': { description: 'Rolls back the signing key pair' },
  'report-failure': { description: 'Writes what failed, what was undone and what is left' },
  'read-deletion': { description: 'Reads which cluster is to be deleted' },
  'plan-deletion': { description: 'Looks at all that there is of a cluster to be deleted', memorySize: 1024 },
  'delete-roles': { description: 'Deletes the IAM roles of a cluster' },
  'delete-provider': { description: 'Deletes the IAM identity provider of a cluster' },
  'delete-issuer': { description: 'Takes the issuer of a cluster out of service' },
  'delete-files': { description: 'Removes the files of a cluster, its private key among them' },
  'report-deletion': { description: 'Writes what became of a cluster that was deleted' },
  'read-releases': {
    description: 'Reads the release bundles that clusters are audited against',
    memorySize: 1024,
  },
  'list-clusters': {
    description: 'Lists the registered clusters and reads all roles of the account',
    memorySize: 1024,
  },
  'discover-clusters': {
    description: 'Lists all clusters of the account, registered or not',
    memorySize: 1024,
  },
  'audit-cluster': {
    description: 'Compares one cluster with what it should be',
    memorySize: FULL_CORE,
  },
  'publish-audit': {
    description: 'Writes the report and the metrics of an audit',
    memorySize: FULL_CORE,
  },
  'announce-audit': { description: 'Tells what an audit found' },
};

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];

export interface DeploymentContext {
  readonly settings: Settings;
  readonly intakeBucket: string;
  readonly outputBucket: string;
  readonly prepareMachineArn: string;
  readonly undoMachineArn: string;
  readonly planMachineArn: string;
  readonly deleteMachineArn: string;
  readonly auditMachineArn: string;
  readonly operatorsTopicArn: string;
}

/** The environment of every function. Typed by the schemas the handlers read, so a forgotten variable does not compile. */
export function environments(around: DeploymentContext): { [Name in FunctionName]: Environment<Name> } {
  const { settings } = around;
  const task = {
    PLATFORM: settings.environment,
    PARTITION: Aws.PARTITION,
    ACCOUNT_ID: Aws.ACCOUNT_ID,
    OUTPUT_BUCKET: around.outputBucket,
  };
  const guard = { POLICY_GUARD_ADDITIONS: settings.policyGuardAdditions.join(',') };
  const toldGuard = { ...guard, OTHER_OPTIONS: JSON.stringify(otherOptions(settings)) };
  const approval = { APPROVAL_FOR: settings.approvalFor.join(',') };
  return {
    'start-run': {
      STATE_MACHINE_ARN: around.prepareMachineArn,
      PLAN_STATE_MACHINE_ARN: around.planMachineArn,
      DELETE_STATE_MACHINE_ARN: around.deleteMachineArn,
      AUDIT_STATE_MACHINE_ARN: around.auditMachineArn,
    },
    'read-bundle': {
      ...task,
      INTAKE_BUCKET: around.intakeBucket,
      ...toldGuard,
      REQUIRED_BOUNDARY_ARN: settings.requiredPermissionsBoundaryArn,
    },
    lock: { ...task, UNDO_STATE_MACHINE_ARN: around.undoMachineArn },
    'start-undo': { ...task, UNDO_STATE_MACHINE_ARN: around.undoMachineArn },
    unlock: task,
    'plan-changes': {
      ...task,
      ...guard,
      ...approval,
      OWN_SIGNING_KEYS: settings.ownSigningKeys ? 'true' : 'false',
    },
    'ask-for-approval': { ...task, TOPIC_ARN: around.operatorsTopicArn },
    'decide-run': task,
    'create-key-pair': task,
    'publish-oidc-documents': task,
    'register-provider': task,
    'create-role': { ...task, ...guard },
    'render-secrets': task,
    verify: {
      ...task,
      TOKEN_VERIFIER: settings.environment === 'aws' ? 'aws' : settings.tokenVerifier,
    },
    'prune-resources': task,
    'publish-report': task,
    'register-cluster': task,
    'publish-plan': task,
    'undo-secrets': task,
    'undo-roles': { ...task, ...guard },
    'undo-provider': task,
    'undo-documents': task,
    'undo-key-pair': task,
    'report-failure': task,
    'read-deletion': { ...task, INTAKE_BUCKET: around.intakeBucket },
    'plan-deletion': { ...task, ...approval },
    'delete-roles': task,
    'delete-provider': task,
    'delete-issuer': task,
    'delete-files': task,
    'report-deletion': task,
    'read-releases': { ...task, INTAKE_BUCKET: around.intakeBucket },
    'list-clusters': task,
    'discover-clusters': task,
    'audit-cluster': {
      ...task,
      ...toldGuard,
      INTAKE_BUCKET: around.intakeBucket,
      SIMULATE_POLICIES: settings.simulatePolicies ? 'true' : 'false',
    },
    'publish-audit': task,
    'announce-audit': { ...task, TOPIC_ARN: around.operatorsTopicArn },
  };
}
