import type { AccountReader } from '../../../core/aws/account-roles.ts';
import type { RoleSnapshot } from '../../../core/domain/observed.ts';
import type { PolicyDocument } from '../../../core/domain/policy-document.ts';

/** A role as the account's details have it. */
export function roleSnapshot(name: string, more: Partial<RoleSnapshot> = {}): RoleSnapshot {
  return {
    name,
    arn: `arn:aws:iam::123456789012:role/${name}`,
    path: '/',
    tags: {},
    inline: {},
    attached: [],
    ...more,
  };
}

/** The reader of an account in memory. `reads` lists what was called, in order. */
export interface FakeAccount extends AccountReader {
  readonly reads: string[];
}

/** @param aws AWS's own policies by ARN; an error is thrown, what is missing is not known. */
export function fakeAccount({
  roles = [],
  policies = {},
  aws = {},
}: {
  readonly roles?: readonly RoleSnapshot[];
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly aws?: Readonly<Record<string, PolicyDocument | Error>>;
} = {}): FakeAccount {
  const reads: string[] = [];
  return {
    reads,
    async read() {
      reads.push('read');
      return structuredClone({ roles, policies });
    },
    async trusts() {
      reads.push('trusts');
      return structuredClone(roles);
    },
    async awsPolicy(arn) {
      reads.push(arn);
      // AWS takes its time, in which others ask too.
      await new Promise((answered) => setImmediate(answered));
      const policy = aws[arn];
      if (policy instanceof Error) throw policy;
      return structuredClone(policy);
    },
  };
}
