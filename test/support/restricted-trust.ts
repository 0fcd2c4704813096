import type { DesiredRole } from '../../core/domain/desired-state.ts';
import type { PolicyDocument, PolicyStatement } from '../../core/domain/policy-document.ts';
import { demoCluster } from './fakes/demo-cluster.ts';

export const CLUSTER = demoCluster();
export const {
  providerArn,
  issuer: { host },
} = CLUSTER;
export const [ROLE] = CLUSTER.roles as readonly [DesiredRole, ...DesiredRole[]];
export const COMPONENT = { providerArn, host, subjects: ROLE.subjects };
export const DESIRED = ROLE.trust;
export const [STATEMENT] = DESIRED.Statement as [PolicyStatement];

export type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const document = (...statements: PolicyStatement[]): PolicyDocument => ({
  ...DESIRED,
  Statement: statements,
});
export const limited = (
  conditions: Conditions,
  subjects: readonly string[] = ROLE.subjects,
): PolicyStatement => ({
  ...STATEMENT,
  Condition: {
    ...conditions,
    StringEquals: { [`${host}:sub`]: subjects, ...conditions['StringEquals'] },
  },
});
/** Bound to the audience, with the service accounts named by other operators than StringEquals. */
export const bySubject = (operators: Readonly<Record<string, unknown>>): PolicyStatement => ({
  ...STATEMENT,
  Condition: {
    ...FOR_OPENSHIFT,
    ...Object.fromEntries(
      Object.entries(operators).map(([operator, values]) => [operator, { [`${host}:sub`]: values }]),
    ),
  },
});
export const FOR_OPENSHIFT: Conditions = { StringEquals: { [`${host}:aud`]: 'openshift' } };
export const DENY: PolicyStatement = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringNotEquals: { [`${host}:aud`]: ['openshift', 'sts.amazonaws.com'] } },
};
