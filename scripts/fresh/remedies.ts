/** The commands that messages tell root to run. */
export function remediesIn(output: string): string[] {
  const told = output.replaceAll(/\s*\n\s*/g, ' ').matchAll(/As root, run `([^`]+)`/g);
  return [...new Set([...told].map(([, command = '']) => command))];
}
