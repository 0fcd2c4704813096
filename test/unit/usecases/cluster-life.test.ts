import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISCOVERY_KEY, JWKS_KEY } from '../../../core/domain/names.ts';
import { jwkThumbprint } from '../../../core/domain/oidc.ts';
import { statementsOf } from '../../../core/domain/policy-document.ts';
import type { KeyPair } from '../../../core/resources/signing-key/apply.ts';
import {
  bundleOfRelease,
  DEEDS,
  jwksOf,
  type Known,
  OURS,
  roleOf,
} from '../../support/cluster-life/deeds.ts';
import { clusterLife, type Fault } from '../../support/cluster-life/runs.ts';
import { isReadable } from '../../support/fakes/issuer-bucket.ts';
import { smallKeyPair } from '../../support/fakes/signing-keys.ts';

/*
 * What must never happen to a cluster, whatever is done with it in whatever order, by runs and by hand, and whatever
 * fails in between.
 */

/** Every pair that is made is another one. */
const PAIRS = Array.from({ length: 6 }, smallKeyPair);

/** What must hold after whatever was done; `from` is where the deed's writes to the bucket begin. */
function check(known: Known, from: number, wasReadable: boolean): void {
  const { life, sources, takenOut, closed, bound, isLive } = known;
  const { content, readable } = life.bucket;
  if (closed)
    expect(content?.block, 'a closed bucket stays closed').toMatchObject({ RestrictPublicBuckets: true });
  if (life.providers.state.size > 0)
    expect(content, 'the name of an issuer whose provider is there is not free').toBeDefined();
  const published = jwksOf(known).map(jwkThumbprint);
  expect(
    published.filter((thumbprint) => takenOut.has(thumbprint)),
    'a key that was taken out does not come back',
  ).toEqual([]);
  for (const component of [...sources.values()].flat())
    expect(life.roles.state.has(roleOf(component)), `the role of ${component} is there`).toBe(true);
  if (isLive && wasReadable) {
    expect(readable.slice(from), 'the documents are readable at every moment').not.toContain(false);
    expect(Object.keys(content?.documents ?? {}).sort()).toEqual([DISCOVERY_KEY, JWKS_KEY]);
  }
  for (const name of bound)
    for (const statement of statementsOf(life.roles.state.get(name)?.trust ?? {}))
      expect(JSON.stringify(statement), 'an audience stays bound').toContain(':aud');
}

async function live(deeds: readonly Planned[], keys: KeyPair | (() => KeyPair)): Promise<Known> {
  const known: Known = {
    life: clusterLife(keys),
    sources: new Map(),
    takenOut: new Set(),
    closed: false,
    bound: new Set(),
    isLive: false,
  };
  for (const { deed, fault } of deeds) {
    const from = known.life.bucket.readable.length;
    const { content } = known.life.bucket;
    const wasReadable = content !== undefined && isReadable(content);
    await DEEDS[deed]?.(known, fault);
    check(known, from, wasReadable);
  }
  return known;
}

interface Planned {
  readonly deed: string;
  readonly fault?: Fault;
}

describe('the life of a cluster', () => {
  it('has every deed', async () => {
    const story = [
      'prepare 4.20.0',
      'add efs',
      'upgrade 4.21.0',
      'prune 4.21.0',
      'bind a role to an audience',
      'demand TLS of the bucket',
      'version the bucket',
      'add logging',
      'remove efs',
      'prepare 4.21.0',
    ];
    const known = await live(
      story.map((deed) => ({ deed })),
      OURS,
    );
    expect(Object.fromEntries(known.sources)).toEqual({
      release: ['dns', 'ingress', 'machine-api'],
      logging: ['logging', 'lokistack'],
    });
    expect([...known.life.roles.state.keys()].sort()).toEqual(
      ['dns', 'ingress', 'logging', 'lokistack', 'machine-api'].map(roleOf),
    );
  });

  it('is not given a key back that was taken out while the registry did not know it, and goes on once it is told', async () => {
    const known = await live(
      ['prepare 4.20.0', 'forget the registry', 'rotate by hand', 'prepare 4.20.0'].map((deed) => ({ deed })),
      OURS,
    );
    expect(jwksOf(known)).toHaveLength(1);
    expect(await known.life.run('prepare/demo.tgz', await bundleOfRelease('4.20.0'))).toBe(
      'SigningKeyConflict',
    );
    await DEEDS['tell the rotated key']?.(known);
    expect(await known.life.run('prepare/demo.tgz', await bundleOfRelease('4.20.0'))).toBeUndefined();
    expect(jwksOf(known)).toHaveLength(1);
  });

  it('is never harmed, whatever is done in whatever order, and whatever fails', async () => {
    const planned = fc.record(
      {
        deed: fc.constantFrom(...Object.keys(DEEDS)),
        fault: fc.record({ at: fc.integer({ min: 1, max: 90 }), lasts: fc.constantFrom(1, 3, 1_000) }),
      },
      { requiredKeys: ['deed'] },
    );
    const begin = fc.constant<Planned>({ deed: 'prepare 4.20.0' });
    const deeds = fc
      .tuple(begin, fc.array(planned, { minLength: 3, maxLength: 12 }))
      .map(([a, b]) => [a, ...b]);
    await fc.assert(
      fc.asyncProperty(fc.oneof(deeds, fc.array(planned, { maxLength: 8 })), async (all) => {
        let made = 0;
        await live(all, () => {
          made += 1;
          return PAIRS[made - 1] ?? smallKeyPair();
        });
      }),
      { numRuns: 150 },
    );
  });
});
