/** The endings that a bundle may have, in any case. A YAML or JSON file is a bundle of one file. */
const BUNDLE_ENDINGS = ['.tgz', '.tar.gz', '.tar', '.zip', '.yaml', '.yml', '.json'] as const;

export type BundleEnding = (typeof BUNDLE_ENDINGS)[number];

/** The endings for messages: `.tgz, .tar.gz, …`. */
export const SUPPORTED_ENDINGS = BUNDLE_ENDINGS.join(', ');

/** The ending of a bundle's name, in lower case; undefined where it has none of them. */
export function bundleEndingOf(fileName: string): BundleEnding | undefined {
  const name = fileName.toLowerCase();
  return BUNDLE_ENDINGS.find((ending) => name.endsWith(ending));
}

/** The file name without a bundle's ending: `demo.tar.gz` is `demo`. */
export function stripEnding(fileName: string): string {
  const ending = bundleEndingOf(fileName);
  return ending === undefined ? fileName : fileName.slice(0, -ending.length);
}
