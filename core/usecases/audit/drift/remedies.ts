/** A run over a cluster mends whatever differs from its bundle, and nothing else. */
export const PREPARE_AGAIN = 'Upload the bundle of the cluster again: a run mends it.';
