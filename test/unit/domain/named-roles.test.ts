import { expect, it } from 'vitest';
import { checkNamed } from '../../../core/domain/named-roles.ts';
import { FROM_RELEASE, fromAddOn } from '../../../core/domain/request-source.ts';
import { demoCluster, request } from '../../support/fakes/demo-cluster.ts';

const cluster = demoCluster(
  {},
  ['asked', 'gone', 'efs', 'legacy'].map((name) => request(name, 'creds', 'x')),
);
const SOURCES = { asked: [FROM_RELEASE], gone: [FROM_RELEASE], efs: [fromAddOn('efs')], legacy: [] };
const current = {
  ...cluster,
  roles: cluster.roles.map((role) => ({
    ...role,
    requestedBy: SOURCES[role.secretRef.namespace as keyof typeof SOURCES],
  })),
};
const asked = current.roles.filter(({ secretRef }) => secretRef.namespace === 'asked');

it.each<[string, string, RegExp | undefined]>([
  ['of which nobody knows who asked for it', 'demo-legacy-creds', undefined],
  ['that the release stops asking for', 'demo-gone-creds', undefined],
  ['that the release asks for', 'demo-asked-creds', /^The release asks for demo-asked-creds/],
  ['that an add-on asks for', 'demo-efs-creds', /^Add-on efs asks.*remove\/demo\/efs\.yaml/],
  ['that the cluster does not have', 'demo-typo', /^Cluster demo has no role "demo-typo"/],
])('a prune that names a role %s', (_, name, refused) => {
  const problems = checkNamed([name], asked, current).map(({ message, remedy }) => `${message} ${remedy}`);
  expect(problems).toEqual(refused === undefined ? [] : [expect.stringMatching(refused)]);
});

it('no other operation may name one', () => {
  expect(checkNamed(['demo-gone-creds'], [], undefined)).toMatchObject([
    { code: 'RoleNotRemovable', message: expect.stringContaining('only a prune') },
  ]);
  expect(checkNamed([], [], undefined)).toEqual([]);
});
