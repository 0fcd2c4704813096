import { expect, inject } from 'vitest';
import { ownerTags } from '../../../core/domain/names.ts';
import { type Report, reportSchema } from '../../../core/domain/report.ts';
import { type Snapshot, type TestAccount, testAccount } from '../account.ts';

/*
 * Three components, and one role for each. Every start is a cluster as a run may find it; after each
 * failed run the account must be as the run found it, so the next test begins where this one began.
 */
export const COMPONENTS = ['ingress', 'image-registry', 'machine-api'] as const;
export type Component = (typeof COMPONENTS)[number];

export const REGION = 'us-east-2';

/** The account of the test file that opened it; vitest gives each a process of its own. */
export let account: TestAccount;
/** The account as the last run should have left it. */
export let known: Snapshot;

/** Opens an account for this test file, and points the process at it. */
export async function openAccount(): Promise<void> {
  account = await testAccount(inject('endpoint'));
  await remember();
}

/** The account as it is now is what the next run must leave. */
export async function remember(): Promise<void> {
  known = await account.snapshot();
}

export type TagList = { Key: string; Value: string }[];

/** The tags that ccoctl gives everything of a cluster. */
export function ccoctlTags(name: string): TagList {
  return Object.entries(ownerTags(name)).map(([Key, Value]) => ({ Key, Value }));
}

/** The role of a component of a cluster. */
export function roleName(cluster: string, component: Component): string {
  return `${cluster}-openshift-${component}-cloud-credentials`;
}

/** The host name of an issuer bucket. */
export function hostOf(bucket: string): string {
  return `${bucket}.s3.${REGION}.amazonaws.com`;
}

/** A role as a report names it. */
export const role = (cluster: string) => (component: Component) => `role ${roleName(cluster, component)}`;

/** The ARN of the identity provider of an issuer bucket. */
export function providerOf(bucket: string): string {
  return `arn:aws:iam::${account.id}:oidc-provider/${hostOf(bucket)}`;
}

/** The report's names without what every resource of this account has in front. */
function short(resource: string, cluster: string): string {
  return resource
    .replace(`s3://${account.output}/clusters/${cluster}/`, '')
    .replace(/^(identity provider) arn:.*$/, '$1');
}

/** The report of a failed run. */
export async function reportOf(run: string, cluster: string): Promise<Report> {
  const [report, failure] = await Promise.all(
    ['report.json', 'failure.json'].map((file) => account.read(`clusters/${cluster}/runs/${run}/${file}`)),
  );
  expect(failure).toBe(report);
  return reportSchema.parse(JSON.parse(report ?? ''));
}

/** What a report lists as undone or left, in alphabetical order. */
export function outcomesOf(report: Report, outcome: 'undone' | 'left', cluster: string): string[] {
  return (report.undo ?? [])
    .filter((entry) => entry.outcome === outcome)
    .map(({ resource }) => short(resource, cluster))
    .sort();
}

/** Nothing in the account has changed since it was last looked at. */
export async function expectAsBefore(): Promise<void> {
  const now = await account.snapshot();
  const before = known;
  known = now;
  expect(now).toEqual(before);
}
