/** The states on the way back, from the first undo on. */
export const BACK = [
  'UndoSecrets',
  'UndoRoles',
  'UndoProvider',
  'WaitForBucketConsistency',
  'UndoDocuments',
  'UndoKeyPair',
  'ReportFailure',
  'UnlockAfterFailure',
  'ChooseOutcome',
];

/** The states of a run over a cluster that is as it should be. */
export const NOTHING_TO_DO = [
  'ReadBundle',
  'IsBundleAccepted',
  'Lock',
  'IsLockHeld',
  'PlanChanges',
  'NeedsApproval',
  'RegistersOnly',
  'HasChanges',
  'Verify',
  'HasRemovals',
  'PublishReport',
  'Unlock',
  'Prepared',
];
