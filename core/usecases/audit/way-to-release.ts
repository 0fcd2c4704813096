import type { ReleaseAudit } from '../../domain/audit/report.ts';
import { isBetween, type Minor, minorName, waysBetween } from '../../domain/release-path.ts';

/** Something that keeps a way closed. */
export interface Obstacle {
  readonly status: Exclude<ReleaseAudit['status'], 'ready'>;
  readonly reason: string;
}

/** Minor versions of which bundles are on hand, by name. */
export interface OnHand {
  readonly open: ReadonlySet<string>;
  /** Each with a release of it that is not ready. */
  readonly closed: ReadonlyMap<string, Pick<ReleaseAudit, 'status' | 'release'>>;
}

/**
 * What keeps the way from one minor version to another closed: what has to be passed and is not open, and what the
 * annotation would open besides and is known not to be. Of several ways the one counts that is open, else the first.
 */
export function whatIsInTheWay(from: Minor, to: Minor, onHand: OnHand, cluster: string): readonly Obstacle[] {
  const ways = waysBetween(from, to);
  const way = ways.find((minors) => minors.every((minor) => onHand.open.has(minorName(minor)))) ?? ways[0];
  if (way === undefined)
    return [
      {
        status: 'unknown',
        reason: `It is not known which releases lead from ${minorName(from)} to ${minorName(to)}.`,
      },
    ];
  const passed = way.map(minorName);
  const besides = [...onHand.closed].filter(([name]) => !passed.includes(name) && isBetween(name, from, to));
  return [
    ...passed.filter((name) => !onHand.open.has(name)).map((name) => onTheWay(name, onHand, cluster)),
    ...besides.map(([name, { status }]) => obstacle(status, `The annotation would open ${name} too`)),
  ];
}

function onTheWay(name: string, onHand: OnHand, cluster: string): Obstacle {
  const { status, release } = onHand.closed.get(name) ?? {};
  switch (status) {
    case undefined:
      return {
        status: 'unknown',
        reason: `The way there leads through ${name}, which is not known to be ready: upload its bundle below releases/ too.`,
      };
    case 'not-ready':
      return {
        status: 'not-ready',
        reason: `The way there leads through ${name}, which is not ready: upload its bundle as upgrade/${cluster}/${release}.tgz first.`,
      };
    default:
      return {
        status: 'unknown',
        reason: `The way there leads through ${name}, which is not known to be ready; what is said of it above says why.`,
      };
  }
}

/** Something that is known not to be ready, or not known to be. */
export function obstacle(status: ReleaseAudit['status'], what: string): Obstacle {
  return status === 'not-ready'
    ? { status, reason: `${what}, which is not ready.` }
    : { status: 'unknown', reason: `${what}, which is not known to be ready.` };
}
