import { expect, it, test } from 'vitest';
import { CHECKS } from '../../../core/domain/checks.ts';
import { deletionHtml } from '../../../core/domain/deletion/html.ts';
import { reportHtml } from '../../../core/domain/report-html.ts';
import { SAMPLE_DELETION, SAMPLE_FAILURE, SAMPLE_GRANTS, SAMPLE_RUN } from '../../support/sample-runs.ts';

it('says what was made, what was proved and what is to be done', () => {
  const page = reportHtml(SAMPLE_RUN, CHECKS, SAMPLE_GRANTS);
  expect(page).toContain('<title>demo: Prepared and verified</title>');
  for (const { arn } of SAMPLE_RUN.roles ?? []) expect(page).toContain(arn);
  expect(page).toContain('openshift-install create manifests');
  expect(page).toContain(CHECKS.jwks);
});

it('has the commands for what is left of a run that failed, and nothing to be done afterwards', () => {
  const page = reportHtml(SAMPLE_FAILURE, CHECKS);
  expect(page).toContain('aws iam delete-role --role-name demo-b');
  expect(page).toContain('<code>aws s3 ls</code>');
  expect(page).not.toContain('openshift-install');
});

test('a deletion lists what is left before all else', () => {
  const page = deletionHtml(SAMPLE_DELETION);
  expect(page.indexOf('What is left')).toBeGreaterThan(0);
  expect(page.indexOf('What is left')).toBeLessThan(page.indexOf('What was removed'));
});

test.each([
  ['a run', (text: string) => reportHtml({ ...SAMPLE_RUN, warnings: [text] }, CHECKS)],
  [
    'a deletion',
    (text: string) =>
      deletionHtml({ ...SAMPLE_DELETION, items: [{ resource: text, outcome: 'left', detail: text }] }),
  ],
])('what a stranger says is text on the page of %s', (_, pageOf) => {
  expect(pageOf('<script>1</script>`<b>`')).not.toMatch(/<script>1|<b>`/);
});
