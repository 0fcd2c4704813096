import { fullName, type PreparedCluster, type PreparedRole } from '../cluster-check/prepared.ts';
import { secretPath } from '../manifests.ts';
import {
  issuerCommand,
  MANUAL_COMMAND,
  RESTART_COMMANDS,
  ROOT_SECRET_COMMAND,
  STABLE_COMMAND,
  secretCommand,
} from './commands.ts';
import type { Known, MigrationFacts, StoredSecret } from './facts.ts';

/** Where a cluster has to come to, in this order. */
export const STAGES = {
  issuer: 'The cluster is set to sign for the new issuer',
  rollout: 'Every kube-apiserver signs for it, and the cluster is stable',
  restart: 'Every pod was restarted since, so that all tokens are of the new issuer',
  mode: 'The cloud credential operator is in mode Manual',
  secrets: 'The Secrets name the roles, and hold no long-lived key',
  'second-restart': 'What uses the Secrets was restarted since',
  'root-secret': 'The Secret with the root credentials is gone',
} as const;

export type StageName = keyof typeof STAGES;

/** `open`: the cluster is not there yet, and the commands lead there. `unknown`: it could not be told. `later`: not looked at. */
export interface Stage {
  readonly stage: StageName;
  readonly status: 'done' | 'open' | 'unknown' | 'later';
  readonly detail?: string;
  readonly commands?: readonly string[];
}

export interface Migration {
  readonly cluster: string;
  readonly outcome: 'done' | 'open' | 'unknown';
  readonly stages: readonly Stage[];
}

type Judged = Omit<Stage, 'stage'>;

const DONE: Judged = { status: 'done' };

/**
 * How far a cluster has come from long-lived keys to what was prepared for it. A stage that is open stops: what comes after it would
 * harm the cluster, or come to nothing. What cannot be told does not, but nothing is done then before somebody looked.
 *
 * @param folder Where the manifests are, for the commands.
 */
export function migrationStages(facts: MigrationFacts, prepared: PreparedCluster, folder: string): Migration {
  const judges: Readonly<Record<StageName, () => Judged>> = {
    issuer: () => judge(facts.issuer, (issuer) => issuerStage(issuer, prepared.issuer)),
    rollout: () => rolloutStage(facts, prepared.issuer),
    restart: () => restartStage(facts),
    mode: () =>
      judge(facts.mode, (mode) =>
        mode === 'Manual'
          ? DONE
          : open(
              `It is in mode ${mode === '' ? 'Default' : mode}, and would make the Secrets anew with keys.`,
              [MANUAL_COMMAND],
            ),
      ),
    secrets: () => judge(facts.secrets, (secrets) => secretsStage(secrets, prepared, folder)),
    'second-restart': () => secondRestartStage(facts, prepared),
    'root-secret': () =>
      judge(facts.secrets, (secrets) =>
        secrets.some((secret) => fullName(secret) === ROOT_SECRET)
          ? open('Whoever reads it administers the account.', [ROOT_SECRET_COMMAND])
          : DONE,
      ),
  };
  const stages: Stage[] = [];
  for (const stage of Object.keys(STAGES) as StageName[]) {
    const isStopped = stages.some(({ status }) => status === 'open');
    stages.push({ stage, ...(isStopped ? { status: 'later' } : judges[stage]()) });
  }
  const has = (status: Stage['status']) => stages.some((each) => each.status === status);
  return {
    cluster: prepared.name,
    outcome: has('open') ? 'open' : has('unknown') ? 'unknown' : 'done',
    stages,
  };
}

const ROOT_SECRET = 'kube-system/aws-creds';

function judge<Value>(found: Known<Value>, stage: (value: Value) => Judged): Judged {
  return 'unknown' in found ? { status: 'unknown', detail: found.unknown } : stage(found.value);
}

function open(detail: string, commands: readonly string[]): Judged {
  return { status: 'open', detail, commands };
}

function issuerStage(issuer: string, wanted: string): Judged {
  if (issuer === wanted) return DONE;
  return open(`It signs for ${issuer === '' ? 'the issuer of its own' : issuer}.`, [issuerCommand(wanted)]);
}

function rolloutStage({ served, unstable }: MigrationFacts, wanted: string): Judged {
  return judge(served, ({ issuer, isEverywhere }) => {
    if (issuer !== wanted) return open(`They sign for ${issuer} still.`, [STABLE_COMMAND]);
    if (!isEverywhere) return open('Not every one of them has the change yet.', [STABLE_COMMAND]);
    return judge(unstable, (names) =>
      names.length === 0
        ? DONE
        : open(`These cluster operators are not stable: ${names.join(', ')}.`, [STABLE_COMMAND]),
    );
  });
}

function restartStage({ issuerSetAt, pods }: MigrationFacts): Judged {
  return judge(issuerSetAt, (since) => judge(pods, (all) => restarted(all, () => since)));
}

function secretsStage(secrets: readonly StoredSecret[], { roles }: PreparedCluster, folder: string): Judged {
  const byName = new Map(secrets.map((secret) => [fullName(secret), secret]));
  const wrong = roles.filter((role) => !isUsed(byName.get(fullName(role.secret)), role));
  if (wrong.length === 0) return DONE;
  // An optional operator's Secret may lack its namespace.
  const commands = wrong.map(({ secret }) =>
    secretCommand(`${folder}/${secretPath(secret)}`, byName.has(fullName(secret))),
  );
  return open(
    `${wrong.length} of ${roles.length} do not yet: ${wrong.map(({ secret }) => fullName(secret)).join(', ')}.`,
    commands,
  );
}

function isUsed(secret: StoredSecret | undefined, { arn, tokenPath }: PreparedRole): boolean {
  return (
    secret !== undefined && secret.roleArn === arn && secret.tokenPath === tokenPath && !secret.hasAccessKey
  );
}

function secondRestartStage({ secrets, pods }: MigrationFacts, { roles }: PreparedCluster): Judged {
  return judge(secrets, (stored) =>
    judge(pods, (all) => {
      const written = new Map(stored.map((secret) => [fullName(secret), secret.writtenAt]));
      const since = new Map(
        roles.flatMap(({ secret, serviceAccounts }) =>
          serviceAccounts.map((name) => [
            fullName({ namespace: secret.namespace, name }),
            written.get(fullName(secret)),
          ]),
        ),
      );
      const users = all.filter(({ namespace, serviceAccount: name }) =>
        since.has(fullName({ namespace, name })),
      );
      if (
        users.some(
          ({ namespace, serviceAccount: name }) => since.get(fullName({ namespace, name })) === undefined,
        )
      )
        return { status: 'unknown', detail: 'The cluster does not say when the Secrets were written.' };
      return restarted(
        users,
        ({ namespace, serviceAccount: name }) => since.get(fullName({ namespace, name })) ?? 0,
      );
    }),
  );
}

const SHOWN = 3;

function restarted<
  Pod extends { readonly namespace: string; readonly name: string; readonly startedAt?: number | undefined },
>(pods: readonly Pod[], sinceOf: (pod: Pod) => number): Judged {
  // What has not started yet does so with what is there now.
  const older = pods.filter((pod) => pod.startedAt !== undefined && pod.startedAt <= sinceOf(pod));
  if (older.length === 0) return DONE;
  const shown = older.slice(0, SHOWN).map((pod) => fullName(pod));
  const more = older.length > SHOWN ? ` and ${older.length - SHOWN} more` : '';
  return open(
    `${older.length} of ${pods.length} pods ${older.length === 1 ? 'is' : 'are'} older: ${shown.join(', ')}${more}.`,
    RESTART_COMMANDS,
  );
}
