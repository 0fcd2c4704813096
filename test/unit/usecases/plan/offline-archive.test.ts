import { describe, expect, it, test } from 'vitest';
import { readBundleFiles } from '../../../../core/bundle/read-archive.ts';
import { offlineArchive } from '../../../../core/usecases/plan/offline-archive.ts';
import { DRY_RUN, plannedDryRun } from '../../../support/dry-run.ts';

async function handedOver(planned = plannedDryRun()): Promise<Readonly<Record<string, string>>> {
  const archive = await offlineArchive('demo-plan-1', planned);
  const files = await readBundleFiles('offline.tar.gz', archive ?? new Uint8Array());
  return Object.fromEntries(
    files.map(({ path, bytes }) => [path.replace(/^demo\//, ''), Buffer.from(bytes).toString()]),
  );
}

/** What ccoctl leaves open, with the values of this account; and the thumbprint, which IAM gets itself. */
function completed(text: string): string {
  return text
    .replaceAll('\\u003center_issuer_url_here\\u003e', 'demo-oidc.s3.us-east-2.amazonaws.com')
    .replace(
      '\\"Federated\\": \\"\\"',
      '\\"Federated\\": \\"arn:aws:iam::123456789012:oidc-provider/demo-oidc.s3.us-east-2.amazonaws.com\\"',
    );
}

/** Documents within documents are compared by what they say, too. */
function meaning(text: string): unknown {
  return JSON.parse(text, (key, value) => (/Document$/.test(key) ? JSON.parse(value) : value));
}

describe('what is handed over', () => {
  it('is what the real ccoctl writes in a dry run, with what that leaves open', async () => {
    const ours = await handedOver();
    const theirs = Object.keys(DRY_RUN).filter((name) => !name.startsWith('serviceaccount-signer'));
    expect(theirs.length).toBeGreaterThan(15);
    for (const name of theirs) {
      const text = completed(DRY_RUN[name] ?? '');
      const our = ours[name] ?? '';
      if (name.startsWith('manifests/'))
        expect(our.replace(/role_arn = \S+/, ''), name).toBe(
          text.replace(/role_arn = \S*/, '').replace('\nPOPULATE ROLE ARN AND DELETE THIS LINE', ''),
        );
      else if (name === '04-iam-identity-provider.json') {
        const { ThumbprintList: _, ...rest } = JSON.parse(text);
        expect(JSON.parse(our), name).toMatchObject(rest);
      } else expect(meaning(our), name).toEqual(meaning(text));
    }
  });

  it('has besides what makes it whole, and nothing else', async () => {
    const known = new Set(Object.keys(DRY_RUN));
    expect(
      Object.keys(await handedOver())
        .filter((name) => !known.has(name))
        .sort(),
    ).toEqual([
      '01-oidc-bucket-policy.json',
      '01-oidc-bucket-public-access-block.json',
      '01-oidc-bucket-tagging.json',
      'README.md',
      'apply.sh',
      'cloudformation.json',
      'documents.sh',
      'main.tf.json',
    ]);
  });

  it('is nothing while there is no key to publish', async () => {
    const { desired, plan } = plannedDryRun();
    expect(
      await offlineArchive('demo-plan-1', { desired, plan: { ...plan, signingKey: { changes: [] } } }),
    ).toBeUndefined();
  });

  it('of an issuer that somebody else keeps is the roles, which need no key', async () => {
    const provider = 'arn:aws:iam::123456789012:oidc-provider/d111111abcdef8.cloudfront.net';
    const { desired, plan } = plannedDryRun(`issuer: {type: existing, providerArn: "${provider}"}\n`);
    const files = await handedOver({ desired, plan: { ...plan, signingKey: { changes: [] } } });
    expect(Object.keys(files).filter((name) => /^0[1-4]|documents/.test(name))).toEqual([]);
    expect(files['05-0-demo-openshift-machine-api-aws-cloud-credentials-role.json']).toContain(provider);
    expect(files['apply.sh']).not.toContain('BUCKET');
  });

  it('carries boundary, path and tags', async () => {
    const files = await handedOver(
      plannedDryRun(
        'rolePath: /openshift/\npermissionsBoundaryArn: arn:aws:iam::123456789012:policy/limit\ntags: {cost-center: "47 11"}\n',
      ),
    );
    const role = JSON.parse(files['05-0-demo-openshift-machine-api-aws-cloud-credentials-role.json'] ?? '');
    const expected = { Path: '/openshift/', PermissionsBoundary: 'arn:aws:iam::123456789012:policy/limit' };
    expect(role).toMatchObject(expected);
    expect(role.Tags).toContainEqual({ Key: 'cost-center', Value: '47 11' });
    expect(JSON.parse(files['cloudformation.json'] ?? '').Resources.Role0.Properties).toMatchObject(expected);
    const { aws_iam_role: roles } = JSON.parse(files['main.tf.json'] ?? '').resource;
    expect(roles.role_0).toMatchObject({ path: '/openshift/', tags: { 'cost-center': '47 11' } });
  });
});

/*
 * What the provider's published schema says of each resource that is used: its arguments, those that are required marked.
 * hashicorp/aws 5.81, docs of the resources, as the provider publishes them.
 */
const TERRAFORM: Readonly<Record<string, readonly string[]>> = {
  aws_s3_bucket: ['bucket', 'bucket_prefix', 'force_destroy', 'object_lock_enabled', 'tags'],
  aws_s3_bucket_public_access_block: [
    'bucket!',
    'block_public_acls',
    'block_public_policy',
    'ignore_public_acls',
    'restrict_public_buckets',
  ],
  aws_s3_bucket_policy: ['bucket!', 'policy!'],
  aws_s3_object: [
    'bucket!',
    'key!',
    'source',
    'content',
    'content_type',
    'etag',
    'source_hash',
    'tags',
    'acl',
  ],
  aws_iam_openid_connect_provider: ['url!', 'client_id_list!', 'thumbprint_list', 'tags'],
  aws_iam_role: [
    'assume_role_policy!',
    'name',
    'path',
    'description',
    'permissions_boundary',
    'max_session_duration',
    'tags',
  ],
  aws_iam_role_policy: ['role!', 'policy!', 'name', 'name_prefix'],
};
const META = ['lifecycle', 'depends_on'];

test('the Terraform configuration has arguments that the provider knows, all that it requires, and names that are there', async () => {
  const { resource } = JSON.parse((await handedOver())['main.tf.json'] ?? '') as {
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };
  expect(Object.keys(resource).sort()).toEqual(Object.keys(TERRAFORM).sort());
  const addresses = new Set(
    Object.entries(resource).flatMap(([type, each]) => Object.keys(each).map((name) => `${type}.${name}`)),
  );
  for (const [type, each] of Object.entries(resource))
    for (const [name, given] of Object.entries(each)) {
      const known = TERRAFORM[type] ?? [];
      const names = known.map((argument) => argument.replace('!', ''));
      expect(
        Object.keys(given).filter((key) => ![...names, ...META].includes(key)),
        name,
      ).toEqual([]);
      const required = known.flatMap((argument) => (argument.endsWith('!') ? [argument.slice(0, -1)] : []));
      expect(Object.keys(given), `${type}.${name}`).toEqual(expect.arrayContaining(required));
      const told = [
        ...((given['depends_on'] as string[] | undefined) ?? []),
        ...[...JSON.stringify(given).matchAll(/(?<!\$)\$\{(aws_\w+\.\w+)\./g)].map(([, address]) => address),
      ];
      for (const address of told) expect(addresses, `${type}.${name}`).toContain(address);
    }
});
