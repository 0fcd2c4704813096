import type { Change } from '../../domain/change.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { changesOf } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkProvider, type DesiredProvider } from './checks.ts';

/** The part of a provider that an audience is, as changes name it. */
export function audiencePart(audience: string): string {
  return `${CHECK_TABLE.identityProvider['audience-missing'].change.each} ${audience}`;
}

/** What is missing of a provider. */
export function diffProvider(
  spec: Spec<DesiredProvider>,
  state: ProviderState | undefined,
): readonly Change[] {
  return changesOf(
    `identity provider ${spec.desired.arn}`,
    CHECK_TABLE.identityProvider,
    checkProvider(spec, state),
  );
}
