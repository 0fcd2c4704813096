import * as z from 'zod';
import { readFacts } from '../cluster-check/read-facts.ts';
import type { Facts } from '../cluster-check/snapshot.ts';

/**
 * What of a cluster says how far it has come. `oc get … -o json` prints it; `--show-managed-fields` where it matters when something
 * was written.
 */
export const MIGRATION_FILES = {
  authentication: ['authentications.config.openshift.io', 'cluster', '--show-managed-fields'],
  kubeapiserver: ['kubeapiservers.operator.openshift.io', 'cluster'],
  clusteroperators: ['clusteroperators.config.openshift.io'],
  cloudcredential: ['cloudcredentials.operator.openshift.io', 'cluster'],
  secrets: ['secrets', '--all-namespaces', '--show-managed-fields'],
  pods: ['pods', '--all-namespaces'],
} as const;

export type MigrationFile = keyof typeof MIGRATION_FILES;

/** What is known, or why it is not. */
export type Known<Value> = { readonly value: Value } | { readonly unknown: string };

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  /** Milliseconds since 1970; absent of one that has not started. */
  readonly startedAt?: number | undefined;
}

export interface StoredSecret extends Facts<'secrets'> {
  /** When it was last written, milliseconds since 1970; absent where the answer does not say. */
  readonly writtenAt?: number | undefined;
}

export interface MigrationFacts {
  readonly issuer: Known<string>;
  /** When the issuer was set to what it is. */
  readonly issuerSetAt: Known<number>;
  /** What every kube-apiserver signs for, or how far that has come. */
  readonly served: Known<{ readonly issuer: string; readonly isEverywhere: boolean }>;
  /** Cluster operators that are not stable. */
  readonly unstable: Known<readonly string[]>;
  readonly mode: Known<string>;
  readonly secrets: Known<readonly StoredSecret[]>;
  /** Those that run, but for those that the kubelet starts without the API. */
  readonly pods: Known<readonly Pod[]>;
}

export type MigrationTextOf = (name: MigrationFile) => string | { readonly unknown: string } | undefined;

/** Reads what there is. Anything may stand there: what cannot be told is unknown. No text of a Secret is kept. */
export function migrationFacts(textOf: MigrationTextOf): MigrationFacts {
  return {
    issuer: known(single(textOf, 'authentication'), ({ issuer }) => issuer),
    issuerSetAt: known(objectOf(textOf, 'authentication', managedSchema), issuerSetAt),
    served: known(objectOf(textOf, 'kubeapiserver', apiServerSchema), servedIssuer),
    unstable: known(objectOf(textOf, 'clusteroperators', operatorsSchema), unstableOperators),
    mode: known(single(textOf, 'cloudcredential'), ({ mode }) => mode),
    secrets: secretsOf(textOf),
    pods: known(objectOf(textOf, 'pods', podsSchema), runningPods),
  };
}

/** Applies what may know nothing: undefined is not said. */
function known<Value, Result>(
  found: Known<Value>,
  read: (value: Value) => Result | undefined,
): Known<Result> {
  if ('unknown' in found) return found;
  const value = read(found.value);
  return value === undefined ? { unknown: 'The cluster does not say it.' } : { value };
}

function single<Name extends 'authentication' | 'cloudcredential'>(
  textOf: MigrationTextOf,
  name: Name,
): Known<Facts<Name>> {
  const text = textIn(textOf, name);
  if ('unknown' in text) return text;
  const reading = readFacts(name, text.value);
  if ('unknown' in reading) return reading;
  const [value] = reading.items;
  return value === undefined ? { unknown: `${name}.json has no such object.` } : { value };
}

function textIn(textOf: MigrationTextOf, name: MigrationFile): Known<string> {
  const text = textOf(name) ?? { unknown: `${name}.json is not there.` };
  return typeof text === 'string' ? { value: text } : text;
}

function objectOf<Schema extends z.ZodType>(
  textOf: MigrationTextOf,
  name: MigrationFile,
  schema: Schema,
): Known<z.infer<Schema>> {
  const text = textIn(textOf, name);
  if ('unknown' in text) return text;
  try {
    const { data } = schema.safeParse(JSON.parse(text.value));
    return data === undefined ? { unknown: `${name}.json is not in a form that is known.` } : { value: data };
  } catch {
    return { unknown: `${name}.json is not JSON.` };
  }
}

const managedSchema = z.object({
  metadata: z.object({
    managedFields: z
      .array(z.object({ time: z.string().optional(), fieldsV1: z.unknown().optional() }))
      .default([]),
  }),
});

/** The last write of a manager that owns the field. */
function issuerSetAt({ metadata }: z.infer<typeof managedSchema>): number | undefined {
  const times = metadata.managedFields
    .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1 ?? '').includes('"f:serviceAccountIssuer"'))
    .flatMap(({ time }) => timeOf(time));
  return latestOf(times);
}

function latestOf(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => b - a)[0];
}

function timeOf(text: string | undefined): readonly number[] {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? [] : [time];
}

const apiServerSchema = z.object({
  status: z.object({
    latestAvailableRevision: z.number().default(0),
    nodeStatuses: z.array(z.object({ currentRevision: z.number().default(0) })).min(1),
    serviceAccountIssuers: z
      .array(z.object({ name: z.string(), expirationTime: z.string().nullish() }))
      .optional(),
  }),
});

/** The issuer that does not expire is the one that tokens are signed for (openshift/api, KubeAPIServerStatus). */
function servedIssuer({ status }: z.infer<typeof apiServerSchema>) {
  const [active] = (status.serviceAccountIssuers ?? []).filter(({ expirationTime }) => !expirationTime);
  if (active === undefined) return undefined;
  const isEverywhere = status.nodeStatuses.every(
    ({ currentRevision }) => currentRevision === status.latestAvailableRevision,
  );
  return { issuer: active.name, isEverywhere };
}

const operatorsSchema = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string() }),
        status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
      }),
    )
    .min(1),
});

const STABLE: Readonly<Record<string, string>> = {
  Available: 'True',
  Progressing: 'False',
  Degraded: 'False',
};

function unstableOperators({ items }: z.infer<typeof operatorsSchema>): readonly string[] {
  return items
    .filter(({ status }) =>
      Object.entries(STABLE).some(
        ([type, wanted]) => status.conditions.find((each) => each.type === type)?.status !== wanted,
      ),
    )
    .map(({ metadata }) => metadata.name);
}

const podsSchema = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({
          namespace: z.string(),
          name: z.string(),
          annotations: z.record(z.string(), z.string()).optional(),
        }),
        spec: z.object({ serviceAccountName: z.string().default('default') }),
        status: z.object({ phase: z.string().optional(), startTime: z.string().optional() }),
      }),
    )
    .min(1),
});

const MIRROR = 'kubernetes.io/config.mirror';

function runningPods({ items }: z.infer<typeof podsSchema>): readonly Pod[] {
  return items
    .filter(({ metadata, status }) => status.phase === 'Running' && !(MIRROR in (metadata.annotations ?? {})))
    .map(({ metadata: { namespace, name }, spec, status }) => ({
      namespace,
      name,
      serviceAccount: spec.serviceAccountName,
      startedAt: timeOf(status.startTime)[0],
    }));
}

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        namespace: z.string(),
        name: z.string(),
        managedFields: z.array(z.object({ time: z.string().optional() })).default([]),
      }),
    }),
  ),
});

function secretsOf(textOf: MigrationTextOf): Known<readonly StoredSecret[]> {
  const text = textIn(textOf, 'secrets');
  if ('unknown' in text) return text;
  const reading = readFacts('secrets', text.value);
  if ('unknown' in reading) return reading;
  if (reading.incomplete !== undefined) return { unknown: reading.incomplete };
  const list = objectOf(textOf, 'secrets', listSchema);
  const written = new Map(
    'unknown' in list
      ? []
      : list.value.items.map(({ metadata: { namespace, name, managedFields } }) => [
          `${namespace}/${name}`,
          managedFields.flatMap(({ time }) => timeOf(time)),
        ]),
  );
  return {
    value: reading.items.map((secret) => {
      const times = written.get(`${secret.namespace}/${secret.name}`) ?? [];
      return { ...secret, writtenAt: latestOf(times) };
    }),
  };
}
