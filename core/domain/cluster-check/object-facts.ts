import { defined } from '../../util/defined.ts';
import { mapping } from '../field-reader.ts';
import { secretFacts } from './secret-facts.ts';
import type { Facts, FactsName } from './snapshot.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Reads one object of the API. What it gives is still to be checked by the schema: it may be anything. */
export const READERS: { readonly [Name in FactsName]: (object: Raw) => unknown } = {
  clusterversion: versionFacts,
  authentication: ({ spec }) => ({ issuer: mapping(spec)['serviceAccountIssuer'] ?? '' }),
  cloudcredential: ({ spec, metadata }) => ({
    mode: mapping(spec)['credentialsMode'] ?? '',
    ...defined({ upgradeableTo: mapping(mapping(metadata)['annotations'])[UPGRADEABLE_TO] }),
  }),
  credentialsrequests: requestFacts,
  secrets: (object) => ({ ...named(object), ...secretFacts(object) }),
  pods: podFacts,
};

const UPGRADEABLE_TO = 'cloudcredential.openshift.io/upgradeable-to';

function named({ metadata }: Raw) {
  const { namespace, name } = mapping(metadata);
  return { namespace, name };
}

/** The newest release that was reached, and those that came after it and are not reached yet. */
function versionFacts({ status }: Raw) {
  const history = listOf(mapping(status)['history']).map(mapping);
  const reached = history.findIndex(({ state }) => state === 'Completed');
  return { releases: reached < 0 ? [] : history.slice(0, reached + 1).map(({ version }) => version) };
}

function requestFacts(object: Raw) {
  const spec = mapping(object['spec']);
  const { namespace, name } = mapping(spec['secretRef']);
  return {
    ...named(object),
    forAws: mapping(spec['providerSpec'])['kind'] === 'AWSProviderSpec',
    secret: { namespace, name },
    serviceAccounts: listOf(spec['serviceAccountNames']),
    ...(spec['cloudTokenPath'] === '' ? {} : defined({ tokenPath: spec['cloudTokenPath'] })),
  };
}

function podFacts(object: Raw): Partial<Record<keyof Facts<'pods'>, unknown>> {
  const spec = mapping(object['spec']);
  const mounts = [...listOf(spec['initContainers']), ...listOf(spec['containers'])].flatMap((container) =>
    listOf(mapping(container)['volumeMounts']).map(mapping),
  );
  const tokens = listOf(spec['volumes'])
    .map(mapping)
    .flatMap(({ name, projected }) =>
      listOf(mapping(projected)['sources'])
        .map((source) => mapping(mapping(source)['serviceAccountToken']))
        .filter(({ path }) => typeof path === 'string')
        .flatMap(({ path, audience = '' }) =>
          mounts
            .filter((mount) => mount['name'] === name)
            .flatMap((mount) => pathOf(mount, String(path)))
            .map((where) => ({ path: where, audience })),
        ),
    );
  const unique = new Map(tokens.map((token) => [JSON.stringify(token), token]));
  return {
    ...named(object),
    serviceAccount: spec['serviceAccountName'] ?? 'default',
    tokens: [...unique.values()],
  };
}

/** Where a container finds a file of a volume. */
function pathOf({ mountPath, subPath }: Raw, file: string): string[] {
  if (typeof mountPath !== 'string') return [];
  if (subPath === undefined || subPath === '') return [`${mountPath.replace(/\/+$/, '')}/${file}`];
  return subPath === file ? [mountPath] : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a pod is over: what it had for a token is of no use to anybody any more. */
export function isOver({ status }: Raw): boolean {
  const { phase } = mapping(status);
  return phase === 'Succeeded' || phase === 'Failed';
}
