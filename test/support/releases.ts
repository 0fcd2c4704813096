import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';
import type { Files } from './archives.ts';

/**
 * Reads manifests of releases, and compares two releases by nothing but the texts of their actions, resources and
 * conditions. It shares no code with the audit, whose results tests compare with these.
 */
interface Request {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly secretRef: { readonly namespace: string; readonly name: string };
    serviceAccountNames?: readonly string[];
    readonly providerSpec: {
      readonly kind: string;
      readonly statementEntries: readonly {
        readonly effect: string;
        readonly action: readonly string[];
        readonly resource: string;
        readonly policyCondition?: unknown;
      }[];
    };
  };
}

/** CredentialsRequests for AWS of a default cluster, by `namespace/name` of their Secret. */
export type ReleaseRequests = ReadonlyMap<string, Request>;

const SHARED = new URL('../../../shared/credreqs/', import.meta.url);

/** Requests of folders of the shared folder; undefined when one is not there. */
export function sharedRelease(...folders: readonly string[]): ReleaseRequests | undefined {
  const urls = folders.map((folder) => new URL(`${folder}/`, SHARED));
  if (!urls.every((url) => existsSync(url))) return undefined;
  return requestsIn(urls.flatMap(textsBelow));
}

function textsBelow(folder: URL): string[] {
  const names = readdirSync(folder);
  return names.flatMap((name) => {
    const url = new URL(name, folder);
    if (statSync(url).isDirectory()) return textsBelow(new URL(`${name}/`, folder));
    // One operator has a request twice, in full and with wildcards.
    const full = name.replace('-minify', '');
    if (!/\.ya?ml$/.test(name) || (full !== name && names.includes(full))) return [];
    // Operators are installed into a namespace that is not in their manifests yet.
    return [readFileSync(url, 'utf8').replaceAll(/\$\{NAMESPACE\}/g, 'openshift-cluster-csi-drivers')];
  });
}

/** The requests that a default cluster on AWS has, out of YAML texts. */
export function requestsIn(texts: readonly string[]): ReleaseRequests {
  const requests = texts
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Request | null))
    .filter((value): value is Request => {
      const annotations = value?.metadata?.annotations ?? {};
      const featureSet = annotations['release.openshift.io/feature-set'];
      return (
        value?.kind === 'CredentialsRequest' &&
        value.spec?.providerSpec?.kind === 'AWSProviderSpec' &&
        annotations['release.openshift.io/delete'] !== 'true' &&
        // Those that releases had so far are off.
        annotations['release.openshift.io/feature-gate'] === undefined &&
        (featureSet === undefined || featureSet.split(',').includes('Default'))
      );
    });
  return new Map(
    requests.map((request) => [
      `${request.spec.secretRef.namespace}/${request.spec.secretRef.name}`,
      request,
    ]),
  );
}

/** Requests of before serviceAccountNames were, each with one name given by hand, as one had to. */
export function withServiceAccounts(requests: ReleaseRequests): ReleaseRequests {
  return new Map(
    [...requests].map(([secret, request]) => [
      secret,
      {
        ...request,
        spec: { ...request.spec, serviceAccountNames: request.spec.serviceAccountNames ?? ['by-hand'] },
      },
    ]),
  );
}

/** A bundle's files, one for each request. */
export function filesOf(requests: ReleaseRequests): Files {
  return Object.fromEntries(
    [...requests].map(([secret, request]) => [`${secret.replace('/', '-')}.yaml`, stringify(request)]),
  );
}

/** What the later of two releases asks for that the earlier did not. */
export interface ReleaseDifference {
  /** Secrets of components that are new. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** Actions by Secret, as the later release writes them. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Service accounts by Secret. */
  readonly serviceAccounts: Readonly<Record<string, readonly string[]>>;
}

/** Compares two releases textually: an action is new when no statement of before has it for that resource and condition. */
export function differenceOf(before: ReleaseRequests, after: ReleaseRequests): ReleaseDifference {
  const actions: Record<string, string[]> = {};
  const serviceAccounts: Record<string, string[]> = {};
  for (const [secret, later] of after) {
    const earlier = before.get(secret);
    if (earlier === undefined) continue;
    const had = permissionsOf(earlier);
    const more = permissionsOf(later).filter(
      (permission) => !had.some((other) => includes(other, permission)),
    );
    if (more.length > 0) actions[secret] = [...new Set(more.map(({ action }) => action))].sort();
    const accounts = (later.spec.serviceAccountNames ?? []).filter(
      (name) => !(earlier.spec.serviceAccountNames ?? []).includes(name),
    );
    if (accounts.length > 0) serviceAccounts[secret] = [...accounts].sort();
  }
  return {
    added: [...after.keys()].filter((secret) => !before.has(secret)).sort(),
    gone: [...before.keys()].filter((secret) => !after.has(secret)).sort(),
    actions,
    serviceAccounts,
  };
}

interface Permission {
  readonly action: string;
  /** Effect, resource and condition. */
  readonly rest: string;
}

function permissionsOf({ spec }: Request): Permission[] {
  return spec.providerSpec.statementEntries.flatMap(({ effect, action, resource, policyCondition }) =>
    action.map((each) => ({
      action: each,
      rest: [effect, resource, JSON.stringify(policyCondition ?? null)].join('\0'),
    })),
  );
}

function includes(had: Permission, wanted: Permission): boolean {
  const pattern = had.action.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return had.rest === wanted.rest && new RegExp(`^${pattern}$`, 'i').test(wanted.action);
}
