import { describe, expect, it } from 'vitest';
import { archiveDigest } from '../../../../core/resources/install-files/desired.ts';
import type { InstallFilesState } from '../../../../core/resources/install-files/observe.ts';
import { installFiles } from '../../../../core/resources/install-files/resource.ts';
import { MANIFESTS, spec } from './files.ts';

const [first, ...others] = MANIFESTS;
if (first === undefined) throw new Error('The demo cluster has no manifest.');
const texts = (files: typeof MANIFESTS) =>
  Object.fromEntries(files.map(({ path, content }) => [path, content]));
const converged: InstallFilesState = {
  manifests: texts(MANIFESTS),
  archiveDigest: archiveDigest(MANIFESTS, 'kid'),
};
const names = (state: InstallFilesState, kid: string | undefined = 'kid') =>
  installFiles.checks(spec(kid), state).map(({ check, subject }) => `${check} ${subject}`);

describe('files for the installer are not as they should be', () => {
  it.each<[string, InstallFilesState, string[]]>([
    ['nothing is amiss', converged, []],
    ['one is missing', { ...converged, manifests: texts(others) }, [`manifest-missing ${first.path}`]],
    [
      'one differs by a newline',
      { ...converged, manifests: { ...texts(others), [first.path]: `${first.content}\n` } },
      [`manifest-other ${first.path}`],
    ],
    ['there is no archive', { manifests: texts(MANIFESTS) }, ['archive-missing install.tar.gz']],
    ['the archive is of other files', { ...converged, archiveDigest: 'x' }, ['archive-other install.tar.gz']],
    ['there is another file', { ...converged, manifests: { ...converged.manifests, x: 'y' } }, []],
  ])('when %s', (_, state, expected) => {
    expect(names(state)).toEqual(expected);
  });

  it('when the archive is of another key, or the key is yet to be made', () => {
    expect(names(converged, 'other')).toEqual(['archive-other install.tar.gz']);
    expect(installFiles.checks(spec(), converged).map(({ check }) => check)).toEqual(['archive-other']);
  });

  it('without a word of what stands in a manifest, which may be a secret', () => {
    const state = { ...converged, manifests: { ...texts(others), [first.path]: 'c2VjcmV0' } };
    expect(JSON.stringify(installFiles.checks(spec('kid'), state))).not.toContain('c2VjcmV0');
  });
});
