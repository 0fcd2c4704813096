import type { IdentityProviders } from '../../aws/identity-providers.ts';
import type { IssuerBucket } from '../../aws/issuer-buckets.ts';
import type { DeletionOptions } from '../../domain/deletion/order.ts';
import { ownerTags } from '../../domain/names.ts';
import { deleteProviderCommand } from '../../resources/identity-provider/commands.ts';
import { providerResource } from '../../resources/identity-provider/undo.ts';
import { deleteBucketCommands, putTagsCommand } from '../../resources/issuer/remedies.ts';
import { bucketResource, observeRetirement } from '../../resources/issuer/retire.ts';
import { describeOwner, isOwned } from '../../resources/ownership.ts';
import type { Observed, Refusal } from './observed.ts';

interface About {
  readonly cluster: string;
  readonly options: DeletionOptions;
  /** ARN of the cluster's provider. */
  readonly arn: string;
  /** Absent where somebody else keeps the issuer. */
  readonly bucket: { readonly bucket: string; readonly region: string } | undefined;
}

/** Looks at the provider that the roles of a cluster trust. One without tags is what ccoctl leaves when it stops between its two calls. */
export async function observeProvider(
  { cluster, arn, bucket }: About,
  { providers }: { readonly providers: IdentityProviders },
): Promise<Observed> {
  const state = await providers.get(arn);
  if (state === undefined) return { items: [], refusals: [] };
  const resource = providerResource(arn);
  if (bucket === undefined)
    return {
      items: [
        { resource, outcome: 'stays', detail: 'somebody else keeps it, with the issuer that it trusts' },
      ],
      refusals: [],
    };
  if (Object.keys(state.tags).length > 0 && !isOwned(state.tags, cluster))
    return {
      items: [],
      refusals: [
        {
          message: `IAM OIDC provider ${arn} trusts the cluster's issuer, and is not the cluster's: ${describeOwner(state.tags)}.`,
          remedy: `If it is the cluster's, tag it: aws iam tag-open-id-connect-provider --open-id-connect-provider-arn ${arn} --tags Key=openshift.io/cloud-credential-operator/${cluster},Value=owned`,
        },
      ],
    };
  return { items: [{ resource, outcome: 'goes', detail: `trusts ${state.host}` }], refusals: [] };
}

/** Looks at the issuer's bucket, and lists what is in it and not of an issuer. */
export async function observeIssuer(
  { cluster, options, arn, bucket: place }: About,
  {
    issuerBucketOf,
    providers,
  }: {
    issuerBucketOf(place: { bucket: string; region: string }): IssuerBucket;
    readonly providers: IdentityProviders;
  },
): Promise<Observed & { readonly isThere: boolean }> {
  const nothing = { items: [], refusals: [], isThere: false } as const;
  if (place === undefined) return nothing;
  const resource = bucketResource(place.bucket);
  if (options.bucket === 'leave')
    return { ...nothing, items: [{ resource, outcome: 'stays', detail: 'not touched, as the file says' }] };
  const found = await observeRetirement({ ...place, cluster }, issuerBucketOf(place));
  if (found === undefined) return nothing;
  if (found.unknown !== undefined)
    return {
      ...nothing,
      refusals: [
        {
          message: `It cannot be told whether bucket ${place.bucket} is the cluster's: it ${found.unknown}.`,
          remedy: `If it is, see to it that it can be reached. If not, write bucket: leave into delete/${cluster}.yaml; nothing of it is touched then.`,
        },
      ],
    };
  if (found.somebodyElse !== undefined)
    return { ...nothing, items: [{ resource, outcome: 'stays', detail: found.somebodyElse }] };
  const { releaseName, foreignObjects } = options;
  const { foreign } = found;
  const holds = `it holds ${foreign.length} objects that are no documents of an issuer: ${foreign.slice(0, 10).join(', ')}`;
  const nobodys: Refusal[] = found.isNobodys
    ? [
        {
          message: `Bucket ${place.bucket} has no tags and holds objects, so nothing says that it is the cluster's.`,
          remedy: `If it is, tag it: ${putTagsCommand(place, ownerTags(cluster))}`,
        },
      ]
    : [];
  const refusals =
    foreign.length === 0 || (foreignObjects === 'keep' && !releaseName)
      ? []
      : [
          {
            message: `Bucket ${place.bucket} is not the issuer's alone: ${holds}.`,
            remedy: releaseName
              ? `A bucket goes when it is empty: move them away, or leave out release-name. To see them all: ${deleteBucketCommands(place)[0]}`
              : `Move them away, or write foreign-objects: keep into delete/${cluster}.yaml: the bucket is kept for its name, and they in it. To see them all: ${deleteBucketCommands(place)[0]}`,
          },
        ];
  return {
    items: [
      { resource: `${resource}: documents`, outcome: 'goes', detail: 'all versions of them' },
      releaseName
        ? { resource, outcome: 'goes', detail: 'its name is for anybody to take afterwards' }
        : {
            resource,
            outcome: 'stays',
            detail: `closed, and kept for its name${foreign.length === 0 ? '' : `; ${holds}`}`,
          },
    ],
    refusals: [
      ...nobodys,
      ...(await trustedBesides(place.bucket, found.issuer, arn, providers)),
      ...refusals,
    ],
    isThere: true,
  };
}

/**
 * Where documents name another issuer, a distribution in front of the bucket serves them, and it goes on serving whatever
 * whoever takes the name puts into a bucket of that name.
 */
async function trustedBesides(
  bucket: string,
  issuer: string | undefined,
  arn: string,
  providers: IdentityProviders,
): Promise<readonly Refusal[]> {
  // Of a URL of another form IAM has no provider, and would not be asked for one.
  const host = /^https:\/\/([\w.-]+(?:\/[\w./-]+)?)$/.exec(issuer ?? '')?.[1];
  const other = host === undefined ? arn : arn.replace(/(?<=:oidc-provider\/).*/, host);
  if (other === arn || (await providers.get(other)) === undefined) return [];
  return [
    {
      message: `Bucket ${bucket} serves the issuer ${issuer}, and IAM OIDC provider ${other} trusts it; only providers of public buckets are deleted here.`,
      remedy: `If no cluster needs that issuer, delete its provider, and see that it is gone: ${deleteProviderCommand(other)}`,
    },
  ];
}
