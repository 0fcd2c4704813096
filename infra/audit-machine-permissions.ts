import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as layout from '../core/storage/layout.ts';
import type { PermissionScope } from './permission-scope.ts';
import { ObjectGrants } from './statements/object-grants.ts';

/** What the audit's state machine may do besides invoking its functions: read the list of a large fleet. */
export function auditMachinePermissions(reach: Pick<PermissionScope, 'output' | 'key'>): PolicyStatement[] {
  return new ObjectGrants(reach.output, reach.key).read(layout.auditRuns);
}
