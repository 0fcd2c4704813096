import { readFileSync } from 'node:fs';
import { beforeAll, expect, inject, it } from 'vitest';
import { project } from '../../scripts/local/paths.ts';
import { runbookNames } from '../../scripts/runbook.ts';
import { type Snapshot, type TestAccount, testAccount } from '../support/account.ts';
import { type Attack, type Judged, judge } from '../support/attacks/attack.ts';
import { records, STRANGERS_MARK } from '../support/attacks/records.ts';
import { uploads, VICTIM } from '../support/attacks/uploads.ts';
import {
  bundle,
  CLUSTER_FILE,
  clusterYaml,
  PUBLIC_KEY_FILE,
  publicPem,
  rsaKeyPair,
} from '../support/bundles.ts';

/*
 * Attacks and what comes of each, kept in docs/security-tests.md. `npx vitest run test/integration/attacks.test.ts -u` tries
 * them all and writes the page.
 */

let account: TestAccount;
let before: Snapshot;

beforeAll(async () => {
  account = await testAccount(inject('endpoint'));
  const victim = await account.run(
    `prepare/${VICTIM}.tgz`,
    await bundle({
      [CLUSTER_FILE]: clusterYaml({ name: VICTIM, release: '4.20.3' }),
      [PUBLIC_KEY_FILE]: publicPem(rsaKeyPair().publicKey),
    }),
  );
  expect(victim).toMatchObject({ status: 'SUCCEEDED' });
  before = await account.snapshot();
});

async function tried(attack: Attack): Promise<Judged> {
  const meanwhile = attack.meanwhile?.(account);
  const outcome = await account.run(attack.key, await attack.bundle(), meanwhile);
  const after = await account.snapshot();
  const [was, is] = [before, after].map((each) => JSON.stringify(each));
  before = after;
  const changed = meanwhile === undefined ? was !== is : JSON.stringify(after.roles).includes(STRANGERS_MARK);
  const written = (await account.keys()).filter((key) => key.includes(`/${outcome.run}/`));
  const text = (await Promise.all(written.map((key) => account.read(key)))).join('\n');
  return judge(outcome, attack, { changed, explained: runbookNames(), text });
}

it('no attack succeeds, and each is refused by a name that the runbook explains', async () => {
  const attacks = [...uploads, ...records];
  const judged: [Attack, Judged][] = [];
  for (const attack of attacks) judged.push([attack, await tried(attack)]);
  const counts = (['refused properly', 'refused badly', 'succeeded', 'a known power'] as const).map(
    (outcome) => `${judged.filter(([, each]) => each.outcome === outcome).length} ${outcome}`,
  );
  const rows = judged.map(
    ([{ by, tries }, { outcome, name }]) => `| ${by} | ${tries} | ${outcome} | \`${name}\` |`,
  );
  const page = `# Attacks, and what comes of them

Made by \`npx vitest run test/integration/attacks.test.ts -u\`, which tries each against the state machine and the functions as
they are deployed, in an account with a prepared cluster; a test fails when this page says something else. *Refused properly*:
the account is as it was, and the execution ends with a name that the [runbook](runbook.md) explains; nothing secret, and
no control character, is repeated. *A known power*: [permissions.md](permissions.md) says why it is let pass. What own code in a function could still do is in [reach.md](reach.md) and, with what holds
it, in [permissions.md](permissions.md).

**${counts.join(', ')}.**

| who | tries to | outcome | by |
|---|---|---|---|
${rows.join('\n')}

Uploads that are made to swamp are another table: \`npm run bench -- bombs\`. Forged records of stopped runs are tried on the
deployed stack (\`test/e2e/abort.test.ts\`), whom roles trust by an independent verifier (\`test/unit/scripts/sts-double\`).
`;
  const permissions = readFileSync(project('docs', 'permissions.md'), 'utf8');
  for (const { power } of attacks) if (power !== undefined) expect(permissions).toContain(`## ${power}\n`);
  await expect(page).toMatchFileSnapshot('../../docs/security-tests.md');
  expect(
    judged
      .filter(([, { outcome }]) => outcome === 'refused badly' || outcome === 'succeeded')
      .map(([{ tries }]) => tries),
  ).toEqual([]);
}, 240_000);
