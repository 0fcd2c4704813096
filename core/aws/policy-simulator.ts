import {
  type ContextEntry,
  type EvaluationResult,
  type IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { defined } from '../util/defined.ts';
import { isAwsError } from './errors.ts';

/** Requests of one role that differ in their action only. */
export interface SimulatedRequest {
  readonly roleArn: string;
  readonly actions: readonly string[];
  /** One ARN, or `*`. */
  readonly resource: string;
  /** Values of condition keys. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

export interface ContextValue {
  readonly type: 'string' | 'numeric' | 'boolean';
  readonly value: string;
}

export interface Decision {
  readonly action: string;
  readonly allowed: boolean;
  /** IAM's word for it, with what it says of organization policies and the boundary. */
  readonly detail: string;
}

export interface Simulator {
  /** Decisions for the actions; undefined when this deployment may not ask, or IAM cannot simulate the request. */
  simulate(request: SimulatedRequest): Promise<readonly Decision[] | undefined>;
}

/** IAM's own policy simulator. It knows what the account's roles do not show: service control policies. */
export function iamSimulator(iam: IAMClient): Simulator {
  return {
    async simulate({ roleArn, actions, resource, context }) {
      const results: EvaluationResult[] = [];
      let marker: string | undefined;
      try {
        do {
          const page = await iam.send(
            new SimulatePrincipalPolicyCommand({
              PolicySourceArn: roleArn,
              ActionNames: [...actions],
              ResourceArns: [resource],
              ContextEntries: Object.entries(context).map(entryOf),
              ...defined({ Marker: marker }),
            }),
          );
          for (const result of page.EvaluationResults ?? []) results.push(result);
          marker = page.IsTruncated === true ? page.Marker : undefined;
        } while (marker !== undefined);
      } catch (error) {
        if (isAwsError(error, 'AccessDenied', 'InvalidInput', 'NoSuchEntity', 'PolicyEvaluation'))
          return undefined;
        throw error;
      }
      return results.map(decisionOf);
    },
  };
}

function entryOf([key, { type, value }]: [string, ContextValue]): ContextEntry {
  return { ContextKeyName: key, ContextKeyValues: [value], ContextKeyType: type };
}

function decisionOf(result: EvaluationResult): Decision {
  const {
    EvalActionName = '',
    EvalDecision,
    OrganizationsDecisionDetail,
    PermissionsBoundaryDecisionDetail,
  } = result;
  const detail = [
    EvalDecision ?? 'no decision',
    ...(OrganizationsDecisionDetail?.AllowedByOrganizations === false
      ? ['not allowed by a policy of the organization']
      : []),
    ...(PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
      ? ['not allowed by the permissions boundary']
      : []),
  ].join(', ');
  return { action: EvalActionName, allowed: EvalDecision === 'allowed', detail };
}
