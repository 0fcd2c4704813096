import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { project } from '../../scripts/local/paths.ts';
import { statementsOf } from './iam-policy.ts';
import { FUNCTION_NAMES, synthesise } from './synthesise.ts';

/** Services whose actions have another prefix than their client has. */
const PREFIXES: Readonly<Record<string, string>> = { sfn: 'states', eventbridge: 'events' };

/** Calls whose action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  's3:DeleteBucketTagging': 's3:PutBucketTagging',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:DeletePublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
};

/** The token is what allows the one; the other everybody may. */
const UNGUARDED = ['sts:AssumeRoleWithWebIdentity', 'sts:GetCallerIdentity'];

const FOLDER = project('core', 'aws');

const calls = readdirSync(FOLDER).flatMap((file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
  return [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-(\w+)'/g)].flatMap(
    ([, names = '', service = '']) =>
      [...names.matchAll(/\b(\w+)Command\b/g)].map(([, name]) => `${PREFIXES[service] ?? service}:${name}`),
  );
});

const template = synthesise();
const granted = new Set(
  FUNCTION_NAMES.flatMap((name) => statementsOf(template, name))
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action),
);

test.each([...new Set(calls)].filter((call) => !UNGUARDED.includes(call)))(
  'some function may call %s',
  (call) => {
    expect(granted).toContain(ACTIONS[call] ?? call);
  },
);
