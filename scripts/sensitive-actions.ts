import { DEFAULT_RULES, guardStatement } from '../core/domain/policy-guard.ts';

/** What each sensitive action could do, and whether the guard lets it pass unasked, as a table of docs/policy-guard.md. */
export function sensitiveActionsTable(): string {
  const rows = Object.entries(DEFAULT_RULES.sensitive).flatMap(([service, actions]) =>
    Object.entries(actions).map(([name, what]) => {
      const action = `${service}:${name}`;
      const statement = { effect: 'Allow', action: [action], resource: '*' };
      const passes = guardStatement(statement, DEFAULT_RULES).length === 0;
      return `| \`${action}\` | ${what} | ${passes ? 'passes: releases or operators ask for it' : 'refused'} |`;
    }),
  );
  return ['| action | what it could do | unasked |', '|---|---|---|', ...rows].join('\n');
}
