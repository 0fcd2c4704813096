import { expect, it } from 'vitest';
import { created, updated } from '../../../core/domain/change.ts';
import { allChanges } from '../../../core/domain/plan.ts';

it('all changes of a plan come in the order they are made', () => {
  const change = (resource: string) => ({ changes: [created(resource), updated(resource, 'tags')] });
  const changes = allChanges({
    version: 1,
    run: 'r',
    files: change('file'),
    roles: [
      { index: 0, ...change('role 0') },
      { index: 4, ...change('role 4') },
    ],
    provider: change('provider'),
    issuer: change('issuer'),
    signingKey: change('key'),
    removals: {
      roles: [{ name: 'unused', before: { arn: 'a', path: '/', tags: {} } }],
      manifests: [{ path: 'manifests/unused.yaml', versionId: 'v', etag: 'e' }],
      kept: ['a role that stays'],
    },
  });
  expect(changes.map(({ action, resource, part }) => `${action} ${resource} ${part}`)).toEqual([
    ...['key', 'issuer', 'provider', 'role 0', 'role 4', 'file'].flatMap((name) => [
      `create ${name} all`,
      `update ${name} tags`,
    ]),
    'delete manifests/unused.yaml all',
    'delete role unused all',
  ]);
});
