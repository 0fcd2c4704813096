import { finding } from '../../../domain/audit/finding.ts';
import type { Finding } from '../../../domain/audit/report.ts';
import type { DesiredState } from '../../../domain/desired-state.ts';
import { AUDIENCES } from '../../../domain/names.ts';
import type { ProviderState } from '../../../domain/observed.ts';
import type { RegistryEntry } from '../../../domain/registry.ts';
import { missingTags } from '../../../domain/tags.ts';
import { PREPARE_AGAIN } from './remedies.ts';

/** What differs between an IAM OIDC provider as it was prepared and as it is. */
export function providerDrift(
  { providerArn, issuer, tags }: DesiredState,
  { providerThumbprints }: RegistryEntry,
  state: ProviderState | undefined,
): Finding[] {
  const resource = `identity provider ${providerArn}`;
  if (state === undefined) {
    return [
      finding('ProviderMissing', {
        resource,
        message: 'The IAM OIDC provider does not exist, so STS refuses every token.',
        remedy: PREPARE_AGAIN,
      }),
    ];
  }
  const found: Finding[] = [];
  if (state.host !== issuer.host) {
    found.push(
      finding('ProviderUrlChanged', {
        resource,
        message: 'The provider is for another issuer.',
        live: state.host,
        wanted: issuer.host,
        remedy: `Delete the provider. ${PREPARE_AGAIN}`,
      }),
    );
  }
  const { audiences } = state;
  for (const audience of AUDIENCES.filter((wanted) => !audiences.includes(wanted))) {
    found.push(
      finding('AudienceMissing', {
        resource,
        message: `The provider lacks the audience ${audience}, so STS refuses tokens for it.`,
        live: audiences.join(', '),
        wanted: AUDIENCES.join(', '),
        remedy: PREPARE_AGAIN,
      }),
    );
  }
  for (const audience of audiences.filter((there) => !(AUDIENCES as readonly string[]).includes(there))) {
    found.push(
      finding('AudienceExtra', {
        resource,
        message: `The provider admits the audience ${audience}, which no component asks for.`,
        live: audiences.join(', '),
        wanted: AUDIENCES.join(', '),
        remedy: `aws iam remove-client-id-from-open-id-connect-provider --open-id-connect-provider-arn ${providerArn} --client-id '${audience}'`,
      }),
    );
  }
  if (!sameList(state.thumbprints, providerThumbprints)) {
    found.push(
      finding('ThumbprintChanged', {
        resource,
        message: 'The certificate thumbprints are others than when the cluster was prepared.',
        live: state.thumbprints.join(', ') || 'none',
        wanted: providerThumbprints.join(', ') || 'none',
        remedy:
          'STS checks an issuer in S3 by its own list of authorities. If the change was yours, prepare the cluster again.',
      }),
    );
  }
  const lacking = missingTags(tags, state.tags);
  if (Object.keys(lacking).length > 0) {
    found.push(
      finding('ProviderTagsChanged', {
        resource,
        message: 'Tags of the cluster are missing or changed.',
        live: state.tags,
        wanted: lacking,
        remedy: PREPARE_AGAIN,
      }),
    );
  }
  return found;
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  const plain = (list: readonly string[]) =>
    list
      .map((item) => item.toLowerCase())
      .sort()
      .join();
  return plain(left) === plain(right);
}
