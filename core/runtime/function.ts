import type { FunctionName } from './environment.ts';

/** Seconds after which Lambda ends a function. */
export function timeLimit(name: FunctionName): number {
  return LONGER[name] ?? 60;
}

const LONGER: { readonly [Name in FunctionName]?: number } = {
  verify: 90,
  // Hundreds of roles, one after the other.
  'undo-roles': 240,
  'plan-deletion': 240,
  'delete-roles': 240,
  'read-releases': 240,
  'list-clusters': 240,
  'discover-clusters': 240,
  'audit-cluster': 120,
  'publish-audit': 240,
};

/** `undo-key-pair` → `UndoKeyPair`: the function's name in the state machines and in the construct tree. */
export function pascalCase(name: FunctionName): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
