import type { Finding } from '../../../domain/audit/report.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../../domain/names.ts';
import type { PublicAccessBlock } from '../../../domain/observed.ts';
import type { PolicyDocument } from '../../../domain/policy-document.ts';
import { rotatedRemedy, unknownRemedy } from '../../../domain/signing-key-texts.ts';
import { closingSwitches } from '../../../resources/issuer/access-block.ts';
import { othersNamed } from '../../../resources/issuer/discovery.ts';
import { whyUnreadable } from '../../../resources/issuer/policy.ts';
import {
  EXISTING_ISSUER,
  openCommand,
  putPolicyCommand,
  putTagsCommand,
  removeDiscoveryCommand,
  removeKeysCommand,
} from '../../../resources/issuer/remedies.ts';
import { issuer } from '../../../resources/issuer/resource.ts';
import type { Discrepancy } from '../../../resources/resource.ts';
import type { Specs } from '../../../resources/specs.ts';
import { defined } from '../../../util/defined.ts';
import type { ObservedCluster } from '../observe.ts';
import { findingsOf, listed, PREPARE_AGAIN, shown, type Texts } from './findings.ts';

type Found = ReturnType<typeof issuer.checks>;

type Check = Found[number]['check'];

const STRANGE_KEYS: readonly Check[] = ['key-extra', 'key-stranger'];
const KEY_CHECKS: readonly Check[] = [
  ...STRANGE_KEYS,
  'signing-key-lost',
  'signing-key-rotated',
  'signing-key-unusable',
  'key-lost',
  'key-replaced',
];

/** What differs between an issuer as it was prepared and as it is. */
export function issuerDrift(spec: Specs['issuer'], observed: ObservedCluster['issuer']): Finding[] {
  const { desired } = spec;
  const { url } = desired;
  const place = { url, bucket: desired.type === 'existing' ? undefined : desired.bucket };
  const discoveryChanged = (found: Discrepancy) => ({
    message: `${DISCOVERY_KEY} says something else.`,
    ...shown(found),
  });
  const storedWrongly = (key: string) => (found: Discrepancy) => ({
    message: `${key} has another content type, is encoded or encrypted by KMS so that STS may not be able to read it, or lacks tags of the cluster.`,
    ...shown(found),
  });
  const texts: Texts<'issuer'> = {
    missing: () => ({
      message: 'The bucket does not exist. Anybody may take its name and serve keys of their own.',
      remedy: `Delete the identity provider first if the cluster is gone. ${PREPARE_AGAIN}`,
    }),
    foreign: ({ actual, expected }) => ({
      message:
        actual === 'elsewhere'
          ? `The bucket is in another region than ${expected}.`
          : 'The bucket cannot be accessed: it belongs to another account, or a policy denies access.',
      remedy: 'Find out who owns the bucket. While another account does, delete the identity provider.',
    }),
    tags: (found) => ({
      message: 'Tags of the cluster are missing or changed.',
      ...shown(found),
      ...tagsRemedy(desired, found),
    }),
    ...accessTexts(desired),
    unreachable: ({ actual }) => ({
      resource: url,
      message: 'The issuer does not serve its documents to the public.',
      live: actual,
      remedy:
        'Put right what is said of the bucket policy and of the public access block. If nothing is, look at the public access blocks of the account and of the organization.',
    }),
    'discovery-missing': () => ({ message: `${DISCOVERY_KEY} is gone.` }),
    'discovery-malformed': discoveryChanged,
    'discovery-issuer': (found) => ({ ...discoveryChanged(found), ...discoveryRemedy(desired, found) }),
    'discovery-content': discoveryChanged,
    'discovery-stored': storedWrongly(DISCOVERY_KEY),
    'jwks-missing': () => ({ message: `${JWKS_KEY} is gone.` }),
    'jwks-malformed': () => ({
      message: `${JWKS_KEY} is not a JSON Web Key Set in which every key has an id (kid).`,
      remedy:
        desired.type === 'existing'
          ? 'Repair it.'
          : `Repair it. If nobody signs with a key that stands in it and is not the cluster's, remove it, and upload the bundle of the cluster again; what is missing is written anew: ${removeKeysCommand(desired)}`,
    }),
    'jwks-private': () => ({
      message: `${JWKS_KEY} holds private key material; everybody can read it.`,
      remedy: 'Remove it at once, and rotate the signing key of the cluster.',
    }),
    'signing-key-lost': ({ subject }) => ({
      message: `${JWKS_KEY} holds no key, and not ${subject}, which the cluster signed with when it was prepared: STS refuses every token.`,
      wanted: subject,
      remedy: rotatedRemedy(place),
    }),
    'signing-key-rotated': (found) => ({
      message: `${JWKS_KEY} holds other keys, and no longer ${found.subject}, which the cluster signed with when it was prepared. Either the cluster signs with another key now, or STS refuses every token.`,
      live: listed(found).live,
      wanted: found.subject,
      remedy: rotatedRemedy(place),
    }),
    'signing-key-unusable': ({ subject }) => ({
      message: `${JWKS_KEY} holds the signing key ${subject} twice, or for another use than signatures: STS refuses its tokens.`,
      wanted: subject,
    }),
    'key-lost': ({ subject }) => ({
      message: `${JWKS_KEY} lacks the key ${subject}, which was there when the cluster was prepared, and of which nobody said whose it is. If the cluster signed with it, STS refuses its tokens.`,
      wanted: subject,
      remedy: `If the cluster signs with it, put it back into ${JWKS_KEY}. If not, upload the bundle of the cluster again: the key is then forgotten.`,
    }),
    'key-replaced': (found) => {
      const { live, wanted } = listed(found);
      return {
        message: `Under the id ${found.subject} stands another key. Its owner can assume every role of the cluster.`,
        live: `thumbprint ${live}`,
        wanted: `thumbprint ${wanted}`,
        remedy:
          desired.type === 'existing'
            ? `Remove that key from ${JWKS_KEY}.`
            : `Remove that key from ${JWKS_KEY}. If the signing key itself is gone from there, remove the whole document, and upload the bundle of the cluster again; what is missing is written anew: ${removeKeysCommand(desired)}`,
      };
    },
    'key-extra': ({ subject, actual }) => ({
      message: `${JWKS_KEY} holds the key ${subject} (thumbprint ${actual}), which was not there when the cluster was prepared. Whoever has its private half can assume every role of the cluster.`,
      live: subject,
      remedy: unknownRemedy(place),
    }),
    'key-stranger': ({ subject, actual }) => ({
      message: `${JWKS_KEY} holds the key ${subject} (thumbprint ${actual}), which was there when the cluster was prepared, and nobody said whose it is. Whoever has its private half can assume every role of the cluster.`,
      live: subject,
      remedy: unknownRemedy(place),
    }),
    'jwks-stored': storedWrongly(JWKS_KEY),
  };
  const found = findingsOf(
    'issuer',
    desired.type === 'existing' ? `issuer ${url}` : `issuer bucket ${desired.bucket}`,
    relevant(issuer.checks(spec, actualOf(observed))),
    texts,
  );
  return desired.type === 'existing' ? found.map(toItsKeeper) : found;
}

/** The words for who can read the documents, and who can write them. */
function accessTexts(desired: Desired) {
  return {
    'public-access-block': (found: Discrepancy) => ({
      message: 'The public access block is not the one of an issuer: public by policy, never by ACL.',
      ...shown(found),
      ...closedRemedy(desired, found),
    }),
    policy: (found: Discrepancy) => ({
      message:
        found.actual === undefined
          ? 'The bucket policy is gone, so STS cannot read the documents.'
          : `By the bucket policy STS cannot read the documents: ${found.subject}.`,
      ...shown(found),
      ...policyRemedy(desired, found),
    }),
    'policy-unclear': (found: Discrepancy) => ({
      message: `Whether STS can read the documents by the bucket policy cannot be told: ${found.subject}.`,
      ...shown(found),
      ...policyRemedy(desired, found),
    }),
    'policy-writable': (found: Discrepancy) => ({
      message: `By ${found.subject} of the bucket policy others may write the documents, or change the bucket. Who writes keys.json can assume every role of the cluster.`,
      ...shown(found),
      remedy: `No run takes it away. Look into the keys, and remove ${found.subject} from the bucket policy${policyCommand(desired, found)}`,
    }),
    'policy-extra': (found: Discrepancy) => ({
      message: `By ${found.subject} of the bucket policy others may do something besides reading, though not to the documents.`,
      ...shown(found),
      remedy: `If nobody needs it, remove ${found.subject} from the bucket policy; no run does${policyCommand(desired, found)}`,
    }),
  };
}

type Desired = Specs['issuer']['desired'];

function closedRemedy(desired: Desired, { actual }: Discrepancy): { readonly remedy?: string } {
  const switches = closingSwitches(actual as PublicAccessBlock | undefined);
  if (desired.type === 'existing' || switches.length === 0) return {};
  return {
    remedy: `It is closed (${switches.join(', ')}), and no run opens what somebody closed. ${EXISTING_ISSUER} If it was closed by mistake, open it: ${openCommand(desired)}`,
  };
}

function policyCommand(desired: Desired, { expected }: Discrepancy): string {
  return desired.type === 'existing' ? '.' : `: ${putPolicyCommand(desired, expected as PolicyDocument)}`;
}

function tagsRemedy(desired: Desired, { actual, expected }: Discrepancy): { readonly remedy?: string } {
  if (desired.type === 'existing') return {};
  const tags = { ...(actual as Tags | undefined), ...(expected as Tags) };
  return { remedy: putTagsCommand(desired, tags) };
}

type Tags = Readonly<Record<string, string>>;

function policyRemedy(desired: Desired, { actual }: Discrepancy): { readonly remedy?: string } {
  if (desired.type === 'existing') return {};
  return defined({ remedy: whyUnreadable(desired, actual as PolicyDocument | undefined) });
}

function discoveryRemedy(desired: Desired, { actual }: Discrepancy): { readonly remedy?: string } {
  if (desired.type === 'existing' || othersNamed(desired.url, String(actual)).length === 0) return {};
  return {
    remedy: `No run rewrites what another issuer may need. ${EXISTING_ISSUER} If nobody uses what it names, remove it, and upload the bundle of the cluster again: ${removeDiscoveryCommand(desired)}`,
  };
}

/** What of an issuer is known here, and can be told, whoever keeps it. */
const TOLD: readonly Finding['kind'][] = ['SigningKeyLost', 'SigningKeyRotated', 'JwksKeyExtra'];

/** No run repairs what somebody else keeps. */
function toItsKeeper(found: Finding): Finding {
  if (TOLD.includes(found.kind)) return found;
  return {
    ...found,
    remedy: 'The issuer is kept by somebody else and only looked at here: have it repaired there.',
  };
}

function actualOf({ presence, state, unreachable }: ObservedCluster['issuer']) {
  if (state !== undefined)
    return {
      ...state,
      ...defined({ unreachable: unreachable ?? ('unreachable' in state ? state.unreachable : undefined) }),
    };
  return presence === 'absent' ? undefined : presence === 'ours' ? 'foreign' : presence;
}

/**
 * While private keys are public, which other keys there are does not matter. And of the keys that took the place of the
 * signing key it is said there what to do: to remove them may be to lock out a cluster that was rotated.
 */
function relevant(found: Found): Found {
  const has = (check: Check) => found.some((each) => each.check === check);
  const beside = has('jwks-private') ? KEY_CHECKS : has('signing-key-rotated') ? STRANGE_KEYS : [];
  return found.filter(({ check }) => !beside.includes(check));
}
