/**
 * Uploads that are made to crash, to stall or to swamp whoever reads them. At scale 1 each is about as large as the
 * limits of an upload let it be, so that the benchmark can measure the worst; tests take small ones.
 */
import {
  annotated,
  type Bomb,
  bundle,
  copies,
  each,
  GOOD,
  inFiles,
  list,
  noise,
  one,
  requestText,
  small,
  withInstall,
} from './bomb.ts';

/** Requests, what they list, and what decides who has them. */
export const REQUEST_BOMBS: readonly Bomb[] = [
  // What a request lists
  bundle('service accounts', (n) =>
    one(requestText({ 'spec.serviceAccountNames': each(n(160_000), () => '*') })),
  ),
  bundle('service accounts of many requests', (n) =>
    inFiles(each(n(1_200), (i) => small(i, { 'spec.serviceAccountNames': each(390, () => 'A') }))),
  ),
  bundle('service accounts that are right, of many requests', (n) =>
    inFiles(
      each(n(1_000), (i) =>
        small(i, { 'spec.serviceAccountNames': each(20, (j) => `${'s'.repeat(40)}-${j}`) }),
      ),
    ),
  ),
  bundle('statements', (n) =>
    one(requestText({ 'spec.providerSpec.statementEntries': each(n(160_000), () => 'x') })),
  ),
  bundle('statements that are wrong in every way, of many requests', (n) =>
    inFiles(each(n(200), (i) => small(i, { 'spec.providerSpec.statementEntries': each(390, () => ({})) }))),
  ),
  bundle('keys of statements', (n) =>
    inFiles(
      each(n(200), (i) =>
        small(i, {
          'spec.providerSpec.statementEntries': each(390, () => ({ a: 1, b: 1, c: 1, d: 1, e: 1 })),
        }),
      ),
    ),
  ),
  bundle('actions', (n) =>
    one(
      requestText({
        'spec.providerSpec.statementEntries': [
          { effect: 'Allow', action: each(n(160_000), (i) => `iam:Do${i}`), resource: '*' },
        ],
      }),
    ),
  ),
  bundle('actions of many requests', (n) =>
    inFiles(
      each(n(900), (i) =>
        small(i, {
          'spec.providerSpec.statementEntries': [
            { effect: 'Allow', action: each(450, (j) => `x${i}:Do${j}`), resource: '*' },
          ],
        }),
      ),
    ),
  ),
  bundle('a condition', (n) =>
    one(
      requestText({
        'spec.providerSpec.statementEntries': [
          {
            effect: 'Allow',
            action: ['ec2:DescribeInstances'],
            resource: '*',
            policyCondition: {
              StringLike: Object.fromEntries(each(n(60_000), (i) => [`aws:${i}`, 'x'])),
            },
          },
        ],
      }),
    ),
  ),
  bundle('requests', (n) => inFiles(each(n(12_000), (i) => small(i)))),
  bundle('requests for one Secret', (n) => inFiles(each(n(12_000), () => GOOD))),
  bundle('requests with a long Secret each', (n) =>
    inFiles(
      each(n(5_000), (i) =>
        small(i, { 'spec.secretRef': { namespace: 'n'.repeat(63), name: `${'s'.repeat(240)}${i}` } }),
      ),
    ),
  ),
  bundle('tombstones', (n) =>
    inFiles(each(n(12_000), (i) => small(i, annotated('release.openshift.io/delete', 'true')))),
  ),
  bundle('requests that cannot be read', (n) =>
    copies(n(4_900), () => each(12, () => 'kind: CredentialsRequest').join('\n---\n')),
  ),
  bundle('requests without provider', (n) => inFiles(each(n(40_000), () => 'kind: CredentialsRequest'))),

  // What decides who has a request
  bundle('gates of a request, and gates that are on', (n) => ({
    'r.yaml': requestText(annotated('release.openshift.io/feature-gate', list(n(400_000), 'G'))),
    'g.yaml': JSON.stringify({
      kind: 'FeatureGate',
      metadata: {},
      status: { featureGates: [{ version: '', enabled: each(n(100_000), (i) => ({ name: `X${i}` })) }] },
    }),
  })),
  bundle('feature sets of a gate, and its versions', (n) => ({
    'r.yaml': requestText(annotated('release.openshift.io/feature-gate', 'G')),
    'g.yaml': JSON.stringify({
      kind: 'FeatureGate',
      metadata: { annotations: { 'release.openshift.io/feature-set': list(n(400_000), 'Default') } },
      status: { featureGates: each(n(100_000), () => ({})) },
    }),
  })),
  bundle('requests behind a gate', (n) =>
    inFiles(each(n(10_000), (i) => small(i, annotated('release.openshift.io/feature-gate', `G${i}`)))),
  ),
  bundle('requests of a capability that is left out', (n) => ({
    ...withInstall('capabilities: {baselineCapabilitySet: None}'),
    ...inFiles(
      each(n(8_000), (i) =>
        small(i, annotated('capability.openshift.io/name', 'Ingress+Storage+CSISnapshot')),
      ),
    ),
  })),
  bundle('capabilities of requests, and of the cluster', (n) => ({
    ...withInstall(
      `capabilities: {baselineCapabilitySet: None, additionalEnabledCapabilities: [${each(n(150_000), (i) => `C${i}`)}]}`,
    ),
    'q.yaml': requestText(
      annotated('capability.openshift.io/name', each(n(300_000), (i) => `D${i}`).join('+')),
    ),
  })),
  bundle('a feature set of a million characters', (n) =>
    one(requestText(annotated('release.openshift.io/feature-set', noise(n(3_000_000))))),
  ),
];
