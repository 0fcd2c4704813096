import { applyCommand, createNamespaceCommand } from '../../domain/cluster-commands.ts';
import type { DesiredRole } from '../../domain/desired-state.ts';
import { secretManifest } from '../../domain/manifests.ts';
import { parseRelease } from '../../domain/release.ts';
import * as layout from '../../storage/layout.ts';

const ANNOTATION = 'cloudcredential.openshift.io/upgradeable-to';
const CLUSTER_OBJECT = 'cloudcredential.operator.openshift.io/cluster';

/** The release as the annotation takes it: x.y.z, a semantic version. */
export function releaseAnnotation(release: string): string {
  const { major, minor } = parseRelease(release) ?? {};
  return /^\d+\.\d+\.\d+/.test(release) ? release : `${major}.${minor}.0`;
}

export function setAnnotation(version: string): string {
  return `oc annotate --overwrite ${CLUSTER_OBJECT} ${ANNOTATION}=${version}`;
}

export function removeAnnotation(): string {
  return `oc annotate ${CLUSTER_OBJECT} ${ANNOTATION}-`;
}

/**
 * The commands that bring a cluster what a release needs in it, and open the upgrade.
 *
 * @param isHeldBack Whether the cluster asks for the annotation on the way to the release.
 * @param added Roles whose Secrets the cluster may not have.
 */
export function approvalCommands(
  cluster: string,
  release: string,
  isHeldBack: boolean,
  added: readonly DesiredRole[],
  outputBucket: string,
): string[] {
  const namespaces = [...new Set(added.map(({ secretRef }) => secretRef.namespace))].sort();
  return [
    ...namespaces.map(createNamespaceCommand),
    ...added.map(({ secretRef, arn }) => {
      const key = layout.installFile.of({ cluster, path: secretManifest(secretRef, arn).path });
      return applyCommand(`s3://${outputBucket}/${key}`);
    }),
    ...(isHeldBack ? [setAnnotation(releaseAnnotation(release))] : []),
  ];
}
