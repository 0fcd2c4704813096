import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MIGRATION_FILES,
  type MigrationFile,
  migrationFacts,
} from '../../../../core/domain/migration/facts.ts';
import { migrationStages, STAGES, type StageName } from '../../../../core/domain/migration/stages.ts';
import { migrationText } from '../../../../core/domain/migration/text.ts';
import {
  type Answers,
  apiServerOf,
  at,
  authenticationSet,
  ISSUER_COMMAND,
  MINT,
  MINTED,
  operatorOf,
  REPLACED,
  ROOT_SECRET,
  startedPod,
  texts,
  writtenSecret,
} from '../../../support/migrating.ts';
import {
  CREDENTIALS,
  credentialOf,
  ISSUER,
  listOf,
  PREPARED,
  secretOf,
} from '../../../support/verified-cluster.ts';

const NAMES = Object.keys(STAGES) as readonly StageName[];
const look = (answers: Partial<Answers>) =>
  migrationStages(migrationFacts(texts(answers)), PREPARED, 'out/demo/install');

/** What an administrator does, one after the other, as the commands say. */
const WAY: readonly (readonly [
  done: string,
  change: Partial<Answers>,
  next: StageName | 'none',
  command: RegExp,
])[] = [
  ['nothing', {}, 'issuer', /^oc patch authentication cluster .*demo-oidc/],
  [
    'patched the issuer',
    { authentication: authenticationSet(ISSUER, at('10:00')) },
    'rollout',
    /wait-for-stable-cluster/,
  ],
  [
    'waited until some kube-apiservers have it',
    { kubeapiserver: apiServerOf(ISSUER, [9, 8, 8]) },
    'rollout',
    /wait-for-stable/,
  ],
  [
    'waited until all have it, and an operator is at work',
    {
      kubeapiserver: apiServerOf(ISSUER),
      clusteroperators: listOf(operatorOf('ingress'), operatorOf('network', { Progressing: 'True' })),
    },
    'rollout',
    /wait-for-stable/,
  ],
  [
    'waited until the cluster is stable',
    { clusteroperators: listOf(operatorOf('ingress'), operatorOf('network')) },
    'restart',
    /reboot-machine-config-pool/,
  ],
  ['restarted the nodes', { pods: listOf(startedPod(at('11:00'))) }, 'mode', /"credentialsMode":"Manual"/],
  [
    'set the mode',
    { cloudcredential: credentialOf('Manual') },
    'secrets',
    /^oc replace -f out\/demo\/install\/manifests\/openshift-ingress-operator-cloud-credentials-credentials\.yaml$/,
  ],
  [
    'replaced the Secrets',
    { secrets: listOf(REPLACED, ROOT_SECRET) },
    'second-restart',
    /reboot-machine-config-pool/,
  ],
  [
    'restarted the nodes again',
    { pods: listOf(startedPod(at('13:00'))) },
    'root-secret',
    /^oc delete secret aws-creds -n kube-system$/,
  ],
  ['deleted the root Secret', { secrets: listOf(REPLACED) }, 'none', /./],
];

const stepsDone = (steps: number): Answers =>
  Object.assign({}, MINT, ...WAY.slice(0, steps + 1).map(([, change]) => change));

describe('a cluster on its way to STS', () => {
  it.each(WAY.map(([done, , next, command], steps) => [done, next, steps, command] as const))(
    'whose administrator has %s is told of %s next, and of nothing that comes later',
    (_, next, steps, command) => {
      const { outcome, stages } = look(stepsDone(steps));
      const open = stages.filter(({ status }) => status === 'open');
      if (next === 'none') {
        expect(outcome).toBe('done');
        return expect(stages.map(({ status }) => status)).toEqual(NAMES.map(() => 'done'));
      }
      expect(outcome).toBe('open');
      expect(open.map(({ stage }) => stage)).toEqual([next]);
      expect(open[0]?.commands?.join('\n')).toMatch(new RegExp(command.source, 'm'));
      const position = NAMES.indexOf(next);
      expect(stages.slice(0, position).map(({ status }) => status)).toEqual(
        NAMES.slice(0, position).map(() => 'done'),
      );
      expect(stages.slice(position + 1).every(({ status }) => status === 'later')).toBe(true);
    },
  );

  it('that falls back is told of the stage that it fell back to', () => {
    const { stages } = look({ ...stepsDone(9), cloudcredential: credentialOf('Mint') });
    expect(stages.find(({ status }) => status === 'open')).toMatchObject({ stage: 'mode' });
  });

  it.each<readonly [string, Partial<Answers>, StageName, RegExp]>([
    [
      'a Secret that still holds a key',
      { secrets: listOf(writtenSecret(secretOf(CREDENTIALS, { aws_access_key_id: 'AKIA' }), at('12:00'))) },
      'secrets',
      /^1 of 1/,
    ],
    [
      'a Secret for another role',
      {
        secrets: listOf(writtenSecret(secretOf(CREDENTIALS.replace('role/demo', 'role/other')), at('12:00'))),
      },
      'secrets',
      /^1 of 1/,
    ],
    [
      'a pod that nobody restarted',
      { pods: listOf(startedPod(at('13:00')), startedPod(at('09:00'), { name: 'old', namespace: 'app' })) },
      'restart',
      /^1 of 2 pods is older: app\/old\.$/,
    ],
    [
      'an operator that is degraded',
      { clusteroperators: listOf(operatorOf('dns', { Degraded: 'True' })) },
      'rollout',
      /not stable: dns\./,
    ],
  ])('with %s is not done', (_, change, stage, detail) => {
    const found = look({ ...stepsDone(9), ...change }).stages.find(({ status }) => status === 'open');
    expect(found?.stage).toBe(stage);
    expect(found?.detail).toMatch(detail);
  });

  it('does not count pods that the kubelet starts without the API, and those that are over', () => {
    const mirror = startedPod(at('03:00'), { annotations: { 'kubernetes.io/config.mirror': 'x' } });
    const over = { ...startedPod(at('03:00')), status: { phase: 'Succeeded', startTime: at('03:00') } };
    expect(look({ ...stepsDone(9), pods: listOf(startedPod(at('13:00')), mirror, over) }).outcome).toBe(
      'done',
    );
  });

  it('has a Secret made that is not there, and in place of those that are others', () => {
    const { stages } = look({ ...stepsDone(6), secrets: listOf(ROOT_SECRET) });
    expect(stages.find(({ stage }) => stage === 'secrets')?.commands).toEqual([
      'oc create -f out/demo/install/manifests/openshift-ingress-operator-cloud-credentials-credentials.yaml',
    ]);
  });
});

describe('what cannot be told', () => {
  it.each(Object.keys(MIGRATION_FILES) as MigrationFile[])(
    'without an answer about %s is unknown, and never done',
    (name) => {
      const { [name]: _, ...answers } = stepsDone(9);
      const { outcome, stages } = look(answers);
      expect(outcome).toBe('unknown');
      expect(stages.some(({ status, detail = '' }) => status === 'unknown' && detail.includes(name))).toBe(
        true,
      );
    },
  );

  it.each<readonly [string, Partial<Answers>]>([
    ['when the issuer was set', { authentication: authenticationSet(ISSUER) }],
    [
      'what the kube-apiservers sign for',
      { kubeapiserver: { ...apiServerOf(ISSUER), status: { nodeStatuses: [{ currentRevision: 1 }] } } },
    ],
    ['when the Secrets were written', { secrets: listOf(writtenSecret(secretOf(CREDENTIALS))) }],
    ['of one page of the Secrets', { secrets: { ...listOf(REPLACED), metadata: { continue: 'more' } } }],
  ])('%s is unknown, and never done', (_, change) => {
    expect(look({ ...stepsDone(9), ...change }).outcome).toBe('unknown');
  });

  it('is never done, whatever a cluster answers', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(MIGRATION_FILES) as MigrationFile[])),
        fc.jsonValue(),
        (name, value) => {
          const { outcome } = look({ ...stepsDone(9), [name]: value });
          expect(outcome).not.toBe('done');
        },
      ),
    );
  });
});

describe('the text', () => {
  it('has every stage, and the commands of the next one', () => {
    const text = migrationText(look(MINT));
    for (const title of Object.values(STAGES)) expect(text).toContain(title);
    expect(text).toContain(ISSUER_COMMAND);
    expect(text).toContain('NEXT');
  });

  it('holds nothing of a Secret', () => {
    expect(JSON.stringify(look({ ...stepsDone(6), secrets: listOf(MINTED, ROOT_SECRET) }))).not.toContain(
      'AKIA',
    );
  });
});
