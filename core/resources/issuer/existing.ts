import type { IssuerReader } from '../../aws/issuer-reader.ts';
import { ExistingIssuerUnusable } from '../../domain/errors.ts';
import { DISCOVERY_KEY } from '../../domain/names.ts';
import type { DocumentState, IssuerState } from '../../domain/observed.ts';
import { discoveryOf } from '../../domain/oidc.ts';
import { defined } from '../../util/defined.ts';
import type { CheckOf } from '../check-table.ts';
import { when } from '../comparing.ts';
import type { Discrepancy, Spec } from '../resource.ts';
import { type ExpectedKeys, jwksChecks } from './jwks-checks.ts';
import { readPublished } from './read-published.ts';

/** What can be seen of an issuer that somebody else keeps: its documents, as anybody reads them. */
export interface ExistingState extends Pick<IssuerState, 'discovery' | 'jwks'> {
  /** Why a document was not read; absent when both were. */
  readonly unreachable?: string;
}

export interface ExpectedExisting extends ExpectedKeys {
  readonly url: string;
}

/**
 * Reads the documents of an issuer through its URL. Nothing of it is ever written. The keys are read only where the
 * discovery document has them below the issuer's own URL: a document of somebody else does not say what is to be fetched.
 */
export async function observeExisting(
  { desired: { url } }: Pick<Spec<ExpectedExisting>, 'desired'>,
  { readIssuer }: { readonly readIssuer: IssuerReader },
): Promise<ExistingState> {
  const found = await readPublished(DISCOVERY_KEY, readIssuer);
  if ('unreachable' in found) return found;
  const discovery = documentOf(found.body);
  const { jwksUri } = discoveryOf(found.body);
  if (jwksUri === undefined || !jwksUri.startsWith(`${url}/`))
    return { discovery, unreachable: `${DISCOVERY_KEY} does not name keys below ${url}` };
  const keys = await readPublished(jwksUri.slice(url.length + 1), readIssuer);
  return 'unreachable' in keys ? { discovery, ...keys } : { discovery, jwks: documentOf(keys.body) };
}

function documentOf(body: string): DocumentState {
  return { body, etag: '', metadata: {}, tags: {} };
}

/** In which ways an existing issuer is not as it should be, as far as its documents could be read. */
export function checkExisting(
  { desired }: Pick<Spec<ExpectedExisting>, 'desired'>,
  { discovery, jwks, unreachable }: ExistingState,
): readonly Discrepancy<CheckOf<'issuer'>>[] {
  const issuer = discovery && discoveryOf(discovery.body).issuer;
  return [
    ...when(unreachable !== undefined, { check: 'unreachable', ...defined({ actual: unreachable }) }),
    ...when(discovery !== undefined && issuer !== desired.url, {
      check: 'discovery-issuer',
      subject: String(issuer),
      actual: discovery?.body,
      expected: desired.url,
    }),
    ...(jwks === undefined ? [] : jwksChecks(desired, jwks.body)).filter(
      // Which key signs may be nobody's to tell.
      ({ check }) => check !== 'signing-key-lost' || desired.kid !== undefined,
    ),
  ];
}

/**
 * Nothing: what somebody else keeps is not changed. Throws ExistingIssuerUnusable when its discovery document is another
 * issuer's, so that STS would refuse every token.
 */
export function diffExisting(
  spec: Pick<Spec<ExpectedExisting>, 'desired'>,
  state: ExistingState,
): readonly [] {
  const { url } = spec.desired;
  const other = checkExisting(spec, state).find(({ check }) => check === 'discovery-issuer');
  if (other === undefined) return [];
  throw new ExistingIssuerUnusable(
    `${url}/${DISCOVERY_KEY} names the issuer ${other.subject}. Correct issuer.providerArn in cluster.yaml: it must be the provider of the issuer that the cluster signs its tokens as (serviceAccountIssuer).`,
  );
}
