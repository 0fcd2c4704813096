import type { ObjectStore } from '../../aws/object-store.ts';
import type { RemovedManifest } from '../../domain/plan.ts';
import type { Removal, Resource } from '../resource.ts';
import { applyInstallFiles, type KeyFiles } from './apply.ts';
import { checkInstallFiles } from './checks.ts';
import type { DesiredFiles } from './desired.ts';
import { diffInstallFiles } from './diff.ts';
import { type InstallFilesState, observeInstallFiles } from './observe.ts';
import {
  observeUnusedManifests,
  removeManifest,
  type UnusedManifests,
  undoManifestRemoval,
} from './remove.ts';
import { undoInstallFiles } from './undo.ts';

interface Access {
  readonly store: ObjectStore;
}

interface Undoing {
  readonly outputBucket: string;
}

interface InstallFilesResource
  extends Resource<{
    name: 'installFiles';
    desired: DesiredFiles;
    state: InstallFilesState;
    actual: InstallFilesState;
    /** The files' versions are their own ledger: the output bucket keeps what was there before. */
    before: never;
    access: Access;
    applying: { readonly keys: KeyFiles };
    undoing: Undoing;
  }> {
  readonly remove: Removal<{
    unused: UnusedManifests;
    found: RemovedManifest;
    staying: never;
    access: Access;
    undoing: Undoing;
  }>;
}

/** What the installer is given: manifests, and the archive with the keys. */
export const installFiles: InstallFilesResource = {
  observe: observeInstallFiles,
  checks: checkInstallFiles,
  diff: diffInstallFiles,
  apply: applyInstallFiles,
  undo: undoInstallFiles,
  remove: {
    observe: observeUnusedManifests,
    apply: removeManifest,
    undo: undoManifestRemoval,
  },
};
