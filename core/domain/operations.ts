import { type ClusterRun, PARTS } from './cluster-run.ts';
import { type KeyForm, keyForm } from './key-form.ts';

/** A state machine that bundles start. */
export type Machine = 'prepare' | 'audit' | 'plan' | 'delete';

interface OperationFacts {
  readonly machine: Machine;
  /** How its bundles are uploaded; what a form does not say the bundle has to. */
  readonly keys: readonly [KeyForm, ...KeyForm[]];
  /** A cluster that need not be known, one of the registry, or all of them. */
  readonly target: 'new' | 'registered' | 'fleet';
  /** `order`: one YAML file that says what is to be done. */
  readonly bundle: 'required' | 'optional' | 'none' | 'order';
  /** Days after which a bundle is of no use any more; undefined where every audit reads it again. */
  readonly keptDays: number | undefined;
  /** In one line, for lists. */
  readonly summary: string;
  /** Whether it lists what there is in the account, in place of an audit. */
  readonly listsAccount?: true;
  /** Whether its machine plans by itself what is uploaded below `plan/`. */
  readonly plansItself?: true;
  /** What its runs do; of an audit nothing, and undefined while the operation does not exist yet. */
  readonly run: ClusterRun | undefined;
  readonly exists: boolean;
}

/** A failed run can be redriven for 14 days, and people come back to what they uploaded. */
const USED_ONCE = 30;

const OF_A_CLUSTER = (name: string) =>
  [keyForm(`${name}/<region>/<cluster>`), keyForm(`${name}/<bundle>`)] as const;
const OF_A_RELEASE = (name: string) => [keyForm(`${name}/<cluster>/<release>`)] as const;
const OF_AN_ADD_ON = (name: string) => [keyForm(`${name}/<cluster>/<name>`)] as const;

const NOT_YET = { machine: 'prepare', keptDays: USED_ONCE, run: undefined, exists: false } as const;

/** One part of what a prepare makes, of the same bundle. */
const A_STEP = {
  requests: 'of-nobody',
  refusesLess: false,
  removesByName: false,
  movesRelease: false,
  acceptsSameRelease: true,
  addsRelease: false,
  results: 'files-of-the-step',
} as const;

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
    run: {
      makes: PARTS,
      requests: 'of-the-release-exactly',
      refusesLess: true,
      removesByName: false,
      movesRelease: true,
      acceptsSameRelease: true,
      addsRelease: false,
      results: 'install-files',
    },
    exists: true,
  },
  adopt: {
    machine: 'prepare',
    keys: OF_A_CLUSTER('adopt'),
    target: 'new',
    bundle: 'required',
    keptDays: USED_ONCE,
    summary: 'registers a cluster that something else made; reads everything and changes nothing',
    run: {
      makes: PARTS,
      requests: 'of-the-release-exactly',
      refusesLess: true,
      removesByName: false,
      movesRelease: true,
      acceptsSameRelease: true,
      addsRelease: false,
      results: 'nothing',
      registersOnly: true,
    },
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

/** Whether the key of an operation names a registered cluster and a release. */
export function isReleaseOperation(name: ClusterOperation): name is ReleaseOperation {
  return isOfRegistered(name, 'release');
}

/** Whether the key of an operation names a registered cluster and an add-on. */
export function isAddOnOperation(name: ClusterOperation): name is AddOnOperation {
  return isOfRegistered(name, 'name');
}

function isOfRegistered(name: ClusterOperation, part: string): boolean {
  const { target, keys } = operationFacts(name);
  return target === 'registered' && keys[0].parts.includes(part);
}

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly Operation[];

export const CLUSTER_OPERATIONS = OPERATION_NAMES.filter(
  (name): name is ClusterOperation => OPERATIONS[name].run !== undefined,
);

/** Whether an operation makes one part of a cluster and not the others. */
export function isStepOperation(name: ClusterOperation): name is StepOperation {
  return clusterRun(name).makes.length < PARTS.length;
}

export const STEP_OPERATIONS = CLUSTER_OPERATIONS.filter(isStepOperation);

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

const PLAN: Operation = 'plan';

/** The key that a bundle would be uploaded under, of one that is only to be planned with; undefined of any other. */
export function plannedKey(key: string): string | undefined {
  return operationOfKey(key) === PLAN ? key.slice(`${PLAN}/`.length) : undefined;
}

/** Those whose bundles do something by themselves; a plan is of one of these. */
export const DIRECT_OPERATIONS = OPERATION_NAMES.filter((name) => name !== PLAN);

/** The key under which the same bundle is planned with only. */
export function planKey(key: string): string {
  return `${PLAN}/${key}`;
}

/** The operation of a name that comes from outside; undefined when its runs change no cluster. */
export function asClusterOperation(name: string): ClusterOperation | undefined {
  return CLUSTER_OPERATIONS.find((each) => each === name);
}
