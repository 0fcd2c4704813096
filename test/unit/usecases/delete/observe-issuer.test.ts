import { describe, expect, it } from 'vitest';
import type { DeletionOptions } from '../../../../core/domain/deletion/order.ts';
import { ownerTags } from '../../../../core/domain/names.ts';
import { observeIssuer, observeProvider } from '../../../../core/usecases/delete/observe-issuer.ts';
import { demoCluster } from '../../../support/fakes/demo-cluster.ts';
import { fakeProviders } from '../../../support/fakes/identity-providers.ts';
import { fakeBucket } from '../../../support/fakes/issuer-bucket.ts';

const { issuer, providerArn: arn } = demoCluster();
const OPTIONS: DeletionOptions = {
  unusedForHours: 24,
  releaseName: false,
  privateKey: 'erase',
  bucket: 'retire',
  foreignObjects: 'refuse',
};
const place = { bucket: issuer.bucket, region: issuer.region };

function look(bucket: ReturnType<typeof fakeBucket>, options: Partial<DeletionOptions> = {}) {
  const about = { cluster: 'demo', options: { ...OPTIONS, ...options }, arn, bucket: place };
  return observeIssuer(about, { issuerBucketOf: () => bucket, providers: fakeProviders() });
}

describe('a bucket of which it cannot be told whose it is', () => {
  const taken = fakeBucket();
  taken.taken = 'foreign';

  it('stands against the deletion', async () => {
    const { refusals, isThere } = await look(taken);
    expect(refusals[0]?.remedy).toContain('bucket: leave into delete/demo.yaml');
    expect(isThere).toBe(false);
  });

  it('is not touched when the file says so', async () => {
    await expect(look(taken, { bucket: 'leave' })).resolves.toMatchObject({
      items: [{ outcome: 'stays' }],
      refusals: [],
      isThere: false,
    });
  });
});

it.each<[Partial<DeletionOptions>, number]>([
  [{}, 1],
  [{ foreignObjects: 'keep' }, 0],
  [{ foreignObjects: 'keep', releaseName: true }, 1],
])(
  'foreign objects stand against it, unless they may stay in a bucket that stays (%j)',
  async (options, count) => {
    const bucket = fakeBucket({ tags: ownerTags('demo'), others: ['backup.tar'] });
    const { refusals } = await look(bucket, options);
    expect(refusals).toHaveLength(count);
    if (count > 0) expect(refusals[0]?.message).toContain('backup.tar');
  },
);

describe('the provider', () => {
  const state = (tags: Record<string, string>) =>
    fakeProviders({ [arn]: { host: issuer.host, audiences: [], thumbprints: [], tags } });
  const about = { cluster: 'demo', options: OPTIONS, arn, bucket: place };

  it.each([ownerTags('demo'), {}])('goes when it is the cluster’s, or nobody’s (%j)', async (tags) => {
    await expect(observeProvider(about, { providers: state(tags) })).resolves.toMatchObject({
      items: [{ outcome: 'goes' }],
      refusals: [],
    });
  });

  it('stands against the deletion when it is somebody else’s', async () => {
    const { items, refusals } = await observeProvider(about, { providers: state(ownerTags('other')) });
    expect(items).toEqual([]);
    expect(refusals[0]?.remedy).toContain('tag-open-id-connect-provider');
  });

  it('stays when somebody else keeps the issuer', async () => {
    const existing = { ...about, bucket: undefined };
    await expect(observeProvider(existing, { providers: state({}) })).resolves.toMatchObject({
      items: [{ outcome: 'stays' }],
    });
  });
});
