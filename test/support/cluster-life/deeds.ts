import { JWKS_KEY } from '../../../core/domain/names.ts';
import {
  formatJwks,
  jwkThumbprint,
  type PublicJwk,
  parseJwks,
  publicJwk,
} from '../../../core/domain/oidc.ts';
import { statementsOf } from '../../../core/domain/policy-document.ts';
import { tgzOf } from '../archives.ts';
import { clusterYaml, PUBLIC_KEY_FILE, publicPem, requestOf } from '../bundles.ts';
import { CLOSED } from '../closed-bucket.ts';
import { document } from '../fakes/issuer-bucket.ts';
import { smallKeyPair } from '../fakes/signing-keys.ts';
import type { ClusterLife, Fault } from './runs.ts';

export const OURS = smallKeyPair();
const ROTATED = smallKeyPair();
const STRANGER = publicJwk(smallKeyPair().publicKey);

type Components = readonly string[];

const RELEASES: Readonly<Record<string, Components>> = {
  '4.20.0': ['dns', 'ingress', 'storage'],
  '4.21.0': ['dns', 'ingress', 'machine-api'],
};
const ADD_ONS: Readonly<Record<string, Components>> = { efs: ['efs'], logging: ['logging', 'lokistack'] };

export const roleOf = (component: string) => `demo-openshift-${component}-cloud-credentials`;

function bundleOf(components: Components, files: Record<string, string> = {}): Promise<Uint8Array> {
  return tgzOf({
    ...Object.fromEntries(components.map((each) => [`credreqs/${each}.yaml`, requestOf(each)])),
    ...files,
  });
}

const clusterFile = (release: string, more: object = {}) => ({
  'cluster.yaml': clusterYaml({ name: 'demo', region: 'us-east-2', release, ...more }),
});

/** The bundle of a cluster of a release. */
export function bundleOfRelease(release: string): Promise<Uint8Array> {
  return bundleOf(RELEASES[release] ?? [], clusterFile(release));
}

/** What a test knows of a cluster: what was done, and what therefore has to be. */
export interface Known {
  readonly life: ClusterLife;
  /** Who asks for what, by the runs that said Prepared. */
  readonly sources: Map<string, Components>;
  /** Thumbprints of the keys that somebody took out of the JWKS. */
  readonly takenOut: Set<string>;
  closed: boolean;
  /** Roles whose trust somebody bound to an audience. */
  readonly bound: Set<string>;
  /** Whether the cluster was ever there, so that tokens of it may be about. */
  isLive: boolean;
}

type Deed = (known: Known, fault?: Fault) => Promise<void>;

export const jwksOf = ({ life }: Known): readonly PublicJwk[] =>
  parseJwks(life.bucket.content?.documents[JWKS_KEY]?.body ?? '')?.keys ?? [];

function publish({ life }: Known, keys: readonly PublicJwk[]): void {
  const { content } = life.bucket;
  if (content === undefined) return;
  content.documents[JWKS_KEY] = document(formatJwks({ keys }), {
    tags: content.documents[JWKS_KEY]?.tags ?? {},
  });
}

async function run(
  known: Known,
  key: string,
  bytes: Uint8Array,
  done: () => void,
  fault?: Fault,
  mayBeGone?: (known: Known) => void,
) {
  const ended = await known.life.run(key, bytes, fault);
  if (ended !== undefined) {
    // A removal that failed half-way, and could not be undone either, is told of as such.
    if (fault !== undefined) mayBeGone?.(known);
    return;
  }
  known.isLive = true;
  done();
}

const keepOnly = (source: string, components: Components) => (known: Known) => {
  const asked = known.sources.get(source) ?? [];
  known.sources.set(
    source,
    asked.filter((each) => components.includes(each)),
  );
};

/** Of a cluster that is being deleted nothing has to be there any more; its keys never come back. */
async function remove(known: Known, file: string, fault?: Fault): Promise<void> {
  const published = jwksOf(known).map(jwkThumbprint);
  const ended = await known.life.delete(file, fault);
  if (ended === 'refused') return;
  // A JWKS that is gone from a cluster that is registered still is written anew with the key on record: of a rotation that nobody
  // told, that is the one before.
  if (ended !== 'deleted' && jwksOf(known).length === 0) known.takenOut.clear();
  if (ended === 'deleted') for (const thumbprint of published) known.takenOut.add(thumbprint);
  known.sources.clear();
  known.bound.clear();
  known.closed = false;
  known.isLive = false;
}

export const DEEDS: Readonly<Record<string, Deed>> = {
  ...Object.fromEntries(
    Object.entries(RELEASES).flatMap(([release, components]): [string, Deed][] => [
      [
        `prepare ${release}`,
        async (known, fault) =>
          run(
            known,
            'prepare/demo.tgz',
            await bundleOf(components, clusterFile(release)),
            () => known.sources.set('release', components),
            fault,
          ),
      ],
      [
        `upgrade ${release}`,
        async (known, fault) =>
          run(
            known,
            `upgrade/demo/${release}.tgz`,
            await bundleOf(components),
            () =>
              known.sources.set('release', [
                ...new Set([...(known.sources.get('release') ?? []), ...components]),
              ]),
            fault,
          ),
      ],
      [
        `prune ${release}`,
        async (known, fault) =>
          run(
            known,
            `prune/demo/${release}.tgz`,
            await bundleOf(components),
            () => known.sources.set('release', components),
            fault,
            keepOnly('release', components),
          ),
      ],
    ]),
  ),
  // What is there is registered: nothing of it changes, and nothing is asked for that was not.
  'adopt 4.20.0': async (known, fault) =>
    run(
      known,
      'adopt/demo.tgz',
      await bundleOf(RELEASES['4.20.0'] ?? [], clusterFile('4.20.0')),
      () => undefined,
      fault,
    ),
  'demand approvals': async (known, fault) =>
    run(
      known,
      'prepare/demo.tgz',
      await bundleOf(RELEASES['4.20.0'] ?? [], clusterFile('4.20.0', { approval: 'required' })),
      () => known.sources.set('release', RELEASES['4.20.0'] ?? []),
      fault,
    ),
  delete: (known, fault) => remove(known, 'confirm: demo', fault),
  'delete, and free the name': (known, fault) => remove(known, 'confirm: demo\nrelease-name: true', fault),
  'forget the registry': async ({ life }) => {
    await life.store.removeAll(['clusters/demo/cluster.json']);
  },
  'prepare what day 2 brought': async (known, fault) =>
    run(known, 'prepare/demo.tgz', await bundleOf(['efs'], clusterFile('4.20.0')), () => undefined, fault),
  ...Object.fromEntries(
    Object.entries(ADD_ONS).flatMap(([name, components]): [string, Deed][] => [
      [
        `add ${name}`,
        async (known, fault) =>
          run(
            known,
            `add/demo/${name}.tgz`,
            await bundleOf(components),
            () => known.sources.set(name, components),
            fault,
          ),
      ],
      [
        `remove ${name}`,
        async (known, fault) =>
          run(
            known,
            `remove/demo/${name}.yaml`,
            new Uint8Array(),
            () => known.sources.delete(name),
            fault,
            (each) => each.sources.delete(name),
          ),
      ],
    ]),
  ),
  'rotate by hand': async (known) => {
    if (!known.isLive) return;
    for (const key of jwksOf(known)) known.takenOut.add(jwkThumbprint(key));
    const key = publicJwk(ROTATED.publicKey);
    known.takenOut.delete(jwkThumbprint(key));
    publish(known, [key]);
  },
  'tell the rotated key': async (known, fault) => {
    const [release = '4.20.0'] = Object.keys(RELEASES);
    const files = { ...clusterFile(release), [PUBLIC_KEY_FILE]: publicPem(ROTATED.publicKey) };
    const bytes = await bundleOf(RELEASES[release] ?? [], files);
    await run(
      known,
      'prepare/demo.tgz',
      bytes,
      () => known.sources.set('release', RELEASES[release] ?? []),
      fault,
    );
  },
  'add a stranger’s key': async (known) => {
    if (!known.isLive) return;
    known.takenOut.delete(jwkThumbprint(STRANGER));
    publish(known, [...jwksOf(known).filter(({ kid }) => kid !== STRANGER.kid), STRANGER]);
  },
  'take the stranger’s key out': async (known) => {
    if (!jwksOf(known).some(({ kid }) => kid === STRANGER.kid)) return;
    publish(
      known,
      jwksOf(known).filter(({ kid }) => kid !== STRANGER.kid),
    );
  },
  'close the bucket': async (known) => {
    const { content } = known.life.bucket;
    if (content === undefined || !known.isLive) return;
    content.block = CLOSED;
    known.closed = true;
  },
  'demand TLS of the bucket': async ({ life, isLive }) => {
    const { content } = life.bucket;
    if (content === undefined || !isLive) return;
    const deny = {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    const others = statementsOf(content.policy ?? { Version: '2012-10-17', Statement: [] });
    content.policy = {
      Version: '2012-10-17',
      Statement: [...others.filter(({ Sid }) => Sid !== 'TlsOnly'), deny],
    };
  },
  'take the public policy away': async ({ life, isLive }) => {
    if (life.bucket.content !== undefined && isLive) delete life.bucket.content.policy;
  },
  'version the bucket': async ({ life }) => {
    if (life.bucket.content !== undefined) life.bucket.content.versioned = true;
  },
  'bind a role to an audience': async ({ life, bound }) => {
    const name = roleOf('dns');
    const state = life.roles.state.get(name);
    const [statement] = statementsOf(state?.trust ?? {});
    if (state === undefined || statement === undefined) return;
    const { StringEquals } = statement['Condition'] as { StringEquals: Record<string, unknown> };
    const host = Object.keys(StringEquals)[0]?.split(':')[0];
    const Condition = { StringEquals: { ...StringEquals, [`${host}:aud`]: 'openshift' } };
    life.roles.state.set(name, {
      ...state,
      trust: { Version: '2012-10-17', Statement: [{ ...statement, Condition }] },
    });
    bound.add(name);
  },
};
