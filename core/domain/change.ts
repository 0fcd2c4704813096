/** One difference between what is and what shall be, in words an operator can read. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete';
  /** What changes, e.g. `role demo-openshift-ingress-operator-cloud-credentials`. */
  readonly resource: string;
  /** The part of it, e.g. `trust policy`; `all` when the whole resource comes or goes. */
  readonly part: string;
}

export function created(resource: string): Change {
  return { action: 'create', resource, part: 'all' };
}

export function updated(resource: string, part: string): Change {
  return { action: 'update', resource, part };
}

export function deleted(resource: string): Change {
  return { action: 'delete', resource, part: 'all' };
}
