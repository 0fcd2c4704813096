import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { vi } from 'vitest';
import type { Intercept } from '../in-process.ts';

/** An error as Step Functions sees it: by its name. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** AWS refuses. */
export const DENIED = () => named('AccessDenied', 'User is not authorized to perform this');
/** AWS refuses because there is too much already. */
export const LIMIT = () => named('LimitExceeded', 'Cannot exceed quota');
/** Step Functions retries this; a function that always crashes has failed for good. */
export const CRASH = () => named('Lambda.Unknown', 'The function ended before it answered');

/** How far a step got before it failed. */
export type When = 'before it did anything' | 'after it did everything';

/** Makes one function fail, always: without having done anything, or having done everything. */
export function failing(
  name: string,
  when: When,
  error: () => Error,
  only: (event: unknown) => boolean = () => true,
): Intercept {
  return async (called, event, call) => {
    if (called !== name || !only(event)) return call();
    if (when === 'after it did everything') await call();
    throw error();
  };
}

/** Whether a call of CreateRole is for the first role. */
export const firstRole = (event: unknown) => (event as { role: number }).role === 0;

/** A call as text: `PutObject fresh-oidc/keys.json`, `CreateRole fresh-openshift-ingress-cloud-credentials`. */
function callText(command: {
  readonly constructor: { readonly name: string };
  readonly input: object;
}): string {
  const { Bucket, Key, RoleName, Url } = command.input as Record<string, string | undefined>;
  const target = [Bucket, Key, RoleName, Url].filter((part) => part !== undefined).join('/');
  return `${command.constructor.name.replace(/Command$/, '')} ${target}`;
}

/** Stands between the functions and AWS: sees every call of the SDK and decides what becomes of it. */
export function onEveryCall(react: (call: string, send: () => Promise<unknown>) => Promise<unknown>): void {
  for (const client of [IAMClient.prototype, S3Client.prototype] as {
    send: (...all: never[]) => unknown;
  }[]) {
    const { send } = client;
    vi.spyOn(client, 'send').mockImplementation(function (this: unknown, ...args: never[]) {
      const [command] = args as unknown as [Parameters<typeof callText>[0]];
      return react(callText(command), async () => send.apply(this, args));
    });
  }
}

/** Does something else with the first call that matches, and nothing with the others. */
export function onCall(
  pattern: RegExp,
  react: (send: () => Promise<unknown>) => Promise<unknown>,
): { seen: () => boolean } {
  let seen = false;
  onEveryCall((call, send) => {
    if (seen || !pattern.test(call)) return send();
    seen = true;
    return react(send);
  });
  return { seen: () => seen };
}
