/**
 * A JSON value in a form that is equal for two policies of the same meaning: a single value is a list of
 * one, and lists are sorted, as their order says nothing in a policy. On purpose not the project's own rule.
 */
export function meaning(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(meaning).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, meaning(isListed(key) && !Array.isArray(item) ? [item] : item)]),
  );
}

/** Members of a policy that IAM takes as one value or as a list. */
function isListed(key: string): boolean {
  return ['Action', 'Resource', 'Statement'].includes(key) || key.endsWith(':sub');
}
