/** The parts of a cluster, in the order they are made: its signing key, its issuer with the provider, its roles with their Secrets. */
export const PARTS = ['key', 'issuer', 'roles'] as const;

export type Part = (typeof PARTS)[number];

/** What a run does to the cluster that it is for; each is an answer that code asks for instead of the name. */
export interface ClusterRun {
  /** Which parts of the cluster it makes and proves; of the others nothing is written. */
  readonly makes: readonly Part[];
  /**
   * Whose requests the run is about, and what becomes of them. What others ask for stays as it is.
   * `exactly`: they are those of the bundle; `too`: those of the bundle come to them;
   * `of-nobody`: they stay as they are.
   */
  readonly requests:
    | 'of-the-release-exactly'
    | 'of-the-release-too'
    | 'of-an-add-on-exactly'
    | 'none-of-an-add-on'
    | 'of-nobody';
  /** Whether a bundle is refused that lacks something which the cluster has for its release; else that stays, or goes as the report says. */
  readonly refusesLess: boolean;
  /** Whether the bundle may name roles to be removed. */
  readonly removesByName: boolean;
  /** Whether the cluster is one of the key's release afterwards; otherwise it stays at the one it is of. */
  readonly movesRelease: boolean;
  /** Whether the bundle may be of the very release that the cluster is prepared for. */
  readonly acceptsSameRelease: boolean;
  /** Whether the cluster is prepared for the key's release in addition, from then on. */
  readonly addsRelease: boolean;
  /** What there is to use afterwards: all that the installer needs, Secrets for the cluster that is there, or nothing. */
  readonly results:
    | 'install-files'
    | 'manifests'
    | 'secrets-of-the-release'
    | 'secrets-of-the-add-on'
    | 'files-of-the-step'
    | 'nothing';
  /** Whether it changes nothing but the registry: what is there is looked at, and known from then on. */
  readonly registersOnly?: true;
  /** Whether the cluster runs already and signs with a key of its own, so that the bundle has to bring the public half of it. */
  readonly signsAlready?: true;
}
