import { DEFAULT_RULES } from '../../core/domain/policy-guard.ts';
import { countRequests, readReleases } from '../../core/usecases/audit/read-releases.ts';
import { keepReading } from '../../core/usecases/prepare/keep-reading.ts';
import { readUpload } from '../../core/usecases/prepare/read-upload.ts';
import type { Bomb } from './bombs.ts';
import { fakeStore } from './fakes/object-store.ts';

const PLACEMENT = { iamPartition: 'aws', accountId: '123456789012' };

/** What is told of an upload below `prepare/`: the texts that are written, and the cause its execution ends with. */
export async function toldOfPrepare(bytes: Uint8Array, { ending }: Pick<Bomb, 'ending'>) {
  const bundle = { bucket: 'intake', key: `prepare/demo${ending}` };
  const intake = fakeStore();
  await intake.put(bundle.key, bytes, { contentType: 'x' });
  const output = fakeStore();
  const context = { run: 'run-1', bundle, rules: {}, guard: DEFAULT_RULES, placement: PLACEMENT };
  const reading = await readUpload('prepare', context, intake, output);
  const verdict = await keepReading({ id: 'run-1', operation: 'prepare' }, bundle, reading, output);
  return { verdict, reading, texts: output.texts() };
}

/** The same of an upload below `releases/`, as the audits of clusters get it. */
export async function toldOfRelease(bytes: Uint8Array, { ending }: Pick<Bomb, 'ending'>) {
  const intake = fakeStore();
  await intake.put(`releases/4.21.0${ending}`, bytes, { contentType: 'x' });
  const bundles = await readReleases('intake', intake);
  return bundles.map((bundle) => ({ ...bundle, requests: countRequests(bundle) }));
}
