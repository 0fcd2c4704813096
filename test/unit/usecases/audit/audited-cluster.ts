import type { ReleaseBundle } from '../../../../core/domain/audit/release-bundle.ts';
import type { ClusterRecord } from '../../../../core/usecases/audit/cluster-record.ts';
import { desiredReleaseOf } from '../../../../core/usecases/audit/desired-release.ts';
import { type PreparedCluster, RULES } from './audited.ts';

/** The record with another release. */
export const at = (
  { entry: { release: _, ...entry }, desired }: ClusterRecord,
  release: string | undefined,
) => ({
  desired,
  entry: { ...entry, ...(release === undefined ? {} : { release }) },
});

export const wanted = ({ record }: PreparedCluster, ...bundles: ReleaseBundle[]) =>
  bundles.map((bundle) => desiredReleaseOf(bundle, record.desired, RULES));
