import type { Change } from '../../domain/change.ts';
import { ExistingIssuerUnusable } from '../../domain/errors.ts';
import type { ProviderState } from '../../domain/observed.ts';
import { changesOf } from '../changes.ts';
import { CHECK_TABLE } from '../check-table.ts';
import type { Spec } from '../resource.ts';
import { checkProvider, type DesiredProvider } from './checks.ts';
import { showProviderCommand } from './commands.ts';

/** The part of a provider that an audience is, as changes name it. */
export function audiencePart(audience: string): string {
  return `${CHECK_TABLE.identityProvider['audience-missing'].change.each} ${audience}`;
}

/** What is missing of a provider. Throws ExistingIssuerUnusable when it is of one that somebody else keeps. */
export function diffProvider(
  spec: Spec<DesiredProvider>,
  state: ProviderState | undefined,
): readonly Change[] {
  const { arn, isExisting } = spec.desired;
  if (isExisting) {
    refuseUnusable(spec.desired, checkProvider(spec, state));
    return [];
  }
  return changesOf(`identity provider ${arn}`, CHECK_TABLE.identityProvider, checkProvider(spec, state));
}

function refuseUnusable({ arn, host }: DesiredProvider, found: ReturnType<typeof checkProvider>): void {
  const reasons = found.flatMap(({ check, subject, actual }) => {
    switch (check) {
      case 'missing':
        return `IAM OIDC provider ${arn} does not exist. Correct issuer.providerArn in cluster.yaml; aws iam list-open-id-connect-providers lists them.`;
      case 'host':
        return `IAM OIDC provider ${arn} is for ${actual}, not for ${host}. Look at it: ${showProviderCommand(arn)}`;
      case 'audience-missing':
        return `IAM OIDC provider ${arn} lacks the audience ${subject}, so STS would refuse tokens for it. Whoever keeps it adds it: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${subject}`;
      default:
        return [];
    }
  });
  if (reasons.length > 0) throw new ExistingIssuerUnusable(reasons.join('\n'));
}
