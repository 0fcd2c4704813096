import type { RejectionName } from '../../../core/domain/problem.ts';

/** A file below `delete/` that is refused before anything is looked at. */
interface BadDeletion {
  readonly title: string;
  readonly key?: string;
  readonly text: string;
  readonly error: RejectionName;
  readonly says: string;
}

export const deletions: readonly BadDeletion[] = [
  {
    title: 'a file that confirms nothing',
    text: '',
    error: 'DeletionNotConfirmed',
    says: 'write confirm: held into the file',
  },
  {
    title: 'the name of another cluster',
    text: 'confirm: hold',
    error: 'DeletionNotConfirmed',
    says: 'It confirms "hold", and the key names "held"',
  },
  {
    title: 'a field that is none',
    text: 'confirm: held\nforce: true',
    error: 'DeletionInvalid',
    says: '"force" is no field of a deletion',
  },
  {
    title: 'two documents',
    text: 'confirm: held\n---\nconfirm: held',
    error: 'DeletionInvalid',
    says: 'The file has 2 documents',
  },
  {
    title: 'a region that is not that of the registered cluster',
    text: 'confirm: held\nregion: eu-west-1',
    error: 'DeletionInvalid',
    says: 'registered in us-east-2',
  },
  { title: 'no YAML', text: 'confirm: [held', error: 'YamlMalformed', says: 'Line 1' },
  {
    title: 'problems of several kinds',
    text: 'confirm: hold\nforce: true',
    error: 'InvalidBundle',
    says: 'It confirms "hold"',
  },
  {
    title: 'a cluster that nobody knows',
    key: 'delete/nobody.yaml',
    text: 'confirm: nobody',
    error: 'ClusterNotRegistered',
    says: 'region: <region>',
  },
  {
    title: 'a key in a folder',
    key: 'delete/us-east-2/held.yaml',
    text: 'confirm: held',
    error: 'ClusterIdentityMissing',
    says: 'delete/prod-east.yaml',
  },
  {
    title: 'an archive',
    key: 'delete/held.tgz',
    text: 'confirm: held',
    error: 'ClusterIdentityMissing',
    says: 'delete/prod-east.yaml',
  },
];

/** Why a deletion is refused by what there is; test/integration/delete.test.ts has it. */
export const REFUSED_BY_THE_ACCOUNT: readonly RejectionName[] = ['DeletionRefused'];
