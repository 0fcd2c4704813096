import type { JWTPayload } from 'jose';

/*
 * Whether a trust policy lets a token in. Written apart from the pipeline's own reading of trust policies, whose mistakes it
 * is to find. What it does not know matches nothing where it would allow, and everything where it would deny.
 */

type Statement = Readonly<Record<string, unknown>>;

const OPERATORS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => asPattern(wanted).test(value),
};

/** @param provider ARN of the token's identity provider, and its host and path, which the condition keys begin with. */
export function isTrusted(
  policy: unknown,
  provider: { readonly arn: string; readonly host: string },
  claims: JWTPayload,
): boolean {
  const statements = list((policy as { Statement?: unknown } | undefined)?.Statement) as Statement[];
  const applying = statements.filter((statement) => applies(statement, provider, claims));
  return (
    applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny')
  );
}

function applies(
  { Effect, Principal, Action, Condition, NotAction, NotPrincipal }: Statement,
  { arn, host }: { readonly arn: string; readonly host: string },
  claims: JWTPayload,
): boolean {
  const unknown = Effect !== 'Allow';
  if (NotAction !== undefined || NotPrincipal !== undefined) return unknown;
  const principals = Principal === '*' ? ['*'] : list((Principal as { Federated?: unknown })?.Federated);
  return (
    principals.some((principal) => principal === arn || principal === '*') &&
    list(Action).some((action) => asPattern(String(action), 'i').test('sts:AssumeRoleWithWebIdentity')) &&
    Object.entries((Condition ?? {}) as Record<string, Record<string, unknown>>).every(([operator, keys]) => {
      const compare = OPERATORS[operator];
      if (compare === undefined) return unknown;
      return Object.entries(keys).every(([key, wanted]) =>
        valuesOf(key, host, claims).some((value) =>
          list(wanted).some((each) => compare(value, String(each))),
        ),
      );
    })
  );
}

/** STS knows these claims of a token as condition keys (IAM User Guide, OIDC federation context keys). */
function valuesOf(key: string, host: string, claims: JWTPayload): readonly string[] {
  const prefix = `${host}:`;
  if (!key.toLowerCase().startsWith(prefix.toLowerCase())) return [];
  const claim = key.slice(prefix.length).toLowerCase();
  return ['aud', 'sub', 'amr'].includes(claim) ? list(claims[claim]).map(String) : [];
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}

function asPattern(text: string, flags = ''): RegExp {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, flags);
}
