import { describe, expect, it } from 'vitest';
import {
  fleetProblems,
  isShared,
  newProblems,
  sharedProblems,
  subjectIn,
} from '../../../../core/domain/audit/fleet-problems.ts';
import { releaseStates } from '../../../../core/domain/audit/release-states.ts';
import type { ClusterAudit, Finding } from '../../../../core/domain/audit/report.ts';
import { placedFindings } from '../../../../core/domain/audit/view.ts';
import { sampleCluster, sampleFinding, sampleRelease } from '../../../support/audit-report.ts';

const SECRET = 'openshift-machine-api/aws-cloud-credentials';
const roleOf = (cluster: string) => `${cluster}-openshift-machine-api-aws-cloud-credentials`;

/** A role of the cluster lacks an action that a release asks for. */
function lacks(cluster: string, more: Partial<Finding> = {}): Finding {
  return sampleFinding({
    kind: 'PermissionsMissing',
    resource: `role ${roleOf(cluster)}`,
    message: 'The release asks for ec2:New on *.',
    actions: ['ec2:New'],
    live: `arn:aws:iam::1:role/${roleOf(cluster)}`,
    remedy: `Upload the bundle of the release as upgrade/${cluster}/4.15.0.tgz.`,
    ...more,
  });
}

/** A cluster that lacks it for 4.15.0. */
function cluster(
  name: string,
  findings: readonly Finding[] = [lacks(name)],
  release = '4.15.0',
): ClusterAudit {
  return sampleCluster({
    cluster: name,
    issuer: `https://${name}-oidc.s3.us-east-2.amazonaws.com`,
    roles: [{ name: roleOf(name), secret: SECRET }],
    releases: [
      sampleRelease({ release, status: 'not-ready', reasons: ['1 lacks.'], findings: [...findings] }),
    ],
  });
}

const namesOf = ({ clusters }: { readonly clusters: readonly ClusterAudit[] }) =>
  clusters.map((one) => one.cluster);

describe('the problems of a fleet', () => {
  it('are one entry when many clusters have the same, with what each has to do', () => {
    const names = Array.from({ length: 287 }, (_, index) => `prod-${index}`);
    const problems = fleetProblems(names.map((name) => cluster(name)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      severity: 'critical',
      release: '4.15.0',
      subject: SECRET,
      text: {
        kind: 'PermissionsMissing',
        actions: ['ec2:New'],
        remedy: 'Upload the bundle of the release as upgrade/<cluster>/4.15.0.tgz.',
      },
      evidence: [{ live: `arn:aws:iam::1:role/<role of ${SECRET}>` }],
    });
    expect(problems.flatMap(namesOf)).toEqual(names);
  });

  it.each<[string, ClusterAudit]>([
    ['other actions', cluster('b', [lacks('b', { actions: ['ec2:Other'] })])],
    ['another kind', cluster('b', [lacks('b', { kind: 'SimulationDisagrees' })])],
    ['another component', cluster('b', [lacks('b', { resource: 'role b-other' })])],
    ['another severity', cluster('b', [lacks('b', { severity: 'info' })])],
    ['another release', cluster('b', undefined, '4.16.0')],
    ['drift', { ...cluster('b', []), drift: [lacks('b')] }],
  ])('are two entries when the other cluster has %s', (_, other) => {
    expect(
      fleetProblems([cluster('a'), other])
        .map(namesOf)
        .sort(),
    ).toEqual([['a'], ['b']]);
  });

  it('keep what was found apart where it differs, in one entry', () => {
    const [problem] = fleetProblems([
      cluster('a'),
      cluster('b'),
      cluster('c', [lacks('c', { live: 'nothing' })]),
    ]);
    const found = problem?.evidence.map(({ live, places }) => [live, places.length]);
    expect(found).toEqual([
      [`arn:aws:iam::1:role/<role of ${SECRET}>`, 2],
      ['nothing', 1],
    ]);
  });

  it('are told in the words of the finding when one cluster alone has them', () => {
    const [problem] = fleetProblems([cluster('a')]);
    expect(problem?.text.remedy).toContain('upgrade/a/4.15.0.tgz');
    expect(problem?.evidence[0]?.live).toBe(`arn:aws:iam::1:role/${roleOf('a')}`);
    expect(problem).toMatchObject({ subject: `role ${roleOf('a')}` });
  });

  it('have the worst first, and of those what most clusters have', () => {
    const warning = (name: string) => lacks(name, { severity: 'warning' });
    const clusters = [
      cluster('a', [warning('a'), lacks('a', { actions: ['ec2:Rare'] }), lacks('a')]),
      cluster('b', [warning('b'), lacks('b')]),
    ];
    const order = fleetProblems(clusters).map(({ severity, text }) => `${severity} ${text.actions}`);
    expect(order).toEqual(['critical ec2:New', 'critical ec2:Rare', 'warning ec2:New']);
  });

  it('have the same id in the next report, whichever clusters have them then', () => {
    const [before] = fleetProblems([cluster('a'), cluster('b')]);
    const [after] = fleetProblems([cluster('c'), cluster('a'), cluster('d')]);
    expect(after?.id).toBe(before?.id);
  });

  it('are new when a cluster did not have them, and something has to be done', () => {
    const newIn = (more: Partial<Finding>) =>
      newProblems(fleetProblems([cluster('a'), cluster('b', [lacks('b', more)])])).length;
    expect(newIn({ isNew: true })).toBe(1);
    expect(newIn({ isNew: false })).toBe(0);
    expect(newIn({ isNew: true, severity: 'info' })).toBe(0);
  });

  it('are found from the findings of a cluster, when others have them too', () => {
    const clusters = [cluster('a', [lacks('a'), lacks('a', { actions: ['ec2:Own'] })]), cluster('b')];
    const problems = fleetProblems(clusters);
    const sharedProblem = sharedProblems(problems);
    const [a] = clusters.map(placedFindings);
    expect(a?.map((placed) => sharedProblem(placed)?.id)).toEqual([problems.find(isShared)?.id, undefined]);
  });
});

describe('a problem of several clusters is told in each', () => {
  const told = (findings: (name: string) => Finding[]) => {
    const clusters = ['a', 'b'].map((name) => cluster(name, findings(name)));
    return fleetProblems(clusters).flatMap((problem) =>
      problem.places.map((place) => subjectIn(problem, place)),
    );
  };

  it('by the component', () => {
    expect(told((name) => [lacks(name)])).toEqual([SECRET, SECRET]);
  });

  it('by the name that a resource has there', () => {
    expect(told((name) => [lacks(name, { resource: `role ${name}-forgotten` })])).toEqual([
      'role a-forgotten',
      'role b-forgotten',
    ]);
  });
});

describe('what clusters have in common for a release', () => {
  const statesOf = (clusters: readonly ClusterAudit[]) =>
    releaseStates(clusters, sharedProblems(fleetProblems(clusters)));

  it('is one state with its problems, in place of what each cluster would tell', () => {
    const clusters = [cluster('a'), cluster('b')];
    const { all, stateOf } = statesOf(clusters);
    expect(all.map(namesOf)).toEqual([['a', 'b']]);
    expect(all[0]?.problems.map(({ text }) => text.kind)).toEqual(['PermissionsMissing']);
    expect(clusters.map((each) => stateOf(each, 0))).toEqual([all[0], all[0]]);
  });

  it.each<[string, ClusterAudit]>([
    ['a finding of its own', cluster('b', [lacks('b'), lacks('b', { actions: ['ec2:Own'] })])],
    [
      'other reasons',
      { ...cluster('b'), releases: [{ ...cluster('b').releases[0], reasons: ['Why.'] }] } as ClusterAudit,
    ],
    [
      'other notes',
      { ...cluster('b'), releases: [{ ...cluster('b').releases[0], notes: ['Note.'] }] } as ClusterAudit,
    ],
    [
      'another bundle',
      { ...cluster('b'), releases: [{ ...cluster('b').releases[0], source: 's3://own' }] } as ClusterAudit,
    ],
  ])('is nothing when the other cluster has %s', (_, other) => {
    expect(statesOf([cluster('a'), other]).all).toEqual([]);
  });

  it('leaves the commands that open an upgrade to each cluster', () => {
    const ready = (name: string) => ({
      ...cluster(name),
      releases: [
        { ...sampleRelease({ gate: [`oc ${name}`], findings: [lacks(name, { severity: 'info' })] }) },
      ],
    });
    const { all } = statesOf([ready('a'), ready('b')]);
    expect(all.map(namesOf)).toEqual([['a', 'b']]);
    expect(JSON.stringify(all.map(({ release }) => release))).not.toContain('oc a');
  });
});
