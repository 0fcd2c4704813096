/** What says where packages come from and whom to trust; the rest of the machine's configuration stays outside. */
export const CARRIED = [
  '/etc/apt',
  '/etc/ca-certificates.conf',
  '/etc/hosts',
  '/etc/pip.conf',
  '/etc/resolv.conf',
  '/etc/ssl/certs',
  '/usr/local/share/ca-certificates',
  '/usr/share/ca-certificates',
  '/usr/share/keyrings',
] as const;

/** The same of a user's, below the home folder. */
export const CARRIED_OF_USER = ['.config/pip/pip.conf', '.pip/pip.conf'] as const;

const FAMILIES = [
  /^(https?|ftp|all|no)_proxy$/i,
  /^PIP_/,
  // Where packages come from and how; npm adds the rest of its configuration to what it runs.
  /^npm_config_(.*registry|.*proxy|ca|cafile|cert|key|strict[-_]ssl|fetch[-_].*|maxsockets|_.*|\/\/.*)$/i,
];
const CERTIFICATES = /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/;

/**
 * The variables that go into the new Debian: those about registries, proxies and certificates. One that names a
 * file is left out, unless the file is carried along.
 */
export function carriedVariables(variables: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(variables).filter(
    (entry): entry is [string, string] =>
      Boolean(entry[1]) &&
      (CERTIFICATES.test(entry[0]) || FAMILIES.some((family) => family.test(entry[0]))) &&
      (!entry[1]?.startsWith('/') || isCarried(entry[1], variables)),
  );
  return Object.fromEntries(kept);
}

/** Files with certificates that variables name, and that nothing else carries. */
export function certificateFiles(variables: NodeJS.ProcessEnv): string[] {
  const named = Object.entries(variables).flatMap(([name, value]) =>
    value?.startsWith('/') && (CERTIFICATES.test(name) || /^(PIP_CERT|npm_config_cafile)$/i.test(name))
      ? [value]
      : [],
  );
  return [...new Set(named)].filter((path) => !isBelowCarried(path));
}

function isCarried(path: string, variables: NodeJS.ProcessEnv): boolean {
  return isBelowCarried(path) || certificateFiles(variables).includes(path);
}

function isBelowCarried(path: string): boolean {
  return CARRIED.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
