import { beforeAll, describe, expect, it } from 'vitest';
import {
  account,
  expectAsBefore,
  known,
  outcomesOf,
  REGION,
  remember,
  reportOf,
  role,
} from '../../support/rollback/account.ts';
import { CRASH, DENIED, failing, firstRole, type When } from '../../support/rollback/faults.ts';
import { type Effects, STARTS, type Start } from '../../support/rollback/starts.ts';
import { BACK } from '../../support/rollback/states.ts';

/** The states on the way, up to the one that fails. */
const FORWARD = [
  'ReadBundle',
  'IsBundleAccepted',
  'Lock',
  'IsLockHeld',
  'PlanChanges',
  'NeedsApproval',
  'RegistersOnly',
  'HasChanges',
  'IsKeyPairDue',
  'CreateKeyPair',
  'IsIssuerDue',
  'PublishOidcDocuments',
  'RegisterProvider',
  'AreRolesDue',
  'CreateRoles',
  'AreRolesCreated',
  'AreFilesDue',
  'RenderSecrets',
  'Verify',
  'HasRemovals',
  'PublishReport',
];

/** Where IAM may not show yet what the failed step made, the undo waits before it looks. */
const SETTLES: Readonly<Record<string, readonly string[]>> = {
  UndoRoles: ['WaitForIamConsistency'],
  UndoProvider: ['WaitForProviderConsistency'],
};

interface FailingStep {
  readonly step: string;
  readonly function: string;
  readonly only?: (event: unknown) => boolean;
  /** The last state of the way forward. */
  readonly upTo: string;
  readonly entersAt: string;
  /** Effects of the steps before it, and its own. */
  readonly before: (effects: Effects) => readonly string[];
  readonly own: (effects: Effects, cluster: string) => readonly string[];
}

const upToProvider = ({ key, documents, provider }: Effects) => [...key, ...documents, ...provider];

const FAILING_STEPS: FailingStep[] = [
  {
    step: 'Lock',
    function: 'lock',
    upTo: 'Lock',
    entersAt: 'ReportFailure',
    before: () => [],
    own: () => [],
  },
  {
    step: 'PlanChanges',
    function: 'plan-changes',
    upTo: 'PlanChanges',
    entersAt: 'ReportFailure',
    before: () => [],
    own: () => [],
  },
  {
    step: 'CreateKeyPair',
    function: 'create-key-pair',
    upTo: 'CreateKeyPair',
    entersAt: 'UndoKeyPair',
    before: () => [],
    own: ({ key }) => key,
  },
  {
    step: 'PublishOidcDocuments',
    function: 'publish-oidc-documents',
    upTo: 'PublishOidcDocuments',
    entersAt: 'WaitForBucketConsistency',
    before: ({ key }) => key,
    own: ({ documents }) => documents,
  },
  {
    step: 'RegisterProvider',
    function: 'register-provider',
    upTo: 'RegisterProvider',
    entersAt: 'UndoProvider',
    before: ({ key, documents }) => [...key, ...documents],
    own: ({ provider }) => provider,
  },
  {
    step: 'CreateRole for one of the roles',
    function: 'create-role',
    only: firstRole,
    upTo: 'AreRolesCreated',
    entersAt: 'UndoRoles',
    before: upToProvider,
    own: ({ roles }, cluster) => roles.slice(0, 1).map(role(cluster)),
  },
  {
    step: 'CreateRole for every role',
    function: 'create-role',
    upTo: 'AreRolesCreated',
    entersAt: 'UndoRoles',
    before: upToProvider,
    own: ({ roles }, cluster) => roles.map(role(cluster)),
  },
  {
    step: 'RenderSecrets',
    function: 'render-secrets',
    upTo: 'RenderSecrets',
    entersAt: 'UndoSecrets',
    before: upToProvider,
    own: ({ files }) => files,
  },
  {
    step: 'Verify',
    function: 'verify',
    upTo: 'Verify',
    entersAt: 'UndoSecrets',
    before: (effects) => [...upToProvider(effects), ...effects.files],
    own: () => [],
  },
  {
    step: 'PublishReport',
    function: 'publish-report',
    upTo: 'PublishReport',
    entersAt: 'UndoSecrets',
    before: (effects) => [...upToProvider(effects), ...effects.files],
    own: () => ['cluster.json'],
  },
];

/** States of which there is nothing to be made: a run does not come by them. */
function passedBy({ key, documents, provider }: Effects): readonly string[] {
  return [
    ...(key.length === 0 ? ['CreateKeyPair'] : []),
    ...(documents.length + provider.length === 0 ? ['PublishOidcDocuments', 'RegisterProvider'] : []),
  ];
}

/** What the report must list as undone. */
function undoneBy(failed: FailingStep, when: When, { effects, name }: Start): string[] {
  const own = failed.own(effects, name);
  const allRoles = failed.entersAt === 'UndoSecrets' || failed.entersAt === 'UndoRoles';
  const rolesOfOthers =
    failed.function === 'create-role' && failed.only === undefined
      ? []
      : effects.roles.map(role(name)).filter((made) => !own.includes(made));
  return [
    ...failed.before(effects),
    ...(allRoles ? rolesOfOthers : []),
    ...(when === 'after it did everything' ? own : []),
  ].sort();
}

describe.each(STARTS.map((start) => [start.title, start] as const))('from %s', (_start, start) => {
  beforeAll(async () => {
    await start.prepare();
    await remember();
  });

  const passed = passedBy(start.effects);
  const forward = FORWARD.filter((state) => !passed.includes(state));
  const cases = FAILING_STEPS.filter(({ step }) => !passed.includes(step)).flatMap((failed) =>
    (
      [
        ['before it did anything', DENIED],
        ['after it did everything', DENIED],
        ['after it did everything', CRASH],
      ] as const
    ).map(([when, error]) => [failed.step, when, error().name, failed, error] as const),
  );

  it.each(cases)('%s fails %s with %s: everything is as it was', async (_step, when, name, failed, error) => {
    const { run, ...outcome } = await account.run(
      `prepare/${start.name}.tgz`,
      await start.bundle(),
      failing(failed.function, when, error, failed.only),
    );
    const { message } = error();

    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: name,
      cause: failed.function === 'create-role' ? expect.stringContaining(name) : message,
    });
    expect(outcome.states).toEqual([
      ...forward.slice(0, forward.indexOf(failed.upTo) + 1),
      ...(SETTLES[failed.entersAt] ?? []),
      ...BACK.slice(BACK.indexOf(failed.entersAt)),
      'RolledBack',
    ]);
    await expectAsBefore();
    expect(Object.keys(known.results)).not.toContain(`clusters/${start.name}/lock`);

    const report = await reportOf(run, start.name);
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      error: { name, cause: outcome.cause },
      cluster: { name: start.name, region: REGION },
    });
    expect(outcomesOf(report, 'left', start.name)).toEqual([]);
    expect(outcomesOf(report, 'undone', start.name)).toEqual(undoneBy(failed, when, start));
  });
});
