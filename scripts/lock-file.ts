/**
 * package-lock.json without the Nodes that packages ask for. npm holds them against the Node that it runs in itself:
 * with an older one it warns of many packages, and leaves optional ones out without a word, such as the one that
 * vitest cannot start without. But all of them run in the project's own Node.
 */
export function withoutEngines(text: string): string {
  const lock = JSON.parse(text) as { packages: Record<string, { engines?: unknown }> };
  for (const [path, entry] of Object.entries(lock.packages)) if (path !== '') delete entry.engines;
  return `${JSON.stringify(lock, null, 2)}\n`;
}
