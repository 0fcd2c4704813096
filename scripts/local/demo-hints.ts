/** Where the product's texts name a key: `as upgrade/prod/4.21.0.tgz`, `below prepare/`, `of the form releases/…`. */
const PLACE =
  /\b(?:as|below|form|or) `?((?:<operation>|prepare|adopt|create-[a-z-]+|upgrade|prune|add|remove|delete|audit|releases)\/(?:[\w.<>/-]*[\w>/])?)/g;

/** Places that are written in full, or as a form to fill in, and the demo's options that lead there. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^prepare\/$/, ''],
  [/^(create-[a-z-]+)\/$/, '--operation $1'],
  [/^adopt\/(?:[^/]+\.tgz)?$/, '--operation adopt'],
  [/^<operation>\/<region>\/<name>\.tgz$/, '--name <name> --region <region>'],
  [/^(upgrade|prune|audit)\/([^/]+)\/(.+)\.tgz$/, '--operation $1 --name $2 --release $3'],
  [/^(upgrade|prune|audit)\/$/, '--operation $1 --name <cluster> --release <release>'],
  [/^(add|remove)\/([^/]+)\/(.+)\.(?:tgz|yaml)$/, '--operation $1 --name $2 --add-on $3'],
  [/^(add|remove)\/$/, '--operation $1 --name <cluster> --add-on <name>'],
  [/^delete\/([^/]+)\.yaml$/, '--operation delete --name $1'],
  [/^releases\/(.+)\.tgz$/, '--operation releases --release $1'],
  [/^releases\/$/, '--operation releases --release <release>'],
];

/** What the texts say of uploads and keys without naming one. */
const OTHERS: readonly (readonly [RegExp, place: string, how: string])[] = [
  [
    /\bkey (prepare|upgrade|prune|add|remove)\/|\bthe key says|\bname in the key\b/,
    'the key',
    'made of --operation, --name, --region, --release and --add-on',
  ],
  [/\bbundle of the cluster again\b/, 'the bundle of the cluster', demo('')],
  [
    /\bupload its upgrade again\b/,
    'its upgrade',
    demo('--operation upgrade --name <cluster> --release <release>'),
  ],
  [/\bprune what an earlier\b/, 'to prune', demo('--operation prune --name <cluster> --release <release>')],
];

/** An audit of a large fleet speaks of hundreds of uploads that are all alike. */
const MOST = 8;

/**
 * Lines on how the demo does the uploads that a report or an error speaks of. The pipeline knows nothing of the demo
 * and speaks of keys; who uses the demo never writes one.
 */
export function demoHints(markdown: string): readonly string[] {
  const text = markdown.replace(/\\(?=[^\w\s])/g, '');
  const places = [...new Set([...text.matchAll(PLACE)].map(([, place = '']) => place))];
  const hints = [
    ...places.flatMap((place) => {
      const known = OPTIONS.find(([form]) => form.test(place));
      return known === undefined ? [] : [[place, demo(place.replace(...known))] as const];
    }),
    ...OTHERS.filter(([sign]) => sign.test(text)).map(([, place, how]) => [place, how] as const),
  ];
  if (hints.length === 0) return [];
  const shown = hints.slice(0, MOST);
  const width = Math.max(...shown.map(([place]) => place.length));
  return [
    'With the demo, what is said of uploads and keys is:',
    ...shown.map(([place, how]) => `  ${place.padEnd(width)}  ${how}`),
    ...(hints.length > MOST ? [`  and ${hints.length - MOST} more like these`] : []),
  ];
}

function demo(options: string): string {
  return `npm run demo -- <bundle> ${options}`.trimEnd();
}
