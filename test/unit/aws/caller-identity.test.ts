import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { signDecision } from '../../../cli/approval/sign-decision.ts';
import { callerOf } from '../../../core/aws/caller-identity.ts';
import { decisionStatement } from '../../../core/domain/approval.ts';
import { DecisionRefused } from '../../../core/domain/errors.ts';

/*
 * Who decides is told by STS, which looks at the signature. The emulator's looks at none, so here is one that does, as Signature
 * Version 4 is written down (IAM User Guide, "Create a signed AWS API request").
 */

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const HOST = 'sts.eu-central-1.amazonaws.com';

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/** Whether a request is signed with the secret. The host is that of the request as AWS would get it. */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const [, scope = '', signed = '', signature = ''] =
    /Credential=[^/]+\/([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=(\w+)/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const names = signed.split(';');
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${name === 'host' ? HOST : String(headers[name] ?? '').trim()}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${SECRET}`);
  return hmac(key, toSign).toString('hex') === signature;
}

const identity = (arn: string) =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const refusal = (code: string) =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

let server: Server;
const seen: IncomingHttpHeaders[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    seen.push(request.headers);
    const good = isSigned(request.headers, body);
    response.writeHead(good ? 200 : 403, { 'content-type': 'text/xml' });
    response.end(
      good
        ? identity('arn:aws:sts::123456789012:assumed-role/Reviewer/jane')
        : refusal('SignatureDoesNotMatch'),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => void server.close());
afterEach(() => void vi.unstubAllEnvs());

function credentials(more: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  for (const [name, value] of Object.entries({
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_SESSION_TOKEN: '',
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}`,
    ...more,
  }))
    vi.stubEnv(name, value);
}

const PLAN = 'a'.repeat(64);
const sign = () => signDecision('approved', 'run-1', PLAN, 'eu-central-1');

describe('who signed a decision', () => {
  it.each([
    ['with a long-lived key', undefined],
    ['with temporary credentials', 'session+token/=='],
  ])('%s is told by STS', async (_, token) => {
    credentials({ AWS_SESSION_TOKEN: token ?? '' });
    const proof = await sign();
    // The function has credentials of its own, which say nothing of the caller.
    credentials({
      AWS_ACCESS_KEY_ID: 'AKIAFUNCTION',
      AWS_SECRET_ACCESS_KEY: 'other',
      AWS_SESSION_TOKEN: 'own',
    });
    await expect(callerOf(proof, decisionStatement('approved', 'run-1', PLAN))).resolves.toBe(
      'arn:aws:sts::123456789012:assumed-role/Reviewer/jane',
    );
    expect(seen.at(-1)?.['x-amz-security-token']).toBe(token);
  });

  it.each([
    ['refused', 'run-1', PLAN],
    ['approved', 'run-2', PLAN],
    ['approved', 'run-1', 'b'.repeat(64)],
  ] as const)(
    'is nobody who said %s of %s: the signature is for another decision',
    async (verdict, run, plan) => {
      credentials();
      const proof = await sign();
      await expect(callerOf(proof, decisionStatement(verdict, run, plan))).rejects.toThrow(
        /SignatureDoesNotMatch/,
      );
    },
  );

  it('is not asked where the decision is not under the signature', async () => {
    credentials();
    const { authorization, ...proof } = await sign();
    const count = seen.length;
    const bare = { ...proof, authorization: authorization.replace(';x-sts-prep-decision', '') };
    await expect(callerOf(bare, decisionStatement('approved', 'run-1', PLAN))).rejects.toThrow(
      /does not say what was decided/,
    );
    expect(seen).toHaveLength(count);
  });

  it.each([
    'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=x-sts-prep-decision, Signature=zz',
    'Bearer x-sts-prep-decision',
    '',
  ])('is nobody by %j', async (authorization) => {
    credentials();
    await expect(callerOf({ authorization, date: '20261127T000000Z' }, 'x')).rejects.toThrow(DecisionRefused);
  });
});
