import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { JWKS_KEY } from '../../../../core/domain/names.ts';
import { jwkThumbprint, parseJwks } from '../../../../core/domain/oidc.ts';
import * as layout from '../../../../core/storage/layout.ts';
import { tgzOf } from '../../../support/archives.ts';
import { clusterYaml, requestOf } from '../../../support/bundles.ts';
import { type ClusterLife, clusterLife, type Fault } from '../../../support/cluster-life/runs.ts';
import { smallKeyPair } from '../../../support/fakes/signing-keys.ts';

/* A cluster that is deleted, and made again, whatever fails in between. */

const PAIRS = Array.from({ length: 8 }, () => smallKeyPair());
const RELEASE = '4.20.0';
const NEWER = '4.21.0';
const PLACE = { cluster: 'demo' };

const bundle = (components: readonly string[], release?: string) =>
  tgzOf({
    ...Object.fromEntries(components.map((each) => [`${each}.yaml`, requestOf(each)])),
    ...(release === undefined
      ? {}
      : { 'cluster.yaml': clusterYaml({ name: 'demo', region: 'us-east-2', release }) }),
  });

/** Providers that were there when the name of their issuer was given up. An assertion in the call would pass for an error of S3. */
const trustedWhenFreed: string[] = [];
afterEach(() => expect(trustedWhenFreed).toEqual([]));

/** A life in which every pair of keys is new, and it is seen whether the name of an issuer is free that a provider trusts. */
function watched(): ClusterLife {
  let made = 0;
  const life = clusterLife(() => {
    made += 1;
    return PAIRS[made % PAIRS.length] ?? smallKeyPair();
  });
  const remove = life.bucket.delete;
  life.bucket.delete = async () => {
    trustedWhenFreed.push(...life.providers.state.keys());
    await remove();
  };
  return life;
}

const prepare = async (life: ClusterLife, fault?: Fault) =>
  life.run('prepare/demo.tgz', await bundle(['dns', 'ingress'], RELEASE), fault);

function whatIsThere({ roles, providers, bucket, store }: ClusterLife) {
  const keys = Object.keys(store.texts()).filter((key) => !/\/runs\/|^executions\/|^rejected\//.test(key));
  return {
    roles: [...roles.state.keys()],
    providers: [...providers.state.keys()],
    documents: Object.keys(bucket.content?.documents ?? {}),
    isPublic: bucket.content?.policy !== undefined,
    files: keys,
    privateKeys: [layout.privateKey, layout.archive].flatMap(
      (pattern) => store.versions.get(pattern.of(PLACE)) ?? [],
    ).length,
  };
}

const NOTHING = {
  roles: [],
  providers: [],
  documents: [],
  isPublic: false,
  files: ['clusters/demo/deleted.json'],
  privateKeys: 0,
};

const published = (life: ClusterLife) =>
  (parseJwks(life.bucket.content?.documents[JWKS_KEY]?.body ?? '')?.keys ?? []).map(jwkThumbprint);

const FREED = 'confirm: demo\nrelease-name: true';
const KEPT = 'confirm: demo';

describe.each([KEPT, FREED])('a deletion (%j)', (file) => {
  it('leaves nothing', async () => {
    const life = watched();
    await prepare(life);
    await expect(life.delete(file)).resolves.toBe('deleted');
    expect(whatIsThere(life)).toEqual(NOTHING);
    expect(life.bucket.content === undefined).toBe(file === FREED);
  });

  it('leaves nothing after the same file came again, whichever call failed, for once or from then on', async () => {
    const first = watched();
    await prepare(first);
    await first.delete(file);
    const calls = first.calls();
    expect(calls).toBeGreaterThan(20);
    for (const lasts of [1, 1_000])
      for (let at = 1; at <= calls; at += 1) {
        const life = watched();
        await prepare(life);
        const ended = await life.delete(file, { at, lasts });
        const isRegistered = life.store.text(layout.registryEntry.of(PLACE)) !== undefined;
        const where = `call ${at}, ${lasts} in a row, which ended as ${ended}`;
        if (ended === 'deleted') expect(whatIsThere(life), where).toEqual(NOTHING);
        // What is not registered any more is all gone.
        if (!isRegistered) expect(whatIsThere(life), where).toEqual(NOTHING);
        await expect(life.delete(file), where).resolves.toBe('deleted');
        expect(whatIsThere(life), where).toEqual(NOTHING);
      }
  });
});

it('a cluster that is made again has a key of its own, and the bucket that was kept', async () => {
  const life = watched();
  await prepare(life);
  const before = published(life);
  await life.delete('confirm: demo\nprivate-key: keep');
  await expect(prepare(life)).resolves.toBeUndefined();
  expect(published(life)).toHaveLength(1);
  expect(published(life)).not.toEqual(before);
  expect(life.bucket.content?.tags).not.toHaveProperty('sts-prep/retired');
});

it('a run that takes a kept bucket again, and fails, leaves it as it was', async () => {
  const life = watched();
  await prepare(life);
  await life.delete(KEPT);
  const before = structuredClone(life.bucket.content);
  life.roles.create = () => Promise.reject(new Error('no more roles'));
  await expect(prepare(life)).resolves.toBe('Error');
  expect(life.bucket.content).toEqual(before);
});

describe('whatever is done in whatever order, and whatever fails,', () => {
  type Deed = (life: ClusterLife, fault?: Fault) => Promise<unknown>;
  const DEEDS: Readonly<Record<string, Deed>> = {
    prepare,
    upgrade: async (life, fault) =>
      life.run(`upgrade/demo/${NEWER}.tgz`, await bundle(['dns', 'storage']), fault),
    prune: async (life, fault) =>
      life.run(`prune/demo/${NEWER}.tgz`, await bundle(['dns', 'storage']), fault),
    add: async (life, fault) => life.run('add/demo/efs.tgz', await bundle(['efs']), fault),
    delete: (life, fault) => life.delete(KEPT, fault),
    'delete, and free the name': (life, fault) => life.delete(FREED, fault),
    'delete, and keep the key': (life, fault) => life.delete('confirm: demo\nprivate-key: keep', fault),
  };

  it('no name is free that a provider trusts, no role is forgotten, and no key of a deleted cluster comes back', async () => {
    const deed = fc.record(
      {
        deed: fc.constantFrom(...Object.keys(DEEDS)),
        fault: fc.record({ at: fc.integer({ min: 1, max: 90 }), lasts: fc.constantFrom(1, 3, 1_000) }),
      },
      { requiredKeys: ['deed'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 10 }), async (deeds) => {
        const life = watched();
        const retired = new Set<string>();
        await prepare(life);
        for (const { deed: name, fault } of deeds) {
          const keys = published(life);
          const ended = await DEEDS[name]?.(life, fault);
          if (ended === 'deleted') for (const key of keys) retired.add(key);
          if (life.providers.state.size > 0) expect(life.bucket.content, name).toBeDefined();
          expect(
            published(life).filter((key) => retired.has(key)),
            name,
          ).toEqual([]);
        }
        // Whatever was left on the way, it is known, and goes.
        for (let tries = 0; tries < 2; tries += 1) await life.delete(`${FREED}\nregion: us-east-2`);
        expect(whatIsThere(life)).toMatchObject({ roles: [], providers: [], documents: [], privateKeys: 0 });
        expect(life.bucket.content).toBeUndefined();
      }),
      { numRuns: 80 },
    );
  });
});
