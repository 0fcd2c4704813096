import type { Finding } from '../../../domain/audit/report.ts';
import type { ProviderState } from '../../../domain/observed.ts';
import { deleteProviderCommand } from '../../../resources/identity-provider/commands.ts';
import { identityProvider } from '../../../resources/identity-provider/resource.ts';
import { tagList } from '../../../resources/shell.ts';
import type { Specs } from '../../../resources/specs.ts';
import { quoted } from '../../../util/shell.ts';
import { findingsOf, listed, PREPARE_AGAIN, shown, type Texts } from './findings.ts';

/** What differs between an IAM OIDC provider as it was prepared and as it is. */
export function providerDrift(spec: Specs['identityProvider'], state: ProviderState | undefined): Finding[] {
  const { arn } = spec.desired;
  const texts: Texts<'identityProvider'> = {
    missing: () => ({ message: 'The IAM OIDC provider does not exist, so STS refuses every token.' }),
    host: (found) => ({
      message: 'The provider is for another issuer.',
      ...shown(found),
      remedy: `Delete the provider first. ${PREPARE_AGAIN} To delete it: ${deleteProviderCommand(arn)}`,
    }),
    'audience-missing': (found) => ({
      message: `The provider lacks the audience ${found.subject}, so STS refuses tokens for it.`,
      ...listed(found),
    }),
    'audience-extra': (found) => ({
      message: `The provider admits the audience ${found.subject}, which no component asks for.`,
      ...listed(found),
      remedy: `aws iam remove-client-id-from-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${quoted(found.subject ?? '')}`,
    }),
    thumbprints: (found) => {
      const { live, wanted } = listed(found);
      return {
        message: 'The certificate thumbprints are others than when the cluster was prepared.',
        live: live || 'none',
        wanted: wanted || 'none',
        remedy:
          'STS checks an issuer in S3 by its own list of authorities. If the change was yours, prepare the cluster again.',
      };
    },
    tags: (found) => ({
      message: 'Tags of the cluster are missing or changed.',
      ...shown(found),
      remedy: `aws iam tag-open-id-connect-provider --open-id-connect-provider-arn ${arn} --tags ${tagList(found.expected as Readonly<Record<string, string>>)}`,
    }),
  };
  return findingsOf(
    'identityProvider',
    `identity provider ${arn}`,
    identityProvider.checks(spec, state),
    texts,
  );
}
