import { expect, it } from 'vitest';
import { created, updated } from '../../../core/domain/change.ts';
import { allChanges, type Plan, partsChangedBy } from '../../../core/domain/plan.ts';

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

it.each<[string, Partial<Plan>, string[]]>([
  ['none, where nothing changes', {}, []],
  ['the key', { signingKey: { changes: [created('signing key')] } }, ['key']],
  ['the issuer', { issuer: { changes: [updated('issuer', 'tags')] } }, ['issuer']],
  [
    'the issuer, where its provider alone changes',
    { provider: { changes: [created('provider')] } },
    ['issuer'],
  ],
  ['roles', { roles: [{ index: 1, changes: [updated('role', 'permissions')] }] }, ['roles']],
  ['files', { files: { changes: [created('file')] } }, ['files']],
])('the parts of a cluster that a plan changes: %s', (_, parts, expected) => {
  const nothing = { changes: [] };
  const plan: Plan = {
    version: 1,
    run: 'r',
    signingKey: nothing,
    issuer: nothing,
    provider: nothing,
    roles: [],
    files: nothing,
    ...parts,
  };
  const changed = Object.entries(partsChangedBy(plan)).filter(([, isChanged]) => isChanged);
  expect(changed.map(([part]) => part)).toEqual(expected);
});
