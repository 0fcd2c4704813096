import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';

export const changeSchema = z.object({
  action: z.enum(['create', 'update', 'delete']),
  /** What changes, e.g. `role demo-openshift-ingress-operator-cloud-credentials`. */
  resource: z.string(),
  /** The part of it, e.g. `trust policy`; `all` when the whole resource comes or goes. */
  part: z.string(),
});

/** One difference between what is and what shall be, in words an operator can read. */
export type Change = DeepReadonly<z.infer<typeof changeSchema>>;

export function created(resource: string): Change {
  return { action: 'create', resource, part: 'all' };
}

export function updated(resource: string, part: string): Change {
  return { action: 'update', resource, part };
}

export function deleted(resource: string): Change {
  return { action: 'delete', resource, part: 'all' };
}
