import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DeletionStep } from '../core/domain/deletion/plan.ts';
import type { FunctionName } from '../core/runtime/environment.ts';
import * as layout from '../core/storage/layout.ts';
import type { UndoStep } from '../core/usecases/undo/undo-step.ts';
import { AUDIT_MACHINE, DELETE_MACHINE, PLAN_MACHINE, PREPARE_MACHINE, UNDO_MACHINE } from './names.ts';
import type { PermissionScope } from './permission-scope.ts';
import * as records from './record-grants.ts';
import { answerTasks, describeExecutions, readHistories, startExecutions } from './statements/executions.ts';
import {
  listContents,
  listIssuers,
  observeAccountBlock,
  observeIssuers,
  publishIssuers,
  readContents,
  removeIssuers,
  restoreIssuers,
  retireIssuers,
} from './statements/issuers.ts';
import { ANY, type Grant, ObjectGrants } from './statements/object-grants.ts';
import {
  deleteProviders,
  listProviders,
  observeProviders,
  registerProviders,
  undoProviders,
} from './statements/providers.ts';
import {
  applyRoles,
  deleteRoles,
  listAccountRoles,
  observeAccountRoles,
  observeLimits,
  observePoliciesOfRoles,
  observeRoles,
  observeUse,
  removeRoles,
  simulateRoles,
  undoRoles,
} from './statements/roles.ts';
import { announceAudits, publishToOperators } from './statements/signals.ts';

/**
 * What each function may do, besides writing its own log and traces; docs/permissions.md says why.
 * RenderSecrets and Verify alone may decrypt the private key: a test computes it from the synthesized policies.
 */
export function permissions(
  scope: Construct,
  reach: PermissionScope,
): Record<FunctionName, PolicyStatement[]> {
  const { identityProviders, allProviders, boundaryArn } = reach;
  const intake = new ObjectGrants(reach.intake, reach.key);
  const output = new ObjectGrants(reach.output, reach.key);

  /** Every task reads its run's records. It writes how it failed, and of all other records just those that are its own. */
  const trustedTask = (...own: Grant[]) => [
    ...output.allowNotFound(),
    ...output.read(layout.runs),
    ...output.write(layout.failureRecord, ...own),
    ...output.neverDecrypt(layout.archive),
  ];
  const task = (...own: Grant[]) => [...trustedTask(...own), ...output.neverDecrypt(layout.tlsFiles)];
  /** Whatever changes something by a plan looks who holds the cluster's lock. */
  const locked = (...own: Grant[]) => [...task(...own), ...output.read(layout.lock)];
  const deletion = (step: DeletionStep) =>
    locked({ grant: layout.deletionRecord.of({ cluster: '*', run: '*', step }) });
  const undo = (step: UndoStep) => locked(records.withStep(step));

  /** Every task of an audit leaves records in the audit's folder, and changes nothing else but the latest report. */
  const auditTask = () => [
    ...output.write(layout.auditRuns),
    ...output.neverDecrypt(layout.tlsFiles, layout.archive),
  ];

  return {
    'start-run': startExecutions(scope, PREPARE_MACHINE, PLAN_MACHINE, DELETE_MACHINE, AUDIT_MACHINE),
    'start-undo': [
      ...locked(),
      ...output.read(layout.runIndex),
      ...output.write(layout.lock),
      ...readHistories(scope, PREPARE_MACHINE),
      ...startExecutions(scope, UNDO_MACHINE),
    ],

    'read-bundle': [
      ...task(layout.bundleReading, ...records.RUN_REPORT),
      ...intake.allowNotFound(),
      ...intake.readVersion(ANY),
      ...output.read(layout.registryEntry),
      ...output.write(layout.rejected, layout.runIndex),
    ],
    lock: [
      ...locked(),
      ...output.write(layout.lock),
      ...describeExecutions(scope, PREPARE_MACHINE, DELETE_MACHINE, UNDO_MACHINE),
      ...readHistories(scope, PREPARE_MACHINE),
      ...startExecutions(scope, UNDO_MACHINE),
    ],
    'plan-changes': [
      ...task(layout.desiredState, layout.plan),
      ...output.inspect(layout.privateKey, layout.archive),
      ...output.read(
        layout.manifests,
        layout.publicKey,
        layout.registryEntry,
        layout.upgrades,
        layout.addOns,
        layout.runIndex,
      ),
      ...observeIssuers(),
      ...observeAccountBlock(),
      ...observeProviders(allProviders),
      ...observeRoles(),
      ...observePoliciesOfRoles(),
      ...observeLimits(),
    ],

    'ask-for-approval': [...task(...records.APPROVAL_REQUEST), ...publishToOperators(scope, reach.key)],
    'decide-run': [
      ...output.allowNotFound(),
      ...output.read(layout.approvalRequest, layout.decision),
      ...output.write(layout.decision),
      ...output.neverDecrypt(layout.tlsFiles, layout.archive),
      ...answerTasks(scope, reach.tokensOfMachines, PREPARE_MACHINE, DELETE_MACHINE),
    ],

    'create-key-pair': [
      ...locked(),
      ...output.inspect(layout.privateKey),
      ...output.read(layout.publicKey),
      ...output.write(layout.privateKey, layout.publicKey),
    ],
    'publish-oidc-documents': [
      ...locked(),
      ...output.read(layout.publicKey),
      ...observeIssuers(),
      ...publishIssuers(),
    ],
    'register-provider': [
      ...locked(),
      ...observeProviders(identityProviders),
      ...registerProviders(identityProviders),
    ],
    'create-role': [...locked(), ...observeRoles(), ...applyRoles(boundaryArn)],
    'render-secrets': [
      ...trustedTask(),
      ...output.read(layout.lock, layout.privateKey, layout.publicKey),
      ...output.write(layout.manifests, layout.archive, layout.upgrades, layout.addOns),
    ],

    verify: [
      ...trustedTask(),
      ...output.read(layout.privateKey, layout.publicKey, layout.manifests, layout.addOns),
      ...observeProviders(allProviders),
      ...observeRoles(),
    ],
    'prune-resources': [
      ...locked(layout.removal),
      ...output.read(layout.manifests, layout.addOns),
      ...output.remove(layout.manifests, layout.addOns),
      ...observeRoles(),
      ...observePoliciesOfRoles(),
      ...removeRoles(),
    ],
    'publish-report': [
      ...locked(...records.RUN_REPORT),
      ...output.read(layout.publicKey, layout.registryEntry),
      ...output.inspect(layout.archive),
      ...output.write(layout.registryEntry),
    ],
    'register-cluster': [
      ...locked(...records.RUN_REPORT),
      ...output.read(layout.registryEntry),
      ...output.write(layout.registryEntry),
    ],
    'publish-plan': locked(...records.PLAN_REPORT),
    unlock: [...locked(), ...output.remove(layout.lock)],

    'undo-secrets': [
      ...undo('undo-secrets'),
      ...output.removeVersions(
        layout.manifests,
        layout.archive,
        layout.registryEntry,
        layout.upgrades,
        layout.addOns,
      ),
      ...output.listVersions(),
    ],
    'undo-roles': [...undo('undo-roles'), ...observeRoles(), ...undoRoles(boundaryArn)],
    'undo-provider': [
      ...undo('undo-provider'),
      ...observeProviders(identityProviders),
      ...undoProviders(identityProviders),
    ],
    'undo-documents': [
      ...undo('undo-documents'),
      ...observeIssuers(),
      ...restoreIssuers(),
      ...removeIssuers(),
      ...observeProviders(identityProviders),
    ],
    'undo-key-pair': [
      ...undo('undo-key-pair'),
      ...output.removeVersions(layout.privateKey, layout.publicKey),
    ],
    'report-failure': task(...records.RUN_REPORT, layout.failureReport),

    'read-deletion': [
      ...task(),
      ...intake.allowNotFound(),
      ...intake.readVersion(...records.DELETIONS),
      ...output.read(layout.registryEntry, layout.tombstone),
      ...output.write(layout.rejected),
    ],
    'plan-deletion': [
      ...task(layout.deletionPlan, ...records.DELETION_REPORT),
      ...output.read(layout.registryEntry),
      ...observeUse(),
      ...observePoliciesOfRoles(),
      ...listAccountRoles(reach.accountDetailsComplete),
      ...observeProviders(allProviders),
      ...readContents(),
    ],
    'delete-roles': [...deletion('roles'), ...observePoliciesOfRoles(), ...deleteRoles()],
    'delete-provider': [...deletion('provider'), ...deleteProviders(identityProviders)],
    'delete-issuer': [
      ...deletion('issuer'),
      ...observeProviders(identityProviders),
      ...listContents(),
      ...retireIssuers(),
    ],
    'delete-files': [
      ...deletion('files'),
      ...output.remove(layout.installFolder, layout.archive, layout.upgrades, layout.addOns),
      ...output.removeVersions(layout.privateKey, layout.archive),
      ...output.listVersions(),
    ],
    'report-deletion': [
      ...task(...records.DELETION_REPORT, layout.tombstone),
      ...output.read(layout.tombstone),
      ...output.remove(layout.registryEntry),
    ],

    'read-releases': [
      ...auditTask(),
      ...intake.allowNotFound(),
      ...intake.read(layout.releaseBundles, layout.clusterReleaseBundles),
    ],
    'list-clusters': [
      ...auditTask(),
      ...output.allowNotFound(),
      ...output.read(layout.registryEntry),
      ...observeAccountRoles(reach.accountDetailsComplete),
    ],
    'discover-clusters': [
      ...auditTask(),
      ...output.allowNotFound(),
      ...output.read(layout.registryEntry),
      ...listAccountRoles(reach.accountDetailsComplete),
      ...listProviders(allProviders),
      ...listIssuers(),
    ],
    'audit-cluster': [
      ...auditTask(),
      ...intake.allowNotFound(),
      ...intake.read(layout.handedOver),
      ...output.allowNotFound(),
      ...output.inspect(layout.privateKey, layout.archive, layout.approvalRequest, layout.decision),
      // When the lock was released last.
      ...output.listVersions(),
      ...output.read(
        layout.registryEntry,
        layout.lock,
        layout.desiredState,
        layout.manifests,
        layout.addOns,
        layout.publicKey,
        layout.audits,
      ),
      ...observeIssuers(),
      ...observeProviders(allProviders),
      ...(reach.simulatePolicies ? simulateRoles() : []),
    ],
    'publish-audit': [
      ...auditTask(),
      ...output.allowNotFound(),
      ...output.read(layout.audits),
      ...output.write(layout.audits),
    ],
    'announce-audit': [
      ...auditTask(),
      ...publishToOperators(scope, reach.key),
      ...announceAudits(scope, reach.eventConditions),
    ],
  };
}
