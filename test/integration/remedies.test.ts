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

it('every kind of finding has a remedy that is tried', () => {
  const here = new Set(DRIFTS.flatMap(([, , kinds]) => kinds));
  const elsewhere: Readonly<Record<string, string>> = {
    IssuerBucketForeign: 'needs another account; there is nothing to do but to find out whose it is',
    ProviderUrlChanged: 'IAM names a provider by its URL and cannot change it',
    TrustRestricted: 'says that nothing has to be done',
  };
  const ofReleases: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      ['ComponentNew', 'PermissionsMissing', 'ServiceAccountMissing', 'SecretMissing', 'NamespaceNeeded'].map(
        (kind) => [kind, 'test/integration/audit-releases.test.ts, by the upgrade'],
      ),
    ),
    ReleasePermissionsUnclear: 'says to look, and to upgrade as for PermissionsMissing',
    ReleaseTrustUnclear: 'says to look, and to upgrade as for ServiceAccountMissing',
    ComponentGone: 'test/integration/prune.test.ts',
    ComponentGoneInUse: 'test/unit/usecases/audit/audit-release.test.ts',
    BundleIncomplete: 'test/unit/usecases/audit/audit-release.test.ts',
    ComponentUnclear: 'test/unit/usecases/audit/audit-release.test.ts',
    UpgradeRefused: 'says what the guard says: test/unit/domain/policy-guard.test.ts',
    SimulationDisagrees: 'says to look: the emulator has no simulator',
  };
  const told = [...here, ...Object.keys(elsewhere), ...Object.keys(ofReleases)];
  expect(told.sort()).toEqual(Object.keys(KINDS).sort());
  for (const kind of Object.keys(NOT_HERE)) expect(here).toContain(kind);
});
