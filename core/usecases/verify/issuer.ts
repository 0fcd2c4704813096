import type { IssuerReader } from '../../aws/issuer-reader.ts';
import { type CheckName, type CheckResult, notProved } from '../../domain/checks.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import { when } from '../../resources/comparing.ts';
import { discoveryChecks } from '../../resources/issuer/checks.ts';
import { checkExisting, observeExisting } from '../../resources/issuer/existing.ts';
import { jwksChecks } from '../../resources/issuer/jwks-checks.ts';
import { readPublished } from '../../resources/issuer/read-published.ts';
import type { Specs } from '../../resources/specs.ts';
import { defined } from '../../util/defined.ts';
import { type Details, EMULATED, resultsOf } from './results.ts';

interface Access {
  readonly readIssuer: IssuerReader;
  readonly enforcing: boolean;
}

const DOCUMENT_CHECKS: readonly CheckName[] = ['discovery-document', 'jwks'];

/** Asks an issuer by its URL, as STS does. */
export function verifyIssuer(spec: Specs['issuer'], access: Access): Promise<readonly CheckResult[]> {
  return spec.desired.type === 'existing' ? verifyExisting(spec, access) : verifyOwn(spec, access);
}

async function verifyOwn(
  { desired: { url, kid, published } }: Specs['issuer'],
  { readIssuer, enforcing }: Access,
): Promise<readonly CheckResult[]> {
  const read = async (key: string): Promise<{ readonly body?: string; readonly detail?: string }> => {
    const found = await readPublished(key, readIssuer);
    return 'body' in found ? found : { detail: `${url}/${found.unreachable}` };
  };
  const [discovery, jwks] = await Promise.all([read(DISCOVERY_KEY), read(JWKS_KEY)]);
  const unreachable = discovery.detail ?? jwks.detail;
  const details: Details<'issuer'> = {
    ...DETAILS,
    unreachable: () => unreachable ?? '',
    'discovery-missing': () => discovery.detail ?? '',
    'jwks-missing': () => jwks.detail ?? '',
  };
  const found = [
    ...when(unreachable !== undefined, { check: 'unreachable' }),
    ...discoveryChecks(url, discovery.body),
    ...jwksChecks(defined({ kid, published }), jwks.body),
  ];
  const results = resultsOf('issuer', {
    names: enforcing ? ['issuer-reachable', ...DOCUMENT_CHECKS] : DOCUMENT_CHECKS,
    subject: url,
    found,
    details,
  });
  return [...(enforcing ? [] : [notProved('issuer-reachable', url, EMULATED)]), ...results];
}

/** STS may reach an issuer that a function cannot: what could not be read is not proved, and is no fault of the run. */
async function verifyExisting(spec: Specs['issuer'], access: Access): Promise<readonly CheckResult[]> {
  const { url } = spec.desired;
  const state = await observeExisting(spec, access);
  const { unreachable } = state;
  const unread: readonly CheckName[] =
    unreachable === undefined ? [] : state.discovery === undefined ? DOCUMENT_CHECKS : ['jwks'];
  const found = checkExisting(spec, state).filter(({ check }) => check !== 'unreachable');
  const reachable = access.enforcing && unreachable === undefined;
  return [
    ...(reachable ? [] : [notProved('issuer-reachable', url, unreachable ?? EMULATED)]),
    ...unread.map((name) => notProved(name, url, unreachable ?? '')),
    ...resultsOf('issuer', {
      names: [
        ...(reachable ? (['issuer-reachable'] as const) : []),
        ...DOCUMENT_CHECKS.filter((name) => !unread.includes(name)),
      ],
      subject: url,
      found,
      details: DETAILS,
    }),
  ];
}

const DETAILS: Details<'issuer'> = {
  unreachable: ({ actual }) => String(actual),
  'discovery-missing': () => 'it is missing',
  'discovery-malformed': () => 'it is not JSON',
  'discovery-issuer': ({ subject }) => `it names the issuer ${subject}`,
  'jwks-missing': () => 'it is missing',
  'jwks-malformed': () => 'it is not a JSON Web Key Set',
  'jwks-private': () => 'it holds a private key',
  'signing-key-lost': ({ subject }) => `it lacks the signing key ${subject}`,
  'signing-key-rotated': ({ subject }) => `it holds other keys, and not the signing key ${subject}`,
  'signing-key-unusable': ({ subject }) =>
    `it holds the signing key ${subject} twice, or for another use than signatures, so that STS refuses its tokens`,
  'key-replaced': ({ subject, actual }) =>
    `under the id ${subject} stands another key, ${thumbprintsOf(actual)}`,
  'key-extra': ({ subject, actual }) =>
    `the key ${subject}, ${thumbprintsOf(actual)}, appeared while this run was at work`,
};

function thumbprintsOf(actual: unknown): string {
  return `thumbprint ${[actual].flat().join(', ')}`;
}
