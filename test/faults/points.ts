import type { SeenCall } from './faulty-run.ts';
import { appliesTo, KIND_NAMES, type Kind } from './kinds.ts';
import type { StartName } from './starts.ts';

/** One run with one fault. */
export interface Point {
  readonly start: StartName;
  /** Step that fails for good, so that the fault meets the undo of the run; absent for a fault on the way forward. */
  readonly failIn?: string;
  readonly address: string;
  readonly functionName: string;
  readonly operation: string;
  readonly isWrite: boolean;
  readonly kind: Kind;
}

/** The steps forward that change something or may fail after others did. */
const FORWARD_STEPS = [
  'create-key-pair',
  'publish-oidc-documents',
  'register-provider',
  'create-role',
  'render-secrets',
  'verify',
  'publish-report',
] as const;

/** Runs that fail for good, by start. Every step from nothing; the longest way back from where there was something. */
export const FAILING: Partial<Record<StartName, readonly string[]>> = {
  empty: FORWARD_STEPS,
  upgrade: ['publish-report'],
  additive: ['publish-report'],
  pruned: ['prune-resources', 'publish-report'],
  'add-on': ['publish-report'],
  'add-on-removed': ['prune-resources', 'publish-report'],
  'add-on-pruned': ['publish-report'],
  'key-step': ['publish-report'],
  'issuer-step': ['publish-report'],
  'roles-step': ['publish-report'],
  approved: ['publish-report'],
  ccoctl: ['publish-report'],
  'ccoctl-other-trust': ['publish-report'],
  'ccoctl-acls': ['publish-report'],
  versioned: ['publish-report'],
};

export function pointId({ start, failIn = '', address, kind }: Point): string {
  return `${start} | ${failIn} | ${address} | ${kind}`;
}

/** Every call of a run without a fault, with every kind; of a failing run only the calls of the way back. */
export function pointsOf(start: StartName, calls: readonly SeenCall[], failIn?: string): Point[] {
  return calls
    .filter(
      ({ functionName }) => failIn === undefined || /^(undo-|report-failure$|unlock$)/.test(functionName),
    )
    .flatMap(({ address, functionName, operation, isWrite }) =>
      KIND_NAMES.filter((kind) => appliesTo(kind, { start, address, isWrite })).map((kind) => ({
        start,
        ...(failIn === undefined ? {} : { failIn }),
        address,
        functionName,
        operation,
        isWrite,
        kind,
      })),
    );
}
