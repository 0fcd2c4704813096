import { type ClusterRun, PARTS } from './cluster-run.ts';
import { keyForm } from './key-form.ts';
import {
  A_STEP,
  ALL_OF_A_CLUSTER,
  NOT_YET,
  OF_A_CLUSTER,
  OF_A_RELEASE,
  OF_AN_ADD_ON,
  type OperationFacts,
  USED_ONCE,
} from './operation-facts.ts';

/**
 * Everything that is to be known of an operation. Who starts it, reads its bundles, keeps them, tells of it or
 * reports on it asks here: a new one is a row.
 */
export const OPERATIONS = {
  prepare: {
    machine: 'prepare',
    keys: OF_A_CLUSTER('prepare'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'makes the credentials of a cluster',
    run: { ...ALL_OF_A_CLUSTER, results: 'install-files' },
    exists: true,
  },
  adopt: {
    machine: 'prepare',
    keys: OF_A_CLUSTER('adopt'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'registers a cluster that something else made; reads everything and changes nothing',
    run: { ...ALL_OF_A_CLUSTER, results: 'nothing', registersOnly: true },
    exists: true,
  },
  migrate: {
    machine: 'prepare',
    keys: OF_A_CLUSTER('migrate'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary:
      'makes the credentials of a cluster that runs with long-lived keys, for the signing key that it has, and says how it comes to use them',
    run: { ...ALL_OF_A_CLUSTER, results: 'manifests', signsAlready: true },
    exists: true,
  },
  'create-key-pair': {
    machine: 'prepare',
    keys: OF_A_CLUSTER('create-key-pair'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'makes the signing key of a cluster, and nothing else',
    run: { ...A_STEP, makes: ['key'] },
    exists: true,
  },
  'create-identity-provider': {
    machine: 'prepare',
    keys: OF_A_CLUSTER('create-identity-provider'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'makes the issuer of a cluster and its identity provider, for the key that is there',
    run: { ...A_STEP, makes: ['issuer'] },
    exists: true,
  },
  'create-iam-roles': {
    machine: 'prepare',
    keys: OF_A_CLUSTER('create-iam-roles'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'makes the roles of a cluster and their Secrets, for the provider that is there',
    run: {
      ...A_STEP,
      makes: ['roles'],
      requests: 'of-the-release-exactly',
      refusesLess: true,
      movesRelease: true,
    },
    exists: true,
  },
  upgrade: {
    machine: 'prepare',
    keys: OF_A_RELEASE('upgrade'),
    target: 'registered',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'adds what a newer release asks for',
    run: {
      makes: PARTS,
      requests: 'of-the-release-too',
      refusesLess: false,
      removesByName: false,
      movesRelease: false,
      acceptsSameRelease: false,
      addsRelease: true,
      results: 'secrets-of-the-release',
    },
    exists: true,
  },
  prune: {
    machine: 'prepare',
    keys: OF_A_RELEASE('prune'),
    target: 'registered',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: "removes what only an earlier release than the cluster's asked for",
    run: {
      makes: PARTS,
      requests: 'of-the-release-exactly',
      refusesLess: false,
      removesByName: true,
      movesRelease: true,
      acceptsSameRelease: true,
      addsRelease: false,
      results: 'install-files',
    },
    exists: true,
  },
  add: {
    machine: 'prepare',
    keys: OF_AN_ADD_ON('add'),
    target: 'registered',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'adds an optional operator to a cluster, or replaces what it asks for',
    run: {
      makes: PARTS,
      requests: 'of-an-add-on-exactly',
      refusesLess: false,
      removesByName: false,
      movesRelease: false,
      acceptsSameRelease: true,
      addsRelease: false,
      results: 'secrets-of-the-add-on',
    },
    exists: true,
  },
  remove: {
    machine: 'prepare',
    keys: OF_AN_ADD_ON('remove'),
    target: 'registered',
    bundle: 'none',
    keptDays: USED_ONCE,
    summary: 'takes an optional operator away again; what the file says does not matter',
    run: {
      makes: PARTS,
      requests: 'none-of-an-add-on',
      refusesLess: false,
      removesByName: false,
      movesRelease: false,
      acceptsSameRelease: true,
      addsRelease: false,
      results: 'secrets-of-the-add-on',
    },
    exists: true,
  },
  audit: {
    machine: 'audit',
    keys: OF_A_RELEASE('audit'),
    target: 'registered',
    bundle: 'optional',
    keptDays: undefined,
    summary: 'compares clusters with the available releases; a bundle is available to its cluster only',
    run: undefined,
    exists: true,
  },
  releases: {
    machine: 'audit',
    keys: [keyForm('releases/<release>')],
    target: 'fleet',
    bundle: 'required',
    keptDays: undefined,
    summary: 'makes a release available to all clusters, and audits them',
    run: undefined,
    exists: true,
  },
  discover: {
    machine: 'audit',
    keys: [keyForm('discover/<bundle>')],
    target: 'fleet',
    bundle: 'none',
    keptDays: USED_ONCE,
    summary:
      'lists all clusters of the account, registered or not, and how to adopt them; what the file says does not matter',
    listsAccount: true,
    run: undefined,
    exists: true,
  },
  plan: {
    machine: 'plan',
    // What follows is the key that the bundle would be uploaded under.
    keys: [keyForm('plan/<operation>/<key>')],
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'says what a run of that operation would change, and changes nothing',
    run: undefined,
    exists: true,
  },
  'rotate-key': {
    ...NOT_YET,
    keys: OF_A_CLUSTER('rotate-key'),
    target: 'registered',
    bundle: 'none',
    summary: 'replaces the signing key of a cluster',
  },
  delete: {
    machine: 'delete',
    keys: [keyForm('delete/<cluster>')],
    target: 'registered',
    bundle: 'order',
    keptDays: USED_ONCE,
    summary: 'takes everything of a cluster away; the file is YAML with confirm: <cluster>',
    plansItself: true,
    run: undefined,
    exists: true,
  },
} as const satisfies Readonly<Record<string, OperationFacts>>;

type Operations = typeof OPERATIONS;

/** First segment of the keys of the intake bucket. */
export type Operation = keyof Operations;

/** Operations whose runs change a cluster. */
export type ClusterOperation = {
  [Name in Operation]: Operations[Name]['run'] extends undefined ? never : Name;
}[Operation];

/** Those that make one part of a cluster and not the others. */
export type StepOperation = {
  [Name in ClusterOperation]: Operations[Name]['run'] extends { readonly makes: typeof PARTS } ? never : Name;
}[ClusterOperation];

/** Those of them whose key names this, beside a registered cluster. */
type OperationNaming<Part extends string> = {
  [Name in ClusterOperation]: Operations[Name]['target'] extends 'registered'
    ? Part extends Operations[Name]['keys'][0]['parts'][number]
      ? Name
      : never
    : never;
}[ClusterOperation];

/** Those that change a cluster which is there already, for a release. */
export type ReleaseOperation = OperationNaming<'release'>;

/** Those that change one for an add-on. */
export type AddOnOperation = OperationNaming<'name'>;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly Operation[];

export const CLUSTER_OPERATIONS = OPERATION_NAMES.filter(
  (name): name is ClusterOperation => OPERATIONS[name].run !== undefined,
);

/** The facts of an operation, whichever it is. */
export function operationFacts(name: Operation): OperationFacts {
  return OPERATIONS[name];
}

/** What a run of an operation does. */
export function clusterRun(name: ClusterOperation): ClusterRun {
  return OPERATIONS[name].run;
}

/** The operation that a key is for; undefined where its first segment names none. */
export function operationOfKey(key: string): Operation | undefined {
  const [first = ''] = key.split('/');
  return OPERATION_NAMES.find((name) => name === first);
}

/** The operation of a name that comes from outside; undefined when its runs change no cluster. */
export function asClusterOperation(name: string): ClusterOperation | undefined {
  return CLUSTER_OPERATIONS.find((each) => each === name);
}
