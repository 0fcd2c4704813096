/** Everything in an account that a rollback must bring back: IAM, issuer buckets, results. */
export interface Snapshot {
  readonly roles: Record<string, unknown>;
  readonly providers: Record<string, unknown>;
  readonly buckets: Record<string, unknown>;
  /** Results in the output bucket by key; what runs write about themselves is left out. */
  readonly results: Record<string, string>;
}

/** What of the emulator's stores a snapshot is made of; each by the names that S3 and IAM know. */
interface Dump {
  readonly 'iam._roles': Readonly<Record<string, StoredRole>>;
  readonly 'iam._oidc_providers': Readonly<Record<string, StoredProvider>>;
  readonly 's3._buckets': Readonly<Record<string, StoredBucket>>;
  readonly 's3._bucket_policies': Readonly<Record<string, string>>;
  readonly 's3._bucket_tags': Readonly<Record<string, Tags>>;
  /** By bucket, key and version, as Python writes such a triple. */
  readonly 's3._object_tags': Readonly<Record<string, Tags>>;
}

type Tags = Readonly<Record<string, string>>;
type TagList = readonly { readonly Key: string; readonly Value: string }[];

interface StoredRole {
  readonly Path: string;
  readonly Description: string;
  readonly PermissionsBoundary?: string;
  readonly MaxSessionDuration: number;
  readonly Tags: TagList;
  readonly AssumeRolePolicyDocument: string;
  readonly InlinePolicies: Readonly<Record<string, string>>;
  readonly AttachedPolicies: readonly string[];
}

interface StoredProvider {
  readonly Url: string;
  readonly ClientIDList: readonly string[];
  readonly Tags?: TagList;
}

interface StoredBucket {
  readonly region: string;
  readonly _public_access_block?: string;
  readonly objects: Readonly<Record<string, StoredObject>>;
}

interface StoredObject {
  readonly body: string;
  readonly content_type: string;
  readonly version_id?: string;
}

interface Place {
  readonly account: string;
  readonly intake: string;
  readonly output: string;
}

/** Reads a whole account at once; through the API it would take more calls than the run that is looked at. */
export async function takeSnapshot(endpoint: string, { account, intake, output }: Place): Promise<Snapshot> {
  const dump = (await (await fetch(`${endpoint}/_state/dump/${account}/${intake}`)).json()) as Dump;
  const { [output]: results, ...issuers } = dump['s3._buckets'];
  return {
    roles: mapped(dump['iam._roles'], roleSnapshot),
    providers: mapped(dump['iam._oidc_providers'], ({ Url, ClientIDList, Tags }) => ({
      url: Url.replace(/^https:\/\//, ''),
      clientIds: ClientIDList,
      tags: tagsOf(Tags),
    })),
    buckets: mapped(issuers, (bucket, name) => bucketSnapshot(dump, name, bucket)),
    results: mapped(results?.objects ?? {}, ({ body }) => base64(body)),
  };
}

function roleSnapshot(role: StoredRole): unknown {
  return {
    path: role.Path,
    description: role.Description,
    boundary: role.PermissionsBoundary,
    maxSessionDuration: role.MaxSessionDuration,
    tags: tagsOf(role.Tags),
    trust: JSON.parse(role.AssumeRolePolicyDocument),
    inline: mapped(role.InlinePolicies, (text): unknown => JSON.parse(text)),
    attached: role.AttachedPolicies,
  };
}

function bucketSnapshot(
  dump: Dump,
  name: string,
  { region, _public_access_block, objects }: StoredBucket,
): unknown {
  const policy = dump['s3._bucket_policies'][name];
  return {
    location: region,
    tags: dump['s3._bucket_tags'][name] ?? {},
    publicAccessBlock: _public_access_block && switches(_public_access_block),
    policy: policy && JSON.parse(policy),
    objects: mapped(objects, ({ body, content_type, version_id }, key) => ({
      body,
      contentType: content_type,
      tags:
        dump['s3._object_tags'][`('${name}', '${key}', ${version_id ? `'${version_id}'` : 'None'})`] ?? {},
    })),
  };
}

/** The switches of a public access block, out of its XML. */
function switches(xml: string): Record<string, boolean> {
  return Object.fromEntries(
    [...xml.matchAll(/<(\w+)>(true|false)</gi)].map(([, name = '', on]) => [name, /true/i.test(on ?? '')]),
  );
}

/** The dump has bytes that are text as text, and others in base64. */
function base64(body: string): string {
  return body.startsWith('base64:') ? body.slice('base64:'.length) : Buffer.from(body).toString('base64');
}

function tagsOf(tags: TagList = []): Tags {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** By name, as S3 lists them; the emulator keeps them in the order in which they came. */
function mapped<Item, Result>(
  items: Readonly<Record<string, Item>>,
  map: (item: Item, key: string) => Result,
): Record<string, Result> {
  const entries = Object.entries(items).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, map(item, key)]));
}
