import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import {
  type GuardedStatement,
  guardStatement,
  type RulesData,
  rulesFrom,
} from '../core/domain/policy-guard.ts';

/**
 * Collects what CredentialsRequests for AWS ask for, and prints the data of the policy guard with it: the part
 * `asked` anew, the others as they are. With --write the file itself is replaced.
 *
 *   node scripts/derive-allow-list.ts <folder of manifests> [--write]
 *
 * The folder may hold one folder per release (`4.20`, `all-clouds-4.14`, …); those before 4.8 are left out. Only
 * exact names are taken. A pattern is for people to decide: where the rules do not cover one, it is listed and the
 * exit code is 1. New actions are listed too, so that whoever commits the result has seen them.
 */

const DATA = new URL('../core/domain/policy-guard-rules.json', import.meta.url);
const FIRST_RELEASE = 8;

export interface AskedStatement {
  /** File, relative to the folder that was searched. */
  readonly file: string;
  readonly statement: GuardedStatement;
}

/** Every statement of every CredentialsRequest for AWS in a folder, in the order of the file names. */
export function readStatements(folder: string): AskedStatement[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isBeforeFirstRelease(relative(folder, path).split(sep)[0] ?? ''))
    .sort()
    .flatMap((path) => {
      const file = relative(folder, path);
      return statementsOf(file, readFileSync(path, 'utf8')).map((statement) => ({ file, statement }));
    });
}

/** The exact names among the allowed actions, by service, both in alphabetical order and without repeats. */
export function deriveAsked(statements: readonly AskedStatement[]): RulesData['asked'] {
  const services = new Map<string, Map<string, string>>();
  for (const action of statements.flatMap(({ statement }) =>
    statement.effect === 'Allow' ? statement.action : [],
  )) {
    const [, service, name] = /^([A-Za-z0-9-]+):([A-Za-z0-9]+)$/.exec(action) ?? [];
    if (service === undefined || name === undefined) continue;
    const names = services.get(service.toLowerCase()) ?? new Map<string, string>();
    const spelling = names.get(name.toLowerCase());
    if (spelling === undefined || name < spelling) names.set(name.toLowerCase(), name);
    services.set(service.toLowerCase(), names);
  }
  return Object.fromEntries(
    [...services]
      .sort(byKey)
      .map(([service, names]) => [service, [...names].sort(byKey).map(([, name]) => name)]),
  );
}

/** Throws when the file is not YAML: a release must not be left out unnoticed. */
function statementsOf(file: string, text: string): GuardedStatement[] {
  return [...parseAllDocuments(text)].flatMap((document) => {
    if (document.errors[0] !== undefined) throw new Error(`${file}: ${document.errors[0].message}`);
    const manifest: unknown = document.toJS();
    const spec = field(field(manifest, 'spec'), 'providerSpec');
    if (field(manifest, 'kind') !== 'CredentialsRequest' || field(spec, 'kind') !== 'AWSProviderSpec')
      return [];
    return (field(spec, 'statementEntries') ?? []) as GuardedStatement[];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isBeforeFirstRelease(folder: string): boolean {
  const [, major, minor] = /^(?:all-clouds-)?(\d+)\.(\d+)(?:$|-)/.exec(folder) ?? [];
  return Number(major) < 4 || (Number(major) === 4 && Number(minor) < FIRST_RELEASE);
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function actionsOf(asked: RulesData['asked']): string[] {
  return Object.entries(asked).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));
}

function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean' } },
  });
  const [folder] = positionals;
  if (folder === undefined)
    throw new Error(`Usage: node scripts/${basename(import.meta.filename)} <folder> [--write]`);

  const before: RulesData = JSON.parse(readFileSync(DATA, 'utf8'));
  const statements = readStatements(folder);
  const after: RulesData = { ...before, asked: deriveAsked(statements) };
  const json = `${JSON.stringify(after, null, 2)}\n`;
  if (values.write === true) writeFileSync(DATA, json);
  else process.stdout.write(json);

  const known = new Set(actionsOf(before.asked));
  const fresh = actionsOf(after.asked).filter((action) => !known.has(action));
  const count = `${actionsOf(after.asked).length} actions of ${Object.keys(after.asked).length} services`;
  console.error(`${statements.length} statements ask for ${count}; ${fresh.length} of them new.`);
  for (const action of fresh) console.error(`  new: ${action}`);
  if (values.write === true)
    console.error('Written. Run npm run format, and read the difference before committing.');

  const rules = rulesFrom(after);
  for (const { file, statement } of statements) {
    for (const { action, reason } of guardStatement(statement, rules)) {
      console.error(`  to be decided: ${action} in ${file}: ${reason}`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) main();
