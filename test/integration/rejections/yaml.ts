import type { RejectionName } from '../../../core/domain/problem.ts';
import { bundle, CLUSTER_FILE, REQUEST_FILE, request, requestOf } from '../../support/bundles.ts';
import type { BadBundle } from './bad-bundle.ts';

/** YAML that cannot be read, or should not be. */
export const yaml: BadBundle[] = [
  yamlFile('a bracket that is not closed', 'YamlMalformed', 'kind: [CredentialsRequest\n'),
  yamlFile('a tab as indentation', 'YamlMalformed', 'spec:\n\tsecretRef: x\n'),
  yamlFile('a key twice', 'YamlMalformed', 'kind: CredentialsRequest\nkind: CredentialsRequest\n'),
  yamlFile('a tag that makes an object', 'YamlMalformed', 'kind: !!python/object:os.system rm\n'),
  yamlFile('an unknown alias', 'YamlMalformed', 'kind: *nowhere\n'),
  yamlFile('a key named __proto__', 'YamlMalformed', '__proto__: {kind: CredentialsRequest}\n'),
  {
    title: 'a file that is not UTF-8',
    bundle: () => bundle({ [REQUEST_FILE]: Buffer.from('kind: \xff\xfe', 'latin1') }),
    error: 'YamlMalformed',
    problems: [{ file: REQUEST_FILE, says: 'UTF-8' }],
  },
  {
    title: 'a malformed document behind good ones',
    bundle: () =>
      bundle({ [REQUEST_FILE]: `${request()}---\n${requestOf('registry')}---\nkind: "CredentialsRequest\n` }),
    error: 'YamlMalformed',
    problems: [{ file: REQUEST_FILE, document: 3, says: 'Line' }],
  },
  {
    title: 'a malformed cluster.yaml',
    bundle: () => bundle({ [CLUSTER_FILE]: 'name: [demo\n' }),
    error: 'YamlMalformed',
    problems: [{ file: CLUSTER_FILE, document: 1 }],
  },
  {
    title: 'a malformed install-config.yaml',
    bundle: () => bundle({ [CLUSTER_FILE]: undefined, 'install-config.yaml': 'metadata: {name: demo\n' }),
    error: 'YamlMalformed',
    problems: [{ file: 'install-config.yaml', document: 1 }],
  },
  yamlFile(
    'a bomb of aliases',
    'YamlTooComplex',
    [
      'a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]',
      ...'bcdefgh'.split('').map((letter, index) => {
        const previous = 'abcdefg'[index];
        return `${letter}: &${letter} [${Array.from({ length: 10 }, () => `*${previous}`).join(', ')}]`;
      }),
    ].join('\n'),
  ),
  yamlFile('100 levels', 'YamlTooComplex', `a: ${'['.repeat(100)}${']'.repeat(100)}\n`),
  {
    title: 'more than 5,000 documents in a file',
    bundle: () => bundle({ [REQUEST_FILE]: '---\n'.repeat(5_001) }),
    error: 'YamlTooComplex',
    problems: [{ file: REQUEST_FILE, document: 5_001 }],
  },
];

function yamlFile(title: string, error: RejectionName, text: string): BadBundle {
  return {
    title: `${title} in a YAML file`,
    bundle: () => bundle({ [REQUEST_FILE]: text }),
    error,
    problems: [{ file: REQUEST_FILE, document: 1, says: /^Line \d+, column \d+: / }],
  };
}
