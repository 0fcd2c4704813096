import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ReleaseAudit } from '../../../../core/domain/audit/report.ts';
import type { CredentialsRequest } from '../../../../core/domain/credentials-request.ts';
import type { DesiredState } from '../../../../core/domain/desired-state.ts';
import { secretManifest } from '../../../../core/domain/manifests.ts';
import { compareReleaseBundles, releasesFor } from '../../../../core/usecases/audit/compare-bundles.ts';
import type { ObservedCluster } from '../../../../core/usecases/audit/observe.ts';
import { readReleases } from '../../../../core/usecases/audit/read-releases.ts';
import { approveUpgrades } from '../../../../core/usecases/audit/upgrade-acknowledgement.ts';
import { requestValue } from '../../../support/bundles.ts';
import { demoCluster, demoEntry } from '../../../support/fakes/demo-cluster.ts';
import { fakeStore } from '../../../support/fakes/object-store.ts';
import { AT, asDesired, RULES } from './audited.ts';

/**
 * The independent evaluation works on what the test made up, not on what the product read: numbers for releases, sets
 * of words for what a component asks and has. It shares nothing with the audit but the words.
 */

const COMPONENTS = ['a', 'b', 'c', 'd'] as const;
const ACTIONS = ['s3:GetObject', 's3:ListBucket', 'ec2:DescribeInstances'];
const ACCOUNTS = ['one', 'two'];
/** Minor versions in the order in which a cluster passes them; 4.23 stands aside. */
const MINORS = ['4.21', '4.22', '4.23', '5.0', '5.1'] as const;

type Component = (typeof COMPONENTS)[number];
type Annotation = 'none' | 'preview' | 'gate-off' | 'gate-dark' | 'optional' | 'tombstone';

interface Asked {
  readonly actions: readonly string[];
  readonly accounts: readonly string[];
}
interface Request extends Asked {
  readonly component: Component;
  readonly annotation: Annotation;
}
interface Bundle {
  readonly minor: (typeof MINORS)[number];
  readonly patch: number;
  readonly spelling: (release: string) => string;
  /** Undefined when it is for the fleet. */
  readonly cluster: string | undefined;
  readonly requests: readonly Request[];
}
interface Cluster {
  readonly name: string;
  /** Undefined when it is not on record. */
  readonly minor: '4.20' | '4.21' | '4.22' | undefined;
  /** What it was prepared with, by component. */
  readonly prepared: ReadonlyMap<Component, Asked>;
  /** Components whose role or Secret somebody deleted. */
  readonly lostRole: Component | undefined;
  readonly lostSecret: Component | undefined;
}

const asked = fc.record<Asked>({
  actions: fc.subarray(ACTIONS, { minLength: 1 }),
  accounts: fc.subarray(ACCOUNTS, { minLength: 1 }),
});
const ALL: Asked = { actions: ACTIONS, accounts: ACCOUNTS };
// Mostly all of it, so that something is ready now and then.
const mostly = fc.oneof({ weight: 6, arbitrary: fc.constant(ALL) }, { weight: 1, arbitrary: asked });
const annotation = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Annotation>('none') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Annotation>('preview', 'gate-off', 'gate-dark', 'optional', 'tombstone'),
  },
);
const requests = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant([...COMPONENTS.slice(0, 3)]) },
      { weight: 1, arbitrary: fc.subarray([...COMPONENTS], { minLength: 1 }) },
    ),
    fc.array(fc.tuple(asked, annotation), { minLength: 4, maxLength: 4 }),
  )
  .map(([components, details]) =>
    components.map((component, index): Request => {
      const [what, how] = details[index] ?? [ALL, 'none'];
      return { component, ...what, annotation: how };
    }),
  );
const bundle = fc.record<Bundle>({
  minor: fc.constantFrom('4.21', '4.21', ...MINORS),
  patch: fc.nat(1),
  spelling: fc.constantFrom(
    (release: string) => release,
    (release: string) => `v${release}`,
    (release: string) => `${release}-multi`,
  ),
  cluster: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant('one') },
  ),
  requests,
});
const seldom = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom(...COMPONENTS) },
);
const cluster = (name: string) =>
  fc
    .record({
      minor: fc.constantFrom<Cluster['minor']>('4.20', '4.20', '4.21', '4.22', undefined),
      prepared: fc.tuple(
        fc.constantFrom([...COMPONENTS], COMPONENTS.slice(0, 3), COMPONENTS.slice(0, 3)),
        fc.array(mostly, { minLength: 4, maxLength: 4 }),
      ),
      lostRole: seldom,
      lostSecret: seldom,
    })
    .map(({ prepared: [components, details], ...rest }): Cluster => {
      const entries = components.map((component, index) => [component, details[index] ?? ALL] as const);
      return { name, prepared: new Map(entries), ...rest };
    });

const ANNOTATIONS: Readonly<Record<Annotation, Record<string, string>>> = {
  none: {},
  preview: { 'release.openshift.io/feature-set': 'TechPreviewNoUpgrade' },
  'gate-off': { 'release.openshift.io/feature-gate': 'TechPreviewNoUpgrade' },
  'gate-dark': { 'release.openshift.io/feature-gate': 'Dark' },
  optional: { 'capability.openshift.io/name': 'ImageRegistry' },
  tombstone: { 'release.openshift.io/delete': 'true' },
};

const textOf = ({ component, actions, accounts, annotation: how }: Request) =>
  stringify(
    requestValue({
      'metadata.name': component,
      'metadata.annotations': ANNOTATIONS[how],
      'spec.secretRef': { namespace: 'openshift', name: component },
      'spec.serviceAccountNames': accounts,
      'spec.providerSpec.statementEntries': [{ effect: 'Allow', action: actions, resource: '*' }],
    }),
  );
/** One each: another bundle under the same key would be the next version of the first. */
const ENDINGS = ['.yaml', '.yml', '.YAML', '.YML', '.Yaml'];
const keyOf = ({ minor, patch, spelling, cluster: of }: Bundle, index: number) =>
  `${of === undefined ? 'releases' : `audit/${of}`}/${spelling(`${minor}.${patch}`)}${ENDINGS[index]}`;

const desiredOf = ({ name, minor, prepared }: Cluster) =>
  demoCluster(
    { name, ...(minor === undefined ? {} : { release: `${minor}.3` }) },
    [...prepared].map(
      ([component, { actions, accounts }]): CredentialsRequest => ({
        source: { file: `${component}.yaml`, document: 1 },
        name: component,
        secretRef: { namespace: 'openshift', name: component },
        serviceAccountNames: accounts,
        statements: [{ effect: 'Allow', action: actions, resource: '*' }],
      }),
    ),
  );

function observedOf({ lostRole, lostSecret }: Cluster, desired: DesiredState): ObservedCluster {
  const roles = desired.roles.filter(({ secretRef }) => secretRef.name !== lostRole).map(asDesired);
  const manifests = desired.roles
    .filter(({ secretRef }) => secretRef.name !== lostSecret)
    .map(({ secretRef, arn }) => secretManifest(secretRef, arn));
  return {
    issuer: { presence: 'ours' },
    signingKey: {},
    roles: { roles, policies: {} },
    files: { manifests: Object.fromEntries(manifests.map(({ path, content }) => [path, content])) },
  };
}

async function audited(of: Cluster, bundles: readonly Bundle[]): Promise<readonly ReleaseAudit[]> {
  const store = fakeStore(
    Object.fromEntries(
      bundles.map((each, index) => [keyOf(each, index), each.requests.map(textOf).join('---\n')]),
    ),
  );
  const desired = desiredOf(of);
  const { release: _, ...entry } = demoEntry(desired);
  const record = {
    desired,
    entry: { ...entry, ...(of.minor === undefined ? {} : { release: `${of.minor}.3` }) },
  };
  const wanted = releasesFor(record, await readReleases('intake', store), RULES);
  const live = {
    desired,
    observed: observedOf(of, desired),
    outputBucket: 'output',
    simulated: new Map(),
    at: AT,
  };
  return approveUpgrades(
    compareReleaseBundles(wanted, live),
    { name: of.name, release: record.entry.release },
    [],
    'output',
  );
}

const order = (minor: string) => ['4.20', ...MINORS].indexOf(minor);

/** Why a cluster may not be let through to a release; empty when nothing stands against it. */
function objections(
  of: Cluster,
  target: { minor: string; patch: number },
  bundles: readonly Bundle[],
): string[] {
  if (of.minor === undefined) return ['nobody knows what it runs'];
  const from = order(of.minor);
  const mine = bundles.filter((each) => each.cluster === undefined || each.cluster === of.name);
  const opened = mine.filter(({ minor, patch }) =>
    target.minor === of.minor
      ? minor === target.minor && patch === target.patch
      : order(minor) > from && order(minor) <= order(target.minor),
  );
  const onWay = MINORS.filter((minor) => order(minor) > from && order(minor) < order(target.minor));
  const missing = onWay.filter((minor) => minor !== '4.23' && !opened.some((each) => each.minor === minor));
  // 5.0 and 4.23 are two ways to 5.1.
  const detour =
    missing.join() === '5.0' && target.minor === '5.1' && opened.some(({ minor }) => minor === '4.23');
  return [
    ...(detour ? [] : missing.map((minor) => `${minor} was not looked at`)),
    ...opened.flatMap((each) => [
      ...(opened.some(
        (other) =>
          other !== each &&
          other.minor === each.minor &&
          other.patch === each.patch &&
          other.cluster === each.cluster,
      )
        ? ['two bundles claim one release']
        : []),
      ...lacking(of, each),
    ]),
  ];
}

function lacking({ prepared, lostRole, lostSecret }: Cluster, { requests: all }: Bundle): string[] {
  const counting = all.filter(({ annotation: how }) => !['preview', 'gate-off', 'tombstone'].includes(how));
  return [
    ...counting.flatMap(({ component, actions, accounts }) => {
      const has = component === lostRole ? undefined : prepared.get(component);
      if (has === undefined) return [`no role for ${component}`];
      return [
        ...(component === lostSecret ? [`no Secret for ${component}`] : []),
        ...actions.filter((action) => !has.actions.includes(action)),
        ...accounts.filter((account) => !has.accounts.includes(account)),
      ];
    }),
    ...[...prepared.keys()].filter((component) => !all.some((each) => each.component === component)),
  ];
}

it('no cluster is ready for a release for which anything is missing or not known', async () => {
  let ready = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(cluster('one'), cluster('two')),
      fc.array(bundle, { minLength: 1, maxLength: 5 }),
      async (fleet, bundles) => {
        for (const of of fleet)
          for (const { release, status, gate } of await audited(of, bundles)) {
            expect(gate !== undefined).toBe(status === 'ready');
            if (status !== 'ready') continue;
            ready += 1;
            const [, minor = '', patch = ''] = /^(\d+\.\d+)\.(\d+)$/.exec(release) ?? [];
            expect(objections(of, { minor, patch: Number(patch) }, bundles)).toEqual([]);
          }
      },
    ),
    { numRuns: 250 },
  );
  // Of a gate that never opens nothing would be shown.
  expect(ready).toBeGreaterThan(10);
});
