import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeletionReport, deletionReportSchema } from '../../core/domain/deletion/report.ts';
import { type Report, reportSchema } from '../../core/domain/report.ts';
import type { Grants } from '../../core/domain/report-html.ts';
import { project } from '../../scripts/local/paths.ts';

/* Reports as they are stored, with what makes their pages whole. */

const stored = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(project('test', 'unit', 'storage', 'samples'), ...path), 'utf8'));

export const SAMPLE_RUN: Report = {
  ...reportSchema.parse(stored('runReport', '1-of-a-prepare.json')),
  files: ['s3://output/clusters/demo/install.tar.gz'],
};

export const SAMPLE_GRANTS: Grants = Object.fromEntries(
  (SAMPLE_RUN.roles ?? []).map(({ name }) => [
    name,
    ['ec2:DescribeVpcs on *', 's3:GetObject on arn:aws:s3:::a/*'],
  ]),
);

export const SAMPLE_FAILURE: Report = {
  ...SAMPLE_RUN,
  outcome: 'rollback-incomplete',
  error: {
    name: 'ResourceConflict',
    cause: 'Bucket demo-oidc belongs to another AWS account.\nRun `aws s3 ls`.',
  },
  undo: [
    { resource: 'role demo-a', outcome: 'undone', detail: 'deleted' },
    {
      resource: 'role demo-b',
      outcome: 'left',
      detail: 'AWS refused to delete it',
      commands: [
        'aws iam delete-role-policy --role-name demo-b --policy-name demo-b',
        'aws iam delete-role --role-name demo-b',
      ],
    },
  ],
  verification: [],
};

const deletion = deletionReportSchema.parse(stored('deletionReport', '1.json'));
export const SAMPLE_DELETION: DeletionReport = {
  ...deletion,
  outcome: 'incomplete',
  items: [
    ...deletion.items,
    {
      resource: 'role demo-b',
      outcome: 'left',
      detail: 'AWS refused it',
      commands: ['aws iam delete-role --role-name demo-b'],
    },
  ],
};
