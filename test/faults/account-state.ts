import { RETIRED_TAG } from '../../core/domain/names.ts';

/** The emulator's stores as JSON: store, then resource, then whatever the emulator keeps of it. */
export type Dump = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Everything in an account, one entry per resource, named as reports name them. */
export interface AccountState {
  /** What a rollback must bring back exactly: identities, dates and versions included. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** What a prepared cluster looks like, whichever run and however many attempts made it. */
  readonly meaning: Readonly<Record<string, unknown>>;
  /** The run that holds the cluster's lock. */
  readonly lock: string | undefined;
  /** The files of one run, by their path below the run's folder. */
  readonly runFiles: Readonly<Record<string, string>>;
}

export interface Place {
  readonly account: string;
  readonly intake: string;
  readonly output: string;
  readonly cluster: string;
  readonly run: string;
}

type Item = Readonly<Record<string, unknown>>;

interface StoredObject {
  readonly body: string;
  readonly content_type: string;
  readonly metadata: unknown;
  readonly preserved_headers: Readonly<Record<string, string>>;
}

interface StoredVersion {
  readonly version_id: string;
  readonly is_latest: boolean;
  readonly is_delete_marker?: boolean;
  readonly data?: string;
  readonly content_type?: string;
  readonly metadata?: unknown;
}

/** What runs write about themselves: it stays, whatever becomes of a run. */
const RECORDS = /^clusters\/[^/]+\/(runs\/|lock$)|^(executions|rejected|approvals)\//;

/** Reads an account out of a dump of the emulator. */
export function accountState(dump: Dump, place: Place): AccountState {
  const resources: Record<string, unknown> = {};
  const meaning: Record<string, unknown> = {};
  const both = (name: string, exact: unknown, meant: unknown = exact) => {
    resources[name] = exact;
    meaning[name] = JSON.parse(anyRun(JSON.stringify(meant), place.run));
  };
  const store = (name: string) =>
    Object.entries(dump[name] ?? {}).map(([key, item]) => [bare(key), item] as const);
  const objectTags = new Map(store('s3._object_tags').map(([key, tags]) => [key, sorted(tags)]));

  for (const [name, item] of store('iam._roles')) {
    const { RoleId, CreateDate, RoleLastUsed: _, ...role } = item as Item;
    const meant = { ...parsedPolicies(role), Tags: tagsOf(role['Tags']) };
    both(`role ${name}`, { RoleId, CreateDate, ...meant }, meant);
  }
  for (const [arn, item] of store('iam._oidc_providers')) {
    const { CreateDate, ...provider } = item as Item;
    const meant = {
      ...provider,
      ClientIDList: [...(provider['ClientIDList'] as string[])].sort(),
      Tags: tagsOf(provider['Tags']),
    };
    both(`identity provider ${arn}`, { CreateDate, ...meant }, meant);
  }
  let lock: string | undefined;
  for (const [bucket, item] of store('s3._buckets')) {
    const { objects, created, region, ...settings } = item as Item & {
      objects: Record<string, StoredObject>;
    };
    if (bucket === place.output) {
      const held = objects[`clusters/${place.cluster}/lock`];
      if (held !== undefined) lock = (JSON.parse(held.body) as { run: string }).run;
    }
    if (bucket === place.output || bucket === place.intake) continue;
    const of = (part: string) => `issuer bucket ${bucket}: ${part}`;
    both(of('bucket'), { created, region }, { region });
    for (const [setting, value] of Object.entries(settings)) {
      if (setting === '_public_access_block') both(of('public access block'), switches(String(value)));
      else both(of(setting), value);
    }
    for (const [key, object] of Object.entries(objects)) {
      const { 'x-amz-server-side-encryption': encryption, ...headers } = object.preserved_headers;
      both(of(key), {
        body: object.body,
        type: object.content_type,
        metadata: object.metadata,
        // S3 encrypts everything with this when nothing is said.
        headers: encryption === 'AES256' || encryption === undefined ? headers : { ...headers, encryption },
        tags: objectTags.get(`('${bucket}', '${key}', None)`) ?? {},
      });
    }
  }
  for (const [bucket, policy] of store('s3._bucket_policies'))
    both(`issuer bucket ${bucket}: policy`, JSON.parse(String(policy)));
  for (const [bucket, tags] of store('s3._bucket_tags')) {
    const { [RETIRED_TAG]: retired, ...others } = sorted(tags);
    // Since when it is of no meaning.
    const meant = retired === undefined ? others : { ...others, [RETIRED_TAG]: retired.replace(/^\S+/, '') };
    both(`issuer bucket ${bucket}: tags`, sorted(tags), sorted(meant));
  }

  for (const [object, acl] of store('s3._object_acl')) {
    const [, bucket = '', key = ''] = /^\('([^']+)', '([^']+)'/.exec(object) ?? [];
    both(`issuer bucket ${bucket}: ${key}: ACL`, grantsOf(String(acl)));
  }

  const runFiles: Record<string, string> = {};
  const runFolder = `clusters/${place.cluster}/runs/${place.run}/`;
  for (const [name, item] of store('s3._object_versions')) {
    const [, bucket = '', key = ''] = /^\('([^']+)', '([^']+)'\)$/.exec(name) ?? [];
    const versions = item as readonly StoredVersion[];
    // Of an issuer the current versions are known already; what is below them is nothing to a prepared cluster.
    if (bucket.endsWith('-oidc'))
      resources[`issuer bucket ${bucket}: ${key}: versions`] = versions.map(
        ({ is_delete_marker }) => is_delete_marker === true,
      );
    if (bucket !== place.output) continue;
    const current = versions.find(({ is_latest }) => is_latest);
    if (key.startsWith(runFolder) && current?.data !== undefined)
      runFiles[key.slice(runFolder.length)] = current.data;
    if (RECORDS.test(key)) continue;
    const resource = `s3://${bucket}/${key}`;
    resources[resource] = versions.map(({ version_id, is_delete_marker, data, metadata, content_type }) => ({
      version_id,
      ...(is_delete_marker === true ? { is_delete_marker } : { data, metadata, content_type }),
    }));
    if (current !== undefined && current.is_delete_marker !== true) {
      const { data = '', metadata, content_type } = current;
      // When a run ended is of no meaning, nor is the digest of a record that has the run's name in it.
      const text = anyRun(data, place.run)
        .replace(/"(endedAt|upgradedAt|at)": "[^"]+"/g, '"$1": ""')
        .replace(/"desired": "[0-9a-f]{64}"(?=\s*\})/g, '"desired": ""');
      meaning[resource] = {
        data: text,
        metadata: JSON.parse(anyRun(JSON.stringify(metadata), place.run)),
        content_type,
      };
    }
  }
  const known =
    /^(iam\._(roles|oidc_providers)|s3\._(buckets|object_acl|bucket_policies|bucket_tags|object_tags|object_versions|bucket_versioning))$/;
  for (const other of Object.keys(dump).filter((name) => !known.test(name)))
    for (const [key, item] of store(other)) both(`${other} ${key}`, item);
  return { resources, meaning, lock, runFiles };
}

/** Grantee and permission of every grant in the XML of an ACL. */
function grantsOf(xml: string): readonly string[] {
  const grants = xml.matchAll(/<Grant>.*?<(?:ID|URI)>([^<]+)<.*?<Permission>(\w+)</gs);
  return [...grants].map(([, grantee, permission]) => `${grantee} ${permission}`);
}

export interface Difference {
  readonly resource: string;
  readonly how: 'left over' | 'lost' | 'changed';
}

/** Resources that differ between two states of an account. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Difference[] {
  const found: Difference[] = [];
  for (const resource of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!(resource in before)) found.push({ resource, how: 'left over' });
    else if (!(resource in after)) found.push({ resource, how: 'lost' });
    else if (stable(before[resource]) !== stable(after[resource])) found.push({ resource, how: 'changed' });
  }
  return found.sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

/** Keys in the dump begin with the account. */
function bare(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

function anyRun(text: string, run: string): string {
  return text.replaceAll(run, '<run>');
}

function parsedPolicies(role: Item): Item {
  const inline = role['InlinePolicies'] as Readonly<Record<string, string>>;
  return {
    ...role,
    AssumeRolePolicyDocument: JSON.parse(String(role['AssumeRolePolicyDocument'])),
    InlinePolicies: Object.fromEntries(
      Object.entries(inline).map(([name, text]) => [name, JSON.parse(text)]),
    ),
  };
}

function tagsOf(list: unknown): Record<string, string> {
  return sorted(
    Object.fromEntries(
      ((list ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
    ),
  );
}

function sorted(record: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The switches of a public access block, out of its XML. */
function switches(xml: string): Record<string, string> {
  return sorted(
    Object.fromEntries([...xml.matchAll(/<(\w+)>(true|false)</gi)].map(([, name, on]) => [name, on])),
  );
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
