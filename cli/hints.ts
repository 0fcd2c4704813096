/** Where the product's texts name a key: `as upgrade/prod/4.21.0.tgz`, `below prepare/`, `of the form releases/…`. */
const PLACE =
  /\b(?:as|below|form|or) `?((?:<operation>|prepare|adopt|migrate|create-[a-z-]+|upgrade|prune|add|remove|delete|audit|releases)\/(?:[\w.<>/-]*[\w>/])?)/g;

/** Places that are written in full, or as a form to fill in, and the commands that lead there. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/^(prepare|create-[a-z-]+)\/$/, '$1 <directory>'],
  [/^(adopt|migrate)\/(?:[^/]+\.tgz)?$/, '$1 <directory>'],
  [
    /^<operation>\/<region>\/<name>\.tgz$/,
    '<operation> <directory> --cluster <name> --cluster-region <region>',
  ],
  [/^(upgrade|prune|audit)\/([^/]+)\/(.+)\.tgz$/, '$1 <directory> --cluster $2 --release $3'],
  [/^(upgrade|prune|audit)\/([^/]+)\/$/, '$1 <directory> --cluster $2 --release <release>'],
  [/^(upgrade|prune|audit)\/$/, '$1 <directory> --cluster <cluster> --release <release>'],
  [/^add\/([^/]+)\/(.+)\.tgz$/, 'add <directory> --cluster $1 --add-on $2'],
  [/^add\/$/, 'add <directory> --cluster <cluster> --add-on <name>'],
  [/^remove\/([^/]+)\/(.+)\.(?:tgz|yaml)$/, 'remove --cluster $1 --add-on $2'],
  [/^remove\/$/, 'remove --cluster <cluster> --add-on <name>'],
  [/^delete\/([^/]+)\.yaml$/, 'delete <file> --cluster $1'],
  [/^releases\/(.+)\.tgz$/, 'releases <directory> --release $1'],
  [/^releases\/$/, 'releases <directory> --release <release>'],
];

/** What the texts say of uploads and keys without naming one. */
const OTHERS: readonly (readonly [RegExp, place: string, command: string])[] = [
  [
    /\bkey (prepare|upgrade|prune|add|remove)\/|\bthe key says|\bname in the key\b/,
    'the key',
    '<operation> with --cluster, --cluster-region, --release and --add-on',
  ],
  [/\bbundle of the cluster again\b/, 'the bundle of the cluster', 'prepare <directory>'],
  [
    /\bupload its upgrade again\b/,
    'its upgrade',
    'upgrade <directory> --cluster <cluster> --release <release>',
  ],
  [/\bprune what an earlier\b/, 'to prune', 'prune <directory> --cluster <cluster> --release <release>'],
];

/** An audit of a large fleet speaks of hundreds of uploads that are all alike. */
const MOST = 8;

/**
 * Lines on how the client does the uploads that a report or an error speaks of. The pipeline knows nothing of it and
 * speaks of keys; who uses it never writes one.
 *
 * @param client How the client is called here, such as `sts-prep`.
 */
export function hints(markdown: string, client: string): readonly string[] {
  const text = markdown.replace(/\\(?=[^\w\s])/g, '');
  const places = [...new Set([...text.matchAll(PLACE)].map(([, place = '']) => place))];
  const found = [
    ...places.flatMap((place) => {
      const known = COMMANDS.find(([form]) => form.test(place));
      return known === undefined ? [] : [[place, place.replace(...known)] as const];
    }),
    ...OTHERS.filter(([sign]) => sign.test(text)).map(([, place, how]) => [place, how] as const),
  ];
  if (found.length === 0) return [];
  const shown = found.slice(0, MOST);
  const width = Math.max(...shown.map(([place]) => place.length));
  return [
    'What is said of uploads and keys is, with this client:',
    ...shown.map(([place, how]) => `  ${place.padEnd(width)}  ${client} ${how}`),
    ...(found.length > MOST ? [`  and ${found.length - MOST} more like these`] : []),
  ];
}
