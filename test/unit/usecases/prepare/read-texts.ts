import { DEFAULT_RULES } from '../../../../core/domain/policy-guard.ts';
import { type BundleContext, readBundle } from '../../../../core/usecases/prepare/read-bundle.ts';

/** Reads a bundle of files given as text, as `prepare/demo.tgz` of the test account. */
export function readTexts(files: Readonly<Record<string, string>>, more: Partial<BundleContext> = {}) {
  return readBundle(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    {
      run: 'run-1',
      bundle: { bucket: 'intake', key: 'prepare/demo.tgz' },
      rules: {},
      guard: DEFAULT_RULES,
      placement: { iamPartition: 'aws', accountId: '123456789012' },
      ...more,
    },
  );
}
