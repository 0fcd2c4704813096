import { describe, expect, it } from 'vitest';
import { auditHtml } from '../../../../core/domain/audit/html.ts';
import { auditMarkdown } from '../../../../core/domain/audit/markdown.ts';
import type { Finding } from '../../../../core/domain/audit/report.ts';
import { fleetAuditReport, fleetCluster } from '../../../support/fleet-audits.ts';

/** Of a report that is read in a browser, and sent by mail. */
const MAX_BYTES = 3_000_000;

const report = fleetAuditReport(300, 5);
const findings: readonly Finding[] = report.clusters.flatMap(({ drift, releases }) => [
  ...drift,
  ...releases.flatMap((release) => release.findings),
]);
const page = auditHtml(report);
const markdown = auditMarkdown(report);

describe('the report of 300 clusters and 5 releases', () => {
  it('is of a fleet in which much is wrong', () => {
    expect(report.clusters).toHaveLength(300);
    expect(findings.length).toBeGreaterThan(8_000);
    expect(Buffer.byteLength(JSON.stringify(report))).toBeGreaterThan(3 * MAX_BYTES);
  });

  it.each([
    ['page', page],
    ['text', markdown],
  ])('is below 3 MB as a %s', (_, written) => {
    expect(Buffer.byteLength(written)).toBeLessThan(MAX_BYTES);
  });

  it.each([
    ['page', page],
    ['text', markdown],
  ])('names every cluster, and has its commands, as a %s', (_, written) => {
    for (let row = 0; row < 300; row += 1) expect(written).toContain(fleetCluster(row));
    const gates = report.clusters.flatMap(({ releases }) => releases.flatMap(({ gate = [] }) => gate));
    const retractions = report.clusters.flatMap(({ retract }) => retract?.commands ?? []);
    expect(retractions.length).toBeGreaterThan(0);
    const count = (command: string) => written.split(command).length - 1;
    expect(count('upgradeable-to=')).toBe(
      gates.filter((command) => command.includes('upgradeable-to=')).length,
    );
    expect(count('upgradeable-to-')).toBe(retractions.length);
  });

  it('tells a problem once, with the clusters that have it', () => {
    expect(page.match(/<b>225 clusters<\/b>, 4\.16\.0: <code>PermissionsMissing<\/code>/g)).toHaveLength(4);
    expect(markdown.match(/^In 225 clusters: prod-us-east-2-001, /gm)?.length).toBeGreaterThan(3);
  });

  it('has every long text once', () => {
    const texts = [...page.matchAll(/<pre[^>]*>([^<]*)<\/pre>/g)].map(([, text = '']) => text);
    const long = texts.filter((text) => text.length > 400);
    expect(long.length).toBeGreaterThan(5);
    expect(new Set(long).size).toBe(long.length);
  });
});

describe('the report of a fleet in which each cluster has policies of its own', () => {
  const unlike = {
    ...report,
    clusters: report.clusters.map((cluster, row) => ({
      ...cluster,
      releases: cluster.releases.map((release) => ({
        ...release,
        findings: release.findings.map(({ live, ...finding }) => ({
          ...finding,
          ...(live === undefined ? {} : { live: `${live} of vpc-${row} ${'x'.repeat(200)}` }),
        })),
      })),
    })),
  };

  it.each([
    ['page', auditHtml],
    ['text', auditMarkdown],
  ])('leaves evidence out before it is 3 MB, and says so, as a %s', (_, write) => {
    const written = write(unlike);
    expect(Buffer.byteLength(written)).toBeLessThan(MAX_BYTES);
    expect(written).toContain('Left out, because this report would become too large');
    for (let row = 0; row < 300; row += 1) expect(written).toContain(fleetCluster(row));
  });
});
