import { type Document, isAlias, isMap, isScalar, parseDocument, visit, type YAMLMap } from 'yaml';
import { ClientError, EXIT } from './errors.ts';

/**
 * What the pipeline reads of install-config.yaml, which has a pull secret, an SSH key and proxy passwords besides. A branch
 * that ends here is kept with all that is below it. A test holds it against what core/domain/cluster-claims.ts reads.
 */
const KEPT: Tree = {
  metadata: { name: true },
  platform: { aws: { region: true, userTags: true } },
  credentialsMode: true,
  featureSet: true,
  featureGates: true,
  capabilities: true,
};

interface Tree {
  readonly [key: string]: true | Tree;
}

/** An install-config.yaml with what is uploaded of it. */
export interface Stripped {
  readonly text: string;
  /** Dotted names of what was left out, in the order of the file. */
  readonly left: readonly string[];
}

/**
 * Leaves out of an install-config.yaml what no run needs, comments among it: people keep old secrets there. Throws
 * ClientError for a file of which that cannot be told: it is not uploaded.
 *
 * @param path For messages.
 */
export function stripInstallConfig(text: string, path: string): Stripped {
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw unusable(path, `it is not one document of YAML (${error.code})`);
  const { contents } = document;
  if (!isMap(contents)) throw unusable(path, 'it is not a mapping');
  const left: string[] = [];
  const refers = () => unusable(path, 'what is needed of it refers to another place (a YAML alias)');
  if (!strip(document, contents, KEPT, '', left)) throw refers();
  visit(document, {
    Node(_, node) {
      node.comment = null;
      node.commentBefore = null;
    },
  });
  document.comment = null;
  document.commentBefore = null;
  try {
    return { text: document.toString({ lineWidth: 0 }), left };
  } catch {
    throw refers();
  }
}

/** Whether it could be told what is needed. Of another cloud its name is enough: a run refuses it by that. */
function strip(document: Document, map: YAMLMap, kept: Tree, above: string, left: string[]): boolean {
  let told = true;
  map.items = map.items.filter((pair) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const name = above === '' ? key : `${above}.${key}`;
    const below = Object.hasOwn(kept, key) ? kept[key] : undefined;
    if (below === true) return true;
    if (isAlias(pair.value) && below !== undefined) told = false;
    if (below !== undefined && isMap(pair.value)) {
      if (!strip(document, pair.value, below, name, left)) told = false;
      return true;
    }
    left.push(name);
    pair.value = document.createNode(null);
    return below !== undefined || (above === 'platform' && /^[a-z]{2,20}$/.test(key));
  });
  return told;
}

function unusable(path: string, why: string): ClientError {
  return new ClientError(
    `${path} was not uploaded: ${why}, so that its pull secret could not be left out.`,
    'Correct the file, or leave it out and say the cluster by --cluster and --cluster-region.',
    EXIT.usage,
  );
}
