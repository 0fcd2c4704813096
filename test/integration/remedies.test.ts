import { describe, expect, it } from 'vitest';
import { KINDS } from '../../core/domain/audit/kinds.ts';
import { auditAccount } from '../support/audit.ts';
import { account, CLUSTER, preparedCluster } from '../support/drift/cluster.ts';
import { DRIFTS } from '../support/drift/drifts.ts';
import { followRemedy } from '../support/drift/follow-remedy.ts';

preparedCluster();

/** Kinds whose remedies cannot be followed here, and why. */
const NOT_HERE: Readonly<Record<string, string>> = {
  AudienceMissing: 'the emulator adds no audience to a provider that is there',
  AudienceExtra: 'the emulator takes no audience from a provider',
};

describe('what an audit says to do', () => {
  it.each(DRIFTS.filter(([, , kinds]) => !kinds.some((kind) => kind in NOT_HERE)))(
    'mends it, followed to the letter: %s',
    async (_, make) => {
      await make();
      // One thing mended may show, or mend, another; nothing takes more than one remedy for each finding.
      const { drift } = (await auditAccount(account)).cluster(CLUSTER);
      let left = drift.filter(({ severity }) => severity !== 'info');
      for (let round = left.length; round > 0 && left.length > 0; round -= 1) {
        for (const found of left) await followRemedy(found);
        const again = (await auditAccount(account)).cluster(CLUSTER);
        left = again.drift.filter(({ severity }) => severity !== 'info');
      }
      expect(left.map(({ kind, remedy }) => `${kind}: ${remedy}`)).toEqual([]);
    },
  );
});

it('every kind of drift has a remedy that is tried', () => {
  const here = new Set(DRIFTS.flatMap(([, , kinds]) => kinds));
  const elsewhere: Readonly<Record<string, string>> = {
    ClusterUnfinished: 'the step that comes next, followed in single-steps.test.ts',
    IssuerBucketForeign: 'needs another account; there is nothing to do but to find out whose it is',
    ProviderUrlChanged: 'IAM names a provider by its URL and cannot change it',
    TrustRestricted: 'says that nothing has to be done',
  };
  // What releases ask for: release-remedies.test.ts.
  const drift = Object.keys(KINDS).slice(0, Object.keys(KINDS).indexOf('ComponentNew'));
  expect([...here, ...Object.keys(elsewhere)].sort()).toEqual(drift.sort());
  for (const kind of Object.keys(NOT_HERE)) expect(here).toContain(kind);
});
