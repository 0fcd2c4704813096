import type { Roles } from '../../../core/aws/roles.ts';
import type { RoleState } from '../../../core/domain/observed.ts';
import type { PolicyDocument } from '../../../core/domain/policy-document.ts';
import { defined } from '../../../core/util/defined.ts';
import { sdkError } from './sdk-error.ts';

/** IAM's roles in memory. `writes` lists what was called, in order; `state` is what IAM holds. */
export interface FakeRoles extends Roles {
  readonly state: Map<string, RoleState>;
  /** Names of inline policies of others, by role. */
  readonly foreignPolicies: Map<string, string[]>;
  /** Their documents, by name; one without cannot be read. */
  readonly documents: Map<string, PolicyDocument>;
  /** ARNs of attached policies, by role. */
  readonly attachedPolicies: Map<string, string[]>;
  /** Names of roles that are in an instance profile. */
  readonly inProfile: Set<string>;
  /** When roles were last used, ISO 8601. */
  readonly used: Map<string, string>;
  readonly writes: string[];
}

export function fakeRoles(initial: Readonly<Record<string, RoleState>> = {}): FakeRoles {
  const state = new Map(Object.entries(initial));
  const foreignPolicies = new Map<string, string[]>();
  const documents = new Map<string, PolicyDocument>();
  const attachedPolicies = new Map<string, string[]>();
  const inProfile = new Set<string>();
  const used = new Map<string, string>();
  const writes: string[] = [];
  const existing = (name: string): RoleState => {
    const role = state.get(name);
    if (role === undefined) throw sdkError('NoSuchEntityException', 404);
    return role;
  };
  const change = (name: string, what: string, changed: (role: RoleState) => RoleState) => {
    writes.push(`${what} ${name}`);
    state.set(name, changed(existing(name)));
  };
  return {
    state,
    foreignPolicies,
    documents,
    attachedPolicies,
    inProfile,
    used,
    writes,
    async get(name) {
      return structuredClone(state.get(name));
    },
    async usage(name) {
      const role = state.get(name);
      if (role === undefined) return undefined;
      const { tags, trust, permissionsBoundaryArn } = role;
      return structuredClone({
        tags,
        ...defined({ trust, permissionsBoundaryArn, lastUsed: used.get(name) }),
      });
    },
    async lastUsed(name) {
      return used.get(name);
    },
    async create({
      name,
      path,
      description,
      permissionsBoundaryArn,
      maxSessionDuration = 3_600,
      trust,
      tags,
    }) {
      writes.push(`create ${name}`);
      if (state.has(name)) throw sdkError('EntityAlreadyExistsException', 409);
      state.set(name, {
        arn: `arn:aws:iam::123456789012:role${path}${name}`,
        path,
        maxSessionDuration,
        tags,
        trust,
        ...(description === undefined ? {} : { description }),
        ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
      });
    },
    async inlinePolicy(name, policyName) {
      if (policyName === name) return state.get(name)?.policy ?? 'missing';
      return (foreignPolicies.get(name) ?? []).includes(policyName) ? documents.get(policyName) : 'missing';
    },
    async putPolicy(name, policy) {
      change(name, 'putPolicy', (role) => ({ ...role, policy }));
    },
    async deletePolicy(name, policyName = name) {
      if (!state.has(name)) return;
      if (policyName === name) return change(name, 'deletePolicy', ({ policy: _, ...role }) => role);
      writes.push(`deletePolicy ${name} ${policyName}`);
      foreignPolicies.set(
        name,
        (foreignPolicies.get(name) ?? []).filter((each) => each !== policyName),
      );
    },
    async detachPolicy(name, policyArn) {
      writes.push(`detachPolicy ${name} ${policyArn}`);
      attachedPolicies.set(
        name,
        (attachedPolicies.get(name) ?? []).filter((each) => each !== policyArn),
      );
    },
    async putTrust(name, trust) {
      change(name, 'putTrust', (role) => ({ ...role, trust }));
    },
    async putBoundary(name, arn) {
      change(name, 'putBoundary', ({ permissionsBoundaryArn: _, ...role }) =>
        arn === undefined ? role : { ...role, permissionsBoundaryArn: arn },
      );
    },
    async putDescription(name, description, maxSessionDuration = 3_600) {
      change(name, 'putDescription', ({ description: _, ...role }) => ({
        ...role,
        maxSessionDuration,
        // A role without description and one with an empty description are the same to IAM.
        ...(description === '' ? {} : { description }),
      }));
    },
    async tag(name, tags) {
      change(name, 'tag', (role) => ({ ...role, tags: { ...role.tags, ...tags } }));
    },
    async untag(name, keys) {
      change(name, 'untag', (role) => ({
        ...role,
        tags: Object.fromEntries(Object.entries(role.tags).filter(([key]) => !keys.includes(key))),
      }));
    },
    async inlinePolicyNames(name) {
      const own = existing(name).policy === undefined ? [] : [name];
      return [...own, ...(foreignPolicies.get(name) ?? [])];
    },
    async attachedPolicyArns(name) {
      existing(name);
      return attachedPolicies.get(name) ?? [];
    },
    async delete(name) {
      writes.push(`delete ${name}`);
      const role = state.get(name);
      if (role === undefined) return;
      const others = [foreignPolicies, attachedPolicies].flatMap((policies) => policies.get(name) ?? []);
      if (role.policy !== undefined || others.length > 0) throw sdkError('DeleteConflictException', 409);
      if (inProfile.has(name))
        throw sdkError(
          'DeleteConflictException',
          409,
          'Cannot delete entity, must remove roles from instance profile first.',
        );
      state.delete(name);
    },
  };
}
