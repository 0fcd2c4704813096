import type { DesiredState } from '../../domain/desired-state.ts';
import { QuotaReached } from '../../domain/errors.ts';
import { DISCOVERY_KEY, JWKS_KEY, ownerTags } from '../../domain/names.ts';
import type { IssuerState } from '../../domain/observed.ts';
import type { Plan } from '../../domain/plan.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { changing } from '../../resources/changes.ts';
import { CHECK_TABLE } from '../../resources/check-table.ts';

/** IAM and S3 allow so many on a resource, those of AWS itself not counted. */
const ON_A_RESOURCE = 50;

/** S3 on an object. */
const ON_AN_OBJECT = 10;

interface Tagged {
  readonly resource: string;
  readonly before: Tags;
  readonly tags: Tags;
  readonly most: number;
}

/**
 * Throws QuotaReached when something that is there has so many tags of others that those of the cluster have no room: AWS would
 * refuse them half-way.
 */
export async function checkTagRoom(
  { roles, providerArn, issuer, tags, cluster }: DesiredState,
  planned: {
    readonly roles: Plan['roles'];
    readonly provider: Plan['provider'];
    readonly issuer: { readonly changes: Plan['issuer']['changes']; readonly before?: Partial<IssuerState> };
  },
): Promise<void> {
  const tagged: Tagged[] = [];
  for (const { index, changes, before } of planned.roles) {
    if (before !== undefined && changing({ changes }, CHECK_TABLE.role.tags.change))
      tagged.push({
        resource: `IAM role ${roles[index]?.name}`,
        before: before.tags,
        tags,
        most: ON_A_RESOURCE,
      });
  }
  const { provider } = planned;
  if (provider.before !== undefined && changing(provider, CHECK_TABLE.identityProvider.tags.change))
    tagged.push({
      resource: `IAM OIDC provider ${providerArn}`,
      before: provider.before.tags,
      tags,
      most: ON_A_RESOURCE,
    });
  const { changes, before = {} } = planned.issuer;
  const bucket = 'bucket' in issuer ? issuer.bucket : '';
  if (before.tags !== undefined && changing({ changes }, CHECK_TABLE.issuer.tags.change))
    tagged.push({ resource: `Bucket ${bucket}`, before: before.tags, tags, most: ON_A_RESOURCE });
  for (const [key, document] of [
    [DISCOVERY_KEY, before.discovery],
    [JWKS_KEY, before.jwks],
  ] as const) {
    if (document !== undefined && changing({ changes }, key))
      tagged.push({
        resource: `${key} in bucket ${bucket}`,
        before: document.tags,
        tags: ownerTags(cluster.name),
        most: ON_AN_OBJECT,
      });
  }
  const full = tagged.filter(({ before: there, tags: wanted, most }) => {
    const all = Object.keys({ ...there, ...wanted }).filter((key) => !key.startsWith('aws:'));
    return all.length > most && Object.keys(missingTags(wanted, there)).length > 0;
  });
  if (full.length > 0) throw new QuotaReached(full.map(whyFull).join('\n'));
}

function whyFull({ resource, before, tags, most }: Tagged): string {
  const added = Object.keys(tags).filter((key) => !(key in before));
  return `${resource} has ${Object.keys(before).length} tags and lacks those of the cluster (${added.join(', ')}); AWS allows ${most}. Take off what nobody needs, and upload the bundle again.`;
}
