import type { RejectionName } from '../../../core/domain/problem.ts';
import type { TestAccount } from '../../support/account.ts';
import { rsaKeyPair } from '../../support/bundles.ts';

/** Where the report must say that a problem is, and what it must say of it. */
interface Expected {
  /** The problem's own name, where it is not the bundle's. */
  readonly code?: RejectionName;
  readonly file?: string;
  readonly document?: number;
  readonly field?: string;
  /** A part of message or remedy. */
  readonly says?: string | RegExp;
}

/** A bundle that is to be rejected, and how. */
export interface BadBundle {
  readonly title: string;
  /** `prepare/bundle.tgz` unless said: a key that does not name a cluster. */
  readonly key?: string;
  readonly bundle: () => Uint8Array | Promise<Uint8Array>;
  readonly error: RejectionName;
  /** Every problem of the report, in its order. */
  readonly problems: readonly Expected[];
  /** Settings of the deployment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What happens between the upload and the reading. */
  readonly meanwhile?: (account: TestAccount, key: string, versionId: string) => Promise<unknown>;
}

export const MIB = 1024 * 1024;

/** The boundary that a deployment may require. */
export const BOUNDARY = 'arn:aws:iam::123456789012:policy/Boundary';

/** A key pair as an operator has one. */
export const signingKey = rsaKeyPair();
