import { describe, expect, it } from 'vitest';
import { created } from '../../../core/domain/change.ts';
import type { DesiredState } from '../../../core/domain/desired-state.ts';
import { reasonsForApproval } from '../../../core/domain/needs-approval.ts';
import type { Plan } from '../../../core/domain/plan.ts';
import type { PublishedKey } from '../../../core/domain/published-key.ts';
import { demoCluster, demoEntry } from '../../support/fakes/demo-cluster.ts';

type Said = DesiredState['approval'];

const desired = (approval: Said, more: Partial<DesiredState> = {}): DesiredState => ({
  ...demoCluster(),
  ...(approval === undefined ? {} : { approval }),
  ...more,
});
const known = (approval: Said, keys: readonly PublishedKey[] = []) => ({
  entry: {
    ...demoEntry(),
    keys: [...keys],
    ...(approval === 'required' ? { approval } : {}),
  },
  current: desired(approval),
});
const plan = (changes: Plan['provider']['changes'], keys?: readonly PublishedKey[]): Plan => ({
  version: 1,
  run: 'run-1',
  signingKey: { changes: [], ...(keys === undefined ? {} : { keys: [...keys] }) },
  issuer: { changes: [] },
  provider: { changes },
  roles: [],
  files: { changes: [] },
});

const SOME = plan([created('role x')]);
const NONE = plan([]);
const key = (state: PublishedKey['state']): PublishedKey => ({ kid: 'k1', thumbprint: 't1', state });
const DEMANDED = 'What changes of cluster demo has to be approved.';
const TAKEN_BACK = 'This run takes back that changes of the cluster have to be approved.';

describe('the plan of a run', () => {
  it.each<readonly [string, Parameters<typeof reasonsForApproval>, readonly string[]]>([
    ['that nobody demands it of', [desired(undefined), SOME, known(undefined), []], []],
    ['of a cluster that is done with it', [desired('none'), SOME, known('none'), []], []],
    ['of a new cluster that demands it', [desired('required'), SOME, undefined, []], [DEMANDED]],
    ['that changes nothing', [desired('required'), NONE, known('required'), ['prepare']], []],
    [
      'that takes the demand back, and changes nothing else',
      [desired('none'), NONE, known('required'), []],
      [DEMANDED, TAKEN_BACK],
    ],
    [
      'of an operation that the deployment has approved',
      [desired('none'), SOME, undefined, ['upgrade', 'prepare']],
      ['This deployment has every prepare approved.'],
    ],
    ['of another operation', [desired(undefined), SOME, undefined, ['upgrade']], []],
    [
      'that accepts a key, which only the registry has',
      [desired('required'), plan([], [key('next')]), known('required', [key('stranger')]), []],
      [DEMANDED, 'From this run on the signing key k1 is trusted.'],
    ],
    [
      'that trusts the keys that it trusted',
      [desired('required'), plan([], [key('signing')]), known('required', [key('next')]), []],
      [],
    ],
    [
      'that finds a key which nobody accepts',
      [desired('required'), plan([], [key('stranger')]), known('required'), []],
      [],
    ],
  ])('%s is to be approved for these reasons', (_, given, reasons) => {
    expect(reasonsForApproval(...given)).toEqual(reasons);
  });
});
