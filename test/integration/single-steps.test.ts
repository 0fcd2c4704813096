import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { STEP_OPERATIONS } from '../../core/domain/operation-kinds.ts';
import type { Snapshot } from '../support/account.ts';
import { auditAccount } from '../support/audit.ts';
import {
  ARCHIVE,
  account,
  accountForEach,
  anotherAccount,
  ENTRY,
  entryOf,
  ISSUER,
  KEY,
  keylessBundle,
  made,
  PUBLIC_KEY,
  ROLES,
  reportOf,
  step,
  stepsBefore,
} from '../support/single-steps.ts';
import { CLUSTER, OLDER } from '../support/upgrading.ts';

const AUTHENTICATION = `clusters/${CLUSTER}/install/manifests/cluster-authentication-02-config.yaml`;

accountForEach();

describe('a single step', () => {
  it('makes the signing key, and nothing else', async () => {
    const now = await made(KEY);
    expect([now.roles, now.providers, now.buckets]).toEqual([{}, {}, {}]);
    expect(Object.keys(now.results)).toEqual([ENTRY, PUBLIC_KEY]);
  });

  it('makes the issuer, its provider and its manifest, and nothing else', async () => {
    const before = await made(KEY);
    const now = await made(ISSUER);
    expect(now.roles).toEqual({});
    expect(Object.keys(now.providers)).toHaveLength(1);
    expect(Object.keys(now.buckets)).toEqual([`${CLUSTER}-oidc`]);
    expect(added(before, now)).toEqual([AUTHENTICATION]);
  });

  it('makes the roles and their Secrets, and with them all that the installer needs is there', async () => {
    const before = await made(KEY, ISSUER);
    const now = await made(ROLES);
    expect(Object.keys(now.roles)).toHaveLength(Object.keys(OLDER).length);
    expect([now.providers, now.buckets]).toEqual([before.providers, before.buckets]);
    const secrets = Object.keys(OLDER).map(
      (each) => `clusters/${CLUSTER}/install/manifests/openshift-${each}-cloud-credentials-credentials.yaml`,
    );
    expect(added(before, now)).toEqual([...secrets, ARCHIVE].sort());
  });

  it.each([
    [KEY, ['CreateKeyPair'], ['key-pair']],
    [ISSUER, ['PublishOidcDocuments', 'RegisterProvider'], ['authentication-manifest', 'provider']],
    [ROLES, ['CreateRoles', 'AreRolesCreated'], ['role-trust', 'secret', 'token-accepted']],
  ] as const)(
    'shows by its way that %s was asked for, and proves just that',
    async (operation, way, checks) => {
      await made(...stepsBefore(operation));
      const outcome = await step(operation, operation === KEY ? undefined : await keylessBundle());
      const making = [
        'CreateKeyPair',
        'PublishOidcDocuments',
        'RegisterProvider',
        'CreateRoles',
        'AreRolesCreated',
      ];
      expect(outcome.states.filter((state) => making.includes(state))).toEqual(way);
      const proved = (await reportOf(outcome.run)).verification?.map(({ check }) => check) ?? [];
      expect(proved).toEqual(expect.arrayContaining([...checks]));
      const others = ['key-pair', 'authentication-manifest', 'provider', 'role-trust', 'secret'].filter(
        (check) => !(checks as readonly string[]).includes(check),
      );
      expect(proved.filter((check) => others.includes(check))).toEqual([]);
    },
  );

  it('says in its report, and in the registry, what is still to come', async () => {
    const { run } = await step(KEY);
    expect((await reportOf(run)).warnings.join('\n')).toContain(
      `below ${ISSUER}/, then below ${ROLES}/; or below prepare/`,
    );
    expect((await entryOf()).parts).toEqual(['key']);
    await made(ISSUER, ROLES);
    expect(await entryOf()).not.toHaveProperty('parts');
  });

  it.each(STEP_OPERATIONS)('changes nothing when %s comes again', async (operation) => {
    await made(...stepsBefore(operation), operation);
    const before = await account.snapshot();
    const { run } = await step(operation);
    expect((await reportOf(run)).changes).toEqual([]);
    expect(resultsOf(await account.snapshot())).toEqual(resultsOf(before));
  });

  it.each(STEP_OPERATIONS)('changes nothing when %s comes to a cluster that is whole', async (operation) => {
    const before = await made('prepare');
    const { run } = await step(operation);
    expect((await reportOf(run)).changes).toEqual([]);
    expect(resultsOf(await account.snapshot())).toEqual(resultsOf(before));
    expect(await entryOf()).not.toHaveProperty('parts');
  });
});

describe('the steps one after the other', () => {
  it('end where one prepare ends, to the byte', async () => {
    const prepared = neutral(await made('prepare'), account.id);
    await anotherAccount();
    const stepwise = neutral(await made(...STEP_OPERATIONS), account.id);
    expect(stepwise).toEqual(prepared);
  });

  it('leave nothing to do for a prepare, which makes what is missing of a cluster in part', async () => {
    await made(...STEP_OPERATIONS);
    const { run } = await step('prepare');
    expect((await reportOf(run)).changes).toEqual([]);
    await anotherAccount();
    await made(KEY, 'prepare');
    expect(await entryOf()).not.toHaveProperty('parts');
    expect((await auditAccount(account)).cluster(CLUSTER)).toMatchObject({ status: 'clean', drift: [] });
  });

  it.each([
    [ISSUER, [], KEY],
    [ROLES, [], ISSUER],
    [ROLES, [KEY], ISSUER],
  ] as const)(
    'are refused in another order: %s after %j, where %s comes first',
    async (operation, before, first) => {
      await made(...before);
      const known = await account.snapshot();
      // A key that the bundle brings is ground enough for an issuer.
      const outcome = await step(operation, await keylessBundle());
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'EarlierStepMissing' });
      expect(outcome.cause).toContain(`Upload the bundle below ${first}/ first`);
      expect(await account.snapshot()).toEqual(known);
    },
  );
});

describe('a step that fails', () => {
  it.each([
    [KEY, 'create-key-pair'],
    [KEY, 'verify'],
    [ISSUER, 'register-provider'],
    [ISSUER, 'verify'],
    [ROLES, 'render-secrets'],
    [ROLES, 'verify'],
  ] as const)('undoes its own part and no other: %s at %s', async (operation, failing) => {
    await made(...stepsBefore(operation));
    const before = await account.snapshot();
    const outcome = await step(operation, undefined, async (name, _event, call) => {
      const answer = await call();
      if (name === failing) throw Object.assign(new Error('failed after its work'), { name: 'Broken' });
      return answer;
    });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(outcome.states.at(-1)).toBe('RolledBack');
    expect(await account.snapshot()).toEqual(before);
  });
});

/** Keys of results that a run wrote, but for the registry's entry. */
function added(before: Snapshot, after: Snapshot): string[] {
  return Object.keys(after.results).filter((key) => before.results[key] === undefined);
}

/** What lasts of a cluster; the registry's entry names the last run. */
function resultsOf({ results, ...account }: Snapshot): Snapshot {
  const { [ENTRY]: _, ...files } = results;
  return { ...account, results: files };
}

/** An account's state without its number, and without what names runs and their times. */
function neutral(snapshot: Snapshot, id: string): unknown {
  const plain = (text: string) =>
    text
      .replaceAll(id, '123456789012')
      .replace(/\brun-\d+\b/g, '<run>')
      .replace(/"(endedAt|archiveEtag|desired|archive)": "(\\"|[^"])+"/g, '"$1": "<of the run>"')
      // They name the objects of an account.
      .replace(/"seals": \{[^}]*\}/g, '"seals": {}');
  const results = Object.entries(snapshot.results).map(([key, base64]) => {
    const bytes = Buffer.from(base64, 'base64');
    return [key, plain((key === ARCHIVE ? gunzipSync(bytes) : bytes).toString('latin1'))];
  });
  return { ...JSON.parse(plain(JSON.stringify({ ...snapshot, results: {} }))), results };
}
