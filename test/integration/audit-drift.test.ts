import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../core/domain/audit/kinds.ts';
import { auditAccount, kindsOf } from '../support/audit.ts';
import {
  account,
  BUCKET,
  CLUSTER,
  deleteRole,
  prepareAgain,
  preparedCluster,
  putResult,
  s3,
  trust,
} from '../support/drift/cluster.ts';
import { DRIFTS } from '../support/drift/drifts.ts';

preparedCluster();

describe('the drift audit', () => {
  it('finds nothing in an untouched cluster', async () => {
    const audit = await auditAccount(account);
    expect(audit.status).toBe('SUCCEEDED');
    expect(audit.cluster(CLUSTER)).toMatchObject({ status: 'clean', drift: [] });
  });

  it.each(DRIFTS)('finds that %s', async (_title, make, kinds) => {
    await make();
    const { drift, status } = (await auditAccount(account)).cluster(CLUSTER);
    expect(kindsOf(drift)).toEqual([...kinds].sort());
    expect(status).toBe('drifted');
    for (const { message, remedy, resource } of drift) {
      expect(message).toMatch(/\.$/);
      expect(remedy.length).toBeGreaterThan(10);
      expect(resource).not.toBe('');
    }
  });

  it('says nothing of a cluster that a run has mended', async () => {
    await deleteRole();
    await s3().send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'keys.json' }));
    expect((await auditAccount(account)).cluster(CLUSTER).status).toBe('drifted');
    await prepareAgain();
    expect((await auditAccount(account)).cluster(CLUSTER)).toMatchObject({ status: 'clean', drift: [] });
  });

  it('does not call drift what a run may be at work on', async () => {
    await deleteRole();
    await putResult(`clusters/${CLUSTER}/lock`, JSON.stringify({ execution: 'arn', run: 'demo-prepare-1' }));
    const { status, reason, drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect(status).toBe('unknown');
    expect(reason).toContain('demo-prepare-1');
    expect(kindsOf(drift)).toEqual(['RoleMissing']);
  });

  it('says that somebody restricted a role, and does not call it drift', async () => {
    await trust((statements) =>
      statements.map((statement) => {
        const { Condition } = statement as { Condition: { StringEquals: Record<string, unknown> } };
        const [key = ''] = Object.keys(Condition.StringEquals);
        const StringEquals = { ...Condition.StringEquals, [key.replace(':sub', ':aud')]: 'openshift' };
        return { ...(statement as object), Condition: { StringEquals } };
      }),
    );
    const { status, drift } = (await auditAccount(account)).cluster(CLUSTER);
    expect([status, kindsOf(drift)]).toEqual(['clean', ['TrustRestricted']]);
  });

  it('covers every kind of drift that can be made here', () => {
    const made = new Set(DRIFTS.flatMap(([, , kinds]) => kinds));
    const elsewhere = [
      // Needs AWS: another account or region, a provider whose URL can be changed.
      'IssuerBucketForeign',
      'ProviderUrlChanged',
      // A cluster that is made in part: single-steps.test.ts.
      'ClusterUnfinished',
      // No drift: see above.
      'TrustRestricted',
    ];
    const drift = Object.keys(KINDS).slice(0, Object.keys(KINDS).indexOf('ComponentNew'));
    expect([...made, ...elsewhere].sort()).toEqual(drift.sort());
  });
});
