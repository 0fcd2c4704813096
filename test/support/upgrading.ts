import {
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { parsePolicy } from '../../core/domain/policy-document.ts';
import { type Report, reportSchema } from '../../core/domain/report.ts';
import type { Snapshot, TestAccount } from './account.ts';
import { tgzOf } from './archives.ts';
import {
  type Changes,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  requestOf,
  rsaKeyPair,
  statement,
} from './bundles.ts';

/** A cluster that goes from one release to the next: what its components ask for in each. */
export type Components = Readonly<Record<string, Changes>>;

/** Stays as it is; gets one more action; gets one more service account; goes. */
export const OLDER: Components = { dns: {}, ingress: {}, 'image-registry': {}, storage: {} };

export const NEWER: Components = {
  dns: {},
  ingress: statement({
    action: ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones', 'ec2:DescribeVpcs'],
  }),
  'image-registry': { 'spec.serviceAccountNames': ['image-registry-operator', 'registry'] },
  'machine-api': {},
};

export const OLDER_RELEASE = '4.13.5';
export const NEWER_RELEASE = '4.14.0';
export const CLUSTER = 'demo';
const REGION = 'us-east-2';
const HOST = `${CLUSTER}-oidc.s3.${REGION}.amazonaws.com`;

const signingKey = publicPem(rsaKeyPair().publicKey);

/** What all requests of these bundles ask for when nothing is said. */
export const USUAL_ACTIONS = ['elasticloadbalancing:DescribeLoadBalancers', 'route53:ListHostedZones'];

/** The bundle that makes the cluster. */
export function clusterBundle(components: Components = OLDER, facts: Changes = {}): Promise<Uint8Array> {
  return tgzOf({
    'cluster.yaml': clusterYaml({ name: CLUSTER, region: REGION, release: OLDER_RELEASE, ...facts }),
    [PUBLIC_KEY_FILE]: signingKey,
    ...requestFiles(components),
  });
}

/** The bundle of a release: its requests alone, as `oc adm release extract` writes them. */
export function releaseBundle(components: Components = NEWER): Promise<Uint8Array> {
  return tgzOf(requestFiles(components));
}

export function requestFiles(components: Components): Record<string, string> {
  return Object.fromEntries(
    Object.entries(components).map(([component, changes]) => [
      `credreqs/${component}.yaml`,
      requestOf(component, changes),
    ]),
  );
}

export function roleOf(component: string): string {
  return `${CLUSTER}-openshift-${component}-cloud-credentials`;
}

export function manifestOf(component: string): string {
  return `manifests/openshift-${component}-cloud-credentials-credentials.yaml`;
}

export function subjectOf(component: string, account = `${component}-operator`): string {
  return `system:serviceaccount:openshift-${component}:${account}`;
}

/** A statement of an inline policy as requests make it. */
export function allow(...actions: string[]): unknown {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

export interface LiveRole {
  readonly trust: { readonly Statement: readonly unknown[] };
  readonly inline: Readonly<Record<string, { readonly Statement: readonly unknown[] }>>;
  readonly attached: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly boundary?: string;
  readonly maxSessionDuration?: number;
}

export function liveRole({ roles }: Snapshot, component: string): LiveRole {
  const role = roles[roleOf(component)];
  if (role === undefined) throw new RangeError(`There is no role of ${component}.`);
  return role as LiveRole;
}

/** The statements of a role's own inline policy. */
export function permissionsOf(now: Snapshot, component: string): readonly unknown[] {
  return liveRole(now, component).inline[roleOf(component)]?.Statement ?? [];
}

/** The subjects that a role trusts through the cluster's provider, by statement. */
export function subjectsOf(now: Snapshot, component: string): readonly (readonly string[])[] {
  return liveRole(now, component).trust.Statement.map((each) => {
    const { Condition } = each as { Condition?: { StringEquals?: Record<string, string[]> } };
    return Condition?.StringEquals?.[`${HOST}:sub`] ?? [];
  });
}

/** What an administrator does by hand: puts other statements into a role's own policy. */
export async function editPolicy(
  { iam }: TestAccount,
  component: string,
  edit: (statements: readonly unknown[]) => readonly unknown[],
): Promise<void> {
  const name = roleOf(component);
  const { PolicyDocument = '' } = await iam.send(
    new GetRolePolicyCommand({ RoleName: name, PolicyName: name }),
  );
  const policy = parsePolicy(PolicyDocument);
  const edited = { ...policy, Statement: edit(policy?.Statement ?? []) };
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: name, PolicyDocument: JSON.stringify(edited) }),
  );
}

/** The same with the trust policy. */
export async function editTrust(
  account: TestAccount,
  component: string,
  edit: (text: string) => string,
): Promise<void> {
  const { trust } = liveRole(await account.snapshot(), component);
  await account.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: roleOf(component),
      PolicyDocument: edit(JSON.stringify(trust)),
    }),
  );
}

export async function reportOf(account: TestAccount, run: string): Promise<Report> {
  return reportSchema.parse(
    JSON.parse((await account.read(`clusters/${CLUSTER}/runs/${run}/report.json`)) ?? ''),
  );
}

/** Changes of a report, one line each. */
export function changesOf({ changes }: Report): string[] {
  return changes.map(({ action, resource, part }) => `${action} ${resource}: ${part}`);
}

/** A snapshot without the registry entry, which tells of every run. */
export function withoutRegistry({ results, ...rest }: Snapshot): Snapshot {
  const { [`clusters/${CLUSTER}/cluster.json`]: _, ...files } = results;
  return { ...rest, results: files };
}
