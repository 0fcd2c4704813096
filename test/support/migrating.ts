import { issuerCommand } from '../../core/domain/migration/commands.ts';
import type { MigrationFile } from '../../core/domain/migration/facts.ts';
import {
  authenticationOf,
  CREDENTIALS,
  credentialOf,
  ISSUER,
  listOf,
  podOf,
  secretOf,
} from './verified-cluster.ts';

/** A cluster in mint mode and on its way to STS: what `oc get … -o json` prints of it. */

export type Answers = Readonly<Record<MigrationFile, unknown>>;

/** Times of the day of a migration. */
export const at = (time: string) => `2026-11-27T${time}:00Z`;

const OWN_ISSUER = 'https://kubernetes.default.svc';

export function authenticationSet(issuer: string, time?: string) {
  const managedFields =
    time === undefined
      ? []
      : [
          { manager: 'cluster-bootstrap', time: at('01:00'), fieldsV1: { 'f:spec': { 'f:type': {} } } },
          { manager: 'kubectl-patch', time, fieldsV1: { 'f:spec': { 'f:serviceAccountIssuer': {} } } },
        ];
  const object = authenticationOf(issuer);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

export function apiServerOf(issuer: string, revisions: readonly number[] = [9, 9, 9]) {
  const serviceAccountIssuers = [
    { name: issuer },
    ...(issuer === OWN_ISSUER ? [] : [{ name: OWN_ISSUER, expirationTime: '2026-11-28T10:00:00Z' }]),
  ];
  return {
    kind: 'KubeAPIServer',
    metadata: { name: 'cluster' },
    status: {
      latestAvailableRevision: Math.max(...revisions),
      nodeStatuses: revisions.map((currentRevision) => ({ currentRevision })),
      serviceAccountIssuers,
    },
  };
}

export function operatorOf(name: string, more: Readonly<Record<string, string>> = {}) {
  const conditions = { Available: 'True', Progressing: 'False', Degraded: 'False', ...more };
  return {
    metadata: { name },
    status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
  };
}

export function startedPod(time: string, more: object = {}) {
  const pod = podOf('openshift');
  return { ...pod, metadata: { ...pod.metadata, ...more }, status: { ...pod.status, startTime: time } };
}

export function writtenSecret(secret: ReturnType<typeof secretOf>, time?: string) {
  const managedFields = time === undefined ? [] : [{ manager: 'kubectl-replace', time }];
  return { ...secret, metadata: { ...secret.metadata, managedFields } };
}

const KEYS = { aws_access_key_id: 'AKIAEXAMPLE', aws_secret_access_key: 'none' };
const ROOT = { namespace: 'kube-system', name: 'aws-creds' };

export const MINTED = writtenSecret(
  secretOf('[default]\naws_access_key_id = AKIAEXAMPLE', KEYS),
  at('01:00'),
);
export const ROOT_SECRET = writtenSecret(secretOf('', KEYS, ROOT), at('01:00'));
export const REPLACED = writtenSecret(secretOf(CREDENTIALS), at('12:00'));

/** A cluster of which nothing was changed yet. */
export const MINT: Answers = {
  authentication: authenticationSet(''),
  kubeapiserver: apiServerOf(OWN_ISSUER),
  clusteroperators: listOf(operatorOf('ingress'), operatorOf('kube-apiserver')),
  cloudcredential: credentialOf(''),
  secrets: listOf(MINTED, ROOT_SECRET),
  pods: listOf(startedPod(at('02:00'))),
};

export const ISSUER_COMMAND = issuerCommand(ISSUER);

export const texts = (answers: Partial<Answers>) => (name: MigrationFile) =>
  name in answers ? JSON.stringify(answers[name]) : undefined;
