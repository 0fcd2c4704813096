import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { FunctionName } from '../core/runtime/environment.ts';
import { AUDIT_MACHINE, PREPARE_MACHINE, UNDO_MACHINE } from './names.ts';
import type { Platform } from './platform.ts';
import { describeExecutions, startExecutions } from './statements/executions.ts';
import { observeIssuers, publishIssuers, removeIssuers, restoreIssuers } from './statements/issuers.ts';
import { Objects } from './statements/objects.ts';
import { observeProviders, registerProviders, undoProviders } from './statements/providers.ts';
import {
  applyRoles,
  observeAccountRoles,
  observePoliciesOfRoles,
  observeRoles,
  removeRoles,
  simulateRoles,
  undoRoles,
} from './statements/roles.ts';
import { announceAudits, publishToOperators } from './statements/signals.ts';

/** Objects of the output bucket. In a policy `*` matches `/` as well. */
const RUNS = 'clusters/*/runs/*';
const REJECTED = 'rejected/*';
const INDEX = 'executions/*';
const LOCK = 'clusters/*/lock';
const REGISTRY = 'clusters/*/cluster.json';
const MANIFESTS = 'clusters/*/install/manifests/*';
const PUBLIC_KEY = 'clusters/*/install/serviceaccount-signer.public';
const PRIVATE_KEY = 'clusters/*/install/tls/bound-service-account-signing-key.key';
const SECRETS = 'clusters/*/install/tls/*';
/** Holds the private key too; the pipeline writes it and never reads it. */
const ARCHIVE = 'clusters/*/install.tar.gz';
/** Archives of the manifests that a release adds, by release. */
const UPGRADES = 'clusters/*/upgrades/*';
const DESIRED_STATES = 'clusters/*/runs/*/desired.json';
const AUDITS = 'audits/*';
const AUDIT_RUNS = 'audits/runs/*';

/** Objects of the intake bucket: the bundles that clusters are audited against, of the fleet and of single clusters. */
const RELEASES = ['releases/*', 'audit/*'];

export interface Reach
  extends Pick<Platform, 'identityProviders' | 'boundaryArn' | 'eventConditions' | 'accountDetailsComplete'> {
  readonly intake: Bucket;
  readonly output: Bucket;
  readonly key: IKey;
  /** Whether audits ask IAM's policy simulator too. */
  readonly simulatePolicies: boolean;
}

/**
 * What each function may do, besides writing its own log and traces; docs/permissions.md says why.
 * RenderSecrets and Verify alone may decrypt the private key: a test computes it from the synthesized policies.
 */
export function permissions(scope: Construct, reach: Reach): Record<FunctionName, PolicyStatement[]> {
  const { identityProviders, boundaryArn } = reach;
  const intake = new Objects(reach.intake, reach.key);
  const output = new Objects(reach.output, reach.key);

  /** Every task reads its run's records and leaves some. */
  const trustedTask = () => [
    ...output.tellMissing(),
    ...output.read(RUNS),
    ...output.write(RUNS),
    ...output.neverDecrypt(ARCHIVE),
  ];
  const task = () => [...trustedTask(), ...output.neverDecrypt(SECRETS)];

  /** Every task of an audit leaves records in the audit's folder, and changes nothing else but the latest report. */
  const auditTask = () => [...output.write(AUDIT_RUNS), ...output.neverDecrypt(SECRETS, ARCHIVE)];

  return {
    'start-run': startExecutions(scope, PREPARE_MACHINE, AUDIT_MACHINE),
    'start-undo': [...task(), ...output.read(INDEX, LOCK), ...startExecutions(scope, UNDO_MACHINE)],

    'read-bundle': [
      ...task(),
      ...intake.tellMissing(),
      ...intake.readVersion('*'),
      ...output.read(REGISTRY),
      ...output.write(REJECTED, INDEX),
    ],
    lock: [
      ...task(),
      ...output.read(LOCK),
      ...output.write(LOCK),
      ...describeExecutions(scope, PREPARE_MACHINE, UNDO_MACHINE),
      ...startExecutions(scope, UNDO_MACHINE),
    ],
    'plan-changes': [
      ...task(),
      ...output.inspect(PRIVATE_KEY, ARCHIVE),
      ...output.read(MANIFESTS, PUBLIC_KEY, REGISTRY, UPGRADES),
      ...observeIssuers(),
      ...observeProviders(identityProviders),
      ...observeRoles(),
      ...observePoliciesOfRoles(),
    ],

    'create-key-pair': [
      ...task(),
      ...output.inspect(PRIVATE_KEY),
      ...output.read(PUBLIC_KEY),
      ...output.write(PRIVATE_KEY, PUBLIC_KEY),
    ],
    'publish-oidc-documents': [
      ...task(),
      ...output.read(PUBLIC_KEY),
      ...observeIssuers(),
      ...publishIssuers(),
    ],
    'register-provider': [
      ...task(),
      ...observeProviders(identityProviders),
      ...registerProviders(identityProviders),
    ],
    'create-role': [...task(), ...observeRoles(), ...applyRoles(boundaryArn)],
    'render-secrets': [
      ...trustedTask(),
      ...output.read(PRIVATE_KEY, PUBLIC_KEY),
      ...output.write(MANIFESTS, ARCHIVE, UPGRADES),
    ],

    verify: [
      ...trustedTask(),
      ...output.read(PRIVATE_KEY, PUBLIC_KEY, MANIFESTS),
      ...observeProviders(identityProviders),
      ...observeRoles(),
    ],
    'remove-unused': [
      ...task(),
      ...output.read(MANIFESTS),
      ...output.remove(MANIFESTS),
      ...observeRoles(),
      ...observePoliciesOfRoles(),
      ...removeRoles(),
    ],
    'publish-report': [...task(), ...output.read(PUBLIC_KEY, REGISTRY), ...output.write(REGISTRY)],
    unlock: [...task(), ...output.read(LOCK), ...output.remove(LOCK)],

    'undo-secrets': [
      ...task(),
      ...output.takeBack(MANIFESTS, ARCHIVE, REGISTRY, UPGRADES),
      ...output.listVersions(),
    ],
    'undo-roles': [...task(), ...observeRoles(), ...undoRoles(boundaryArn)],
    'undo-provider': [...task(), ...observeProviders(identityProviders), ...undoProviders(identityProviders)],
    'undo-documents': [...task(), ...observeIssuers(), ...restoreIssuers(), ...removeIssuers()],
    'undo-key-pair': [...task(), ...output.takeBack(PRIVATE_KEY, PUBLIC_KEY)],
    'report-failure': task(),

    'read-releases': [...auditTask(), ...intake.tellMissing(), ...intake.read(...RELEASES)],
    'list-clusters': [
      ...auditTask(),
      ...output.tellMissing(),
      ...output.read(REGISTRY),
      ...observeAccountRoles(reach.accountDetailsComplete),
    ],
    'audit-cluster': [
      ...auditTask(),
      ...output.tellMissing(),
      ...output.inspect(PRIVATE_KEY, ARCHIVE),
      ...output.read(REGISTRY, LOCK, DESIRED_STATES, MANIFESTS, PUBLIC_KEY, AUDITS),
      ...observeIssuers(),
      ...observeProviders(identityProviders),
      ...(reach.simulatePolicies ? simulateRoles() : []),
    ],
    'publish-audit': [
      ...auditTask(),
      ...output.tellMissing(),
      ...output.read(AUDITS),
      ...output.write(AUDITS),
    ],
    'announce-audit': [
      ...auditTask(),
      ...publishToOperators(scope, reach.key),
      ...announceAudits(scope, reach.eventConditions),
    ],
  };
}

/** What the audit's state machine may do besides invoking its functions: read the list of a large fleet. */
export function auditMachinePermissions(reach: Pick<Reach, 'output' | 'key'>): PolicyStatement[] {
  return new Objects(reach.output, reach.key).read(AUDIT_RUNS);
}
