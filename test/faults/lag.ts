import { request } from 'node:http';
import { awsError, type Call, formOf, type MadeUpAnswer, type Reaction } from '../support/recording-proxy.ts';
import { differences } from './account-state.ts';
import { STEP_FAILURE } from './faulty-run.ts';
import type { Rig } from './rig.ts';
import type { StartName } from './starts.ts';
import { changedSince } from './verdict.ts';

/** What IAM may not show yet of a change that it has accepted. */
export const LAGS = {
  role: 'a new role is not found, neither to read nor to change, and STS does not know it',
  provider: 'a new identity provider is not found',
  principal: 'a new identity provider is not a valid principal of a trust policy',
  policy: 'reading a policy gives the one from before',
  deletion: 'a deleted role is still found, and a deleted policy is in the way of deleting its role',
} as const;

export type Lag = keyof typeof LAGS;

export interface LagScenario {
  readonly start: StartName;
  readonly lags: readonly Lag[];
  readonly seconds: number;
  /** Step that fails for good, so that the undo meets the lag; without it the run must succeed. */
  readonly failIn?: string;
}

const EVERY: readonly Lag[] = ['role', 'provider', 'principal', 'policy'];
const STARTS_WITH_CHANGES: readonly StartName[] = [
  'empty',
  'upgrade',
  'additive',
  'pruned',
  'ccoctl',
  'ccoctl-no-provider',
  'ccoctl-no-policy',
  'ccoctl-other-trust',
];

export const LAG_SCENARIOS: readonly LagScenario[] = [
  ...[5, 20].flatMap((seconds) => [
    ...STARTS_WITH_CHANGES.map((start) => ({
      start,
      lags: EVERY,
      seconds,
    })),
    ...EVERY.map((lag) => ({ start: 'empty' as const, lags: [lag], seconds })),
  ]),
  { start: 'empty', lags: EVERY, seconds: 20, failIn: 'register-provider' },
  { start: 'empty', lags: EVERY, seconds: 20, failIn: 'create-role' },
  { start: 'empty', lags: EVERY, seconds: 20, failIn: 'publish-report' },
  { start: 'upgrade', lags: EVERY, seconds: 20, failIn: 'create-role' },
  { start: 'upgrade', lags: EVERY, seconds: 20, failIn: 'publish-report' },
  { start: 'upgrade', lags: ['policy'], seconds: 20, failIn: 'create-role' },
  { start: 'additive', lags: EVERY, seconds: 20, failIn: 'publish-report' },
  { start: 'pruned', lags: [...EVERY, 'deletion'], seconds: 20 },
  { start: 'pruned', lags: [...EVERY, 'deletion'], seconds: 20, failIn: 'prune-resources' },
  { start: 'pruned', lags: [...EVERY, 'deletion'], seconds: 20, failIn: 'publish-report' },
];

export function lagTitle({ start, lags, seconds, failIn }: LagScenario): string {
  const what = lags.length === EVERY.length ? 'everything in IAM' : lags.join(', ');
  const how = failIn === undefined ? 'prepared' : `rolled back after ${failIn} failed`;
  return `${start}: ${how}, while ${what} lags ${seconds} s behind`;
}

/** Runs a scenario; returns what is wrong with how it ended. */
export async function runLag(
  rig: Rig,
  endpoint: string,
  { start, lags, seconds, failIn }: LagScenario,
): Promise<string | undefined> {
  const { before, record: prepared } = await rig.baseline(start);
  const iam = new LaggingIam(endpoint, new Set(lags), seconds * 1_000);
  const { outcome, after } = await rig.run(start, {
    react: (call, now) => iam.react(call, now),
    ...(failIn === undefined ? {} : { failIn }),
  });
  const ended = `${outcome.states.at(-1)}${outcome.error === undefined ? '' : ` (${outcome.error}: ${outcome.cause})`}`;
  const [wanted, wrong] =
    failIn === undefined
      ? ['Prepared', differences(prepared.after.meaning, after.meaning)]
      : [`RolledBack (${STEP_FAILURE}`, changedSince(before, after)];
  if (!ended.startsWith(wanted)) return `ended in ${ended}`;
  if (wrong.length > 0) return wrong.map(({ how, resource }) => `${how}: ${resource}`).join('; ');
  return undefined;
}

interface StaleReads {
  readonly until: number;
  readonly answers: ReadonlyMap<string, MadeUpAnswer>;
}

/** Stands before the emulator's IAM, which shows every change at once, and hides the fresh ones for a while. */
class LaggingIam {
  readonly #endpoint: URL;
  readonly #lags: ReadonlySet<Lag>;
  readonly #ms: number;
  /** When a role or provider shows, by name or ARN. */
  readonly #hidden = new Map<string, number>();
  readonly #stale = new Map<string, StaleReads>();
  /** Until when a deleted policy still counts. */
  readonly #policyGone = new Map<string, number>();
  #providerIsPrincipal = 0;

  constructor(endpoint: string, lags: ReadonlySet<Lag>, ms: number) {
    this.#endpoint = new URL(endpoint);
    this.#lags = lags;
    this.#ms = ms;
  }

  async react(call: Call, now: number): Promise<Reaction | undefined> {
    const form = formOf(call);
    if (form === undefined || call.action === undefined) return undefined;
    const role = form.get('RoleName') ?? form.get('RoleArn')?.split('/').at(-1);
    const provider = form.get('OpenIDConnectProviderArn')?.split('/').at(-1);
    const name = role ?? provider ?? form.get('Url')?.replace('https://', '') ?? '';
    switch (call.action) {
      case 'CreateOpenIDConnectProvider':
        if (this.#lags.has('provider')) this.#hide(name, now);
        if (this.#lags.has('principal')) this.#providerIsPrincipal ||= now + this.#ms;
        return undefined;
      case 'CreateRole':
      case 'UpdateAssumeRolePolicy':
        if (now < this.#providerIsPrincipal)
          return refused(call, 400, 'MalformedPolicyDocument', 'Invalid principal in policy');
        if (call.action === 'UpdateAssumeRolePolicy') await this.#keepOld(call, name, now);
        else if (this.#lags.has('role')) this.#hide(name, now);
        return undefined;
      case 'PutRolePolicy':
        if (this.#isHidden(name, now)) return this.#notFound(call, name);
        await this.#keepOld(call, name, now);
        return undefined;
      case 'DeleteRolePolicy':
        if (!this.#lags.has('deletion')) return undefined;
        await this.#keepOld(call, name, now);
        if (!this.#policyGone.has(name)) this.#policyGone.set(name, now + this.#ms);
        return undefined;
      case 'DeleteRole':
        if (!this.#lags.has('deletion')) return undefined;
        if (now < (this.#policyGone.get(name) ?? 0))
          return refused(call, 409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.');
        this.#stale.delete(name);
        await this.#keepOld(call, name, now);
        return undefined;
      case 'AssumeRoleWithWebIdentity':
        return this.#isHidden(name, now) ? refused(call, 403, 'AccessDenied', 'Not authorized') : undefined;
      default: {
        if (this.#isHidden(name, now)) return this.#notFound(call, name);
        const old = this.#stale.get(name);
        const answer = old === undefined || now >= old.until ? undefined : old.answers.get(call.action);
        return answer === undefined ? undefined : { insteadOfCall: answer };
      }
    }
  }

  #hide(name: string, now: number): void {
    // A second attempt to create does not make it younger.
    if (!this.#hidden.has(name)) this.#hidden.set(name, now + this.#ms);
  }

  #isHidden(name: string, now: number): boolean {
    return now < (this.#hidden.get(name) ?? 0);
  }

  #notFound(call: Call, name: string): Reaction {
    return refused(call, 404, 'NoSuchEntity', `${name} cannot be found.`);
  }

  /** Remembers what reads of a role answer before it changes. */
  async #keepOld(call: Call, role: string, now: number): Promise<void> {
    if (!(this.#lags.has('policy') || this.#lags.has('deletion')) || this.#stale.has(role)) return;
    const reads = ['GetRole', 'GetRolePolicy'].map(
      async (action) => [action, await this.#ask(call, action, role)] as const,
    );
    this.#stale.set(role, { until: now + this.#ms, answers: new Map(await Promise.all(reads)) });
  }

  #ask({ headers }: Call, action: string, role: string): Promise<MadeUpAnswer> {
    const { hostname, port } = this.#endpoint;
    const body = new URLSearchParams({
      Action: action,
      Version: '2010-05-08',
      RoleName: role,
      PolicyName: role,
    }).toString();
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          hostname,
          port,
          method: 'POST',
          path: '/',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            ...(headers.authorization === undefined ? {} : { authorization: headers.authorization }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      asked.once('error', reject).end(body);
    });
  }
}

function refused(call: Call, status: number, code: string, message: string): Reaction {
  return { insteadOfCall: awsError(call, status, code, message) };
}
