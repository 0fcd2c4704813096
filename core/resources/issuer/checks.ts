import type { BucketPresence } from '../../aws/issuer-buckets.ts';
import type { BucketIssuer, DesiredIssuer } from '../../domain/desired-state.ts';
import { JWKS_KEY, ownerTags, RETIRED_TAG } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { discoveryDocument, discoveryOf } from '../../domain/oidc.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import { missingTags, type Tags } from '../../domain/tags.ts';
import { defined } from '../../util/defined.ts';
import type { CheckOf } from '../check-table.ts';
import { tagChecks, when } from '../comparing.ts';
import type { Discrepancy, Spec } from '../resource.ts';
import { PUBLIC_ACCESS_BLOCK, sameBlock } from './access-block.ts';
import { type ExpectedKeys, jwksChecks } from './jwks-checks.ts';
import { furtherAllowsOf, openedPolicy, readingBy } from './policy.ts';

export const DOCUMENT_TYPE = 'application/json';

/** An issuer and the keys it shall publish. */
export type ExpectedIssuer = DesiredIssuer & ExpectedKeys & Life;

/** The same of an issuer that is a bucket of the cluster. */
export interface ExpectedBucket extends BucketIssuer, ExpectedKeys, Life {}

interface Life {
  /** Whether a cluster of that name is there already. Only the plan of a run knows, and asks. */
  readonly isLive?: boolean;
}

/** A bucket of ours, or why it is none; undefined when there is none. */
export type ActualIssuer =
  | (IssuerState & {
      /** What STS meets at the issuer's URL; absent when both documents answer, or nobody asked. */
      readonly unreachable?: string;
    })
  | Exclude<BucketPresence, 'ours' | 'absent'>
  | undefined;

type Found = readonly Discrepancy<CheckOf<'issuer'>>[];

/** In which ways an issuer is not as it should be. Documents are compared by meaning, not by bytes. */
export function checkIssuer({ cluster, desired, tags }: Spec<ExpectedBucket>, actual: ActualIssuer): Found {
  if (actual === undefined) return [{ check: 'missing' }];
  if (typeof actual === 'string') return [{ check: 'foreign', actual, expected: desired.region }];
  const { publicAccessBlock, policy, discovery, jwks, unreachable } = actual;
  return [
    ...issuerTagChecks(tags, actual.tags),
    ...when(!sameBlock(publicAccessBlock, PUBLIC_ACCESS_BLOCK), {
      check: 'public-access-block',
      actual: publicAccessBlock,
      expected: PUBLIC_ACCESS_BLOCK,
    }),
    ...policyChecks(desired, policy),
    // Of a document that is gone it is said already.
    ...when(unreachable !== undefined && discovery !== undefined && jwks !== undefined, {
      check: 'unreachable',
      actual: unreachable,
    }),
    ...discoveryChecks(desired.url, discovery?.body),
    ...jwksChecks(desired, jwks?.body),
    ...storedChecks('discovery-stored', cluster, discovery),
    ...storedChecks('jwks-stored', cluster, jwks),
  ];
}

/** A bucket that was kept for its name, and serves again, is not retired. */
function issuerTagChecks(tags: Tags, actual: Tags): Found {
  const found = tagChecks(tags, actual);
  return found.length > 0 || !(RETIRED_TAG in actual) ? found : [{ check: 'tags', actual, expected: tags }];
}

/** The tags of a bucket as a run sets them, with those of others; S3 replaces all of them at once. */
export function issuerTags(tags: Tags, actual: Tags): Tags {
  const { [RETIRED_TAG]: _, ...others } = actual;
  return { ...others, ...missingTags(tags, actual) };
}

/** The tags of a bucket once those that a run set are as before; what others changed since stays. */
export function restoredTags(tags: Tags, before: Tags, current: Tags): Tags {
  const set = missingTags(tags, before);
  const left = Object.entries(current).filter(([key, value]) => set[key] !== value);
  const old = Object.entries(before).filter(([key]) =>
    key in set ? current[key] === set[key] : key === RETIRED_TAG,
  );
  return Object.fromEntries([...left, ...old]);
}

/** What is demanded is that the public can read; what others added is there for a reason, unless it lets somebody write. */
function policyChecks(desired: ExpectedBucket, policy: PolicyDocument | undefined): Found {
  const reading = readingBy(policy, desired);
  const further = policy === undefined ? [] : furtherAllowsOf(policy, desired);
  return [
    ...(reading.answer === 'yes'
      ? []
      : [
          {
            check: reading.answer === 'no' ? 'policy' : 'policy-unclear',
            subject: reading.reason,
            actual: policy,
            expected: desired.policy,
          } as const,
        ]),
    ...further.map(
      ({ name, writes, without }) =>
        ({
          check: writes ? 'policy-writable' : 'policy-extra',
          subject: name,
          actual: policy,
          expected: openedPolicy(without, desired),
        }) as const,
    ),
  ];
}

/** The checks of a discovery document: as it is stored, or as the issuer serves it. */
export function discoveryChecks(url: string, body: string | undefined): Found {
  const expected = discoveryDocument(url);
  if (body === undefined) return [{ check: 'discovery-missing' }];
  const evidence = { actual: body, expected };
  const { issuer, jwksUri } = discoveryOf(body);
  if (issuer === undefined && jwksUri === undefined) return [{ check: 'discovery-malformed', ...evidence }];
  if (issuer !== url || jwksUri !== `${url}/${JWKS_KEY}`)
    return [{ check: 'discovery-issuer', subject: String(issuer), ...evidence }];
  return when(!sameJson(body, expected), { check: 'discovery-content', ...evidence });
}

/** Whether a document has the content type and the owner's tags that it was published with, and can be read as it is, without a key of KMS. */
function storedChecks(
  check: 'discovery-stored' | 'jwks-stored',
  cluster: string,
  document: DocumentState | undefined,
): Found {
  if (document === undefined) return [];
  const { contentType, tags, encryption, encoding } = document;
  const expected = ownerTags(cluster);
  const isAsPublished =
    contentType === DOCUMENT_TYPE &&
    encryption === undefined &&
    encoding === undefined &&
    Object.keys(missingTags(expected, tags)).length === 0;
  return when(!isAsPublished, {
    check,
    actual: { contentType, tags, ...defined({ encryption, encoding }) },
    expected: { tags: expected },
  });
}

/** Whether two texts are JSON of the same meaning; lists in the order they are. */
function sameJson(left: string, right: string): boolean {
  return JSON.stringify(sortKeys(JSON.parse(left))) === JSON.stringify(sortKeys(JSON.parse(right)));
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
