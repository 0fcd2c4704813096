import * as z from 'zod';
import type { DeepReadonly } from '../util/deep-readonly.ts';

/** Where a request for a role came from. What one source asks for, the operations of another never remove. */
export const requestSourceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('release') }),
  z.object({ type: z.literal('add-on'), name: z.string() }),
]);

export type RequestSource = DeepReadonly<z.infer<typeof requestSourceSchema>>;

export const FROM_RELEASE: RequestSource = { type: 'release' };

export function sameSource(left: RequestSource, right: RequestSource): boolean {
  return left.type === 'release' || right.type === 'release'
    ? left.type === right.type
    : left.name === right.name;
}

/** Both lists in one, each source once. */
export function mergeSources(
  left: readonly RequestSource[],
  right: readonly RequestSource[],
): readonly RequestSource[] {
  return [...left, ...right.filter((source) => !left.some((each) => sameSource(each, source)))];
}

export function fromAddOn(name: string): RequestSource {
  return { type: 'add-on', name };
}
