import type * as errors from '../core/domain/errors.ts';

export interface Entry {
  /** When it happens. */
  readonly means: string;
  /** What to do, a line each. */
  readonly act: readonly string[];
}

/** Errors a task can fail with, by class. The compiler sees to it that none is missing. */
export const TASK_ERRORS: Readonly<Record<Exclude<keyof typeof errors, 'BundleRejected'>, Entry>> = {
  AccountBlocksPublicAccess: {
    means:
      'Public access is blocked for all buckets of the account, and STS reads the documents of an issuer without credentials. Nothing was made.',
    act: [
      'Look: `aws s3control get-public-access-block --account-id <account>`. Whether the account may have public buckets is for whoever is responsible for it to say.',
      'If it may: run the command of the message, which goes on blocking public ACLs, and upload the bundle again.',
      'If it may not: have the issuer served by CloudFront from a private bucket (`ccoctl aws create-identity-provider --create-private-s3-bucket`, or your own), and name its provider in cluster.yaml: `issuer: {type: existing, providerArn: …}`.',
      'Where a policy of the organization sets the block, only the organization’s administrators can change it.',
    ],
  },
  AwsThrottled: {
    means: 'AWS asked to be called less often, through all retries. The message names the call.',
    act: [
      'Wait some minutes, then upload the bundle again: the run was rolled back.',
      'If it happens often, look for other tools that use IAM in the account at the same time.',
    ],
  },
  AwsUnavailable: {
    means: 'AWS, or the way to it, failed through all retries. The message names the call.',
    act: ['Look at the AWS Health Dashboard.', 'Upload the bundle again once it is over.'],
  },
  LockLost: {
    means:
      'The execution does not hold its cluster’s lock any more: it was stopped and redriven after its undo, or after another run of the cluster. It touched nothing.',
    act: [
      'Do not redrive it again. Look at `sts-prep status` and the cluster’s latest report for what is true now.',
      'Upload the bundle, or the deletion, again: a new execution makes a new plan.',
    ],
  },
  ChangedSincePlan: {
    means:
      'Somebody else changed a resource of the cluster while the run was at work. That change was not touched.',
    act: [
      'Find out who it was (CloudTrail names the caller).',
      'Upload the bundle again; the new plan starts from what is there now.',
      'If it names the cluster itself, another run prepared it meanwhile: look at its report first.',
    ],
  },
  DecisionRefused: {
    means:
      'What `sts-prep approve` or `sts-prep refuse` said was not taken: no run of that name waits, the plan is another one by now, somebody decided before, or STS does not know the caller. The message says which. The run waits on, if it does.',
    act: [
      'If somebody decided before: `sts-prep watch <run>` shows what became of it.',
      'If the run does not wait any more: upload the bundle again for a new plan.',
      'If STS does not know the caller: log in again, set the clock, and use credentials of the partition that the pipeline is in.',
    ],
  },
  DocumentUnreadable: {
    means:
      'A document that the pipeline keeps in the output bucket is not what it writes there: somebody changed it. The message names it.',
    act: [
      'List its versions: `aws s3api list-object-versions --bucket <output bucket> --prefix <key>`, and copy the last good one back over it.',
      'Upload the bundle again.',
    ],
  },
  DocumentVersionUnknown: {
    means:
      'A document in the output bucket was written by a newer release of the pipeline than is deployed. The message names it.',
    act: ['Deploy the newer release again, then upload the bundle again.'],
  },
  EnvironmentInvalid: {
    means: 'A function lacks a setting: a fault of the deployment.',
    act: ['Deploy again with `npm run deploy`; do not change environments by hand.'],
  },
  ExistingIssuerUnusable: {
    means:
      'The issuer that cluster.yaml names as existing cannot serve the cluster as it is. It is somebody else’s, so nothing of it was changed. The message says what is missing.',
    act: [
      'Do what the message says, or have whoever keeps the issuer do it; then upload the bundle again.',
      'If the provider is the wrong one: correct `issuer.providerArn` in cluster.yaml, and upload the bundle again.',
    ],
  },
  GrantRefused: {
    means:
      'A role would be made that trusts somebody else than service accounts of its cluster, or is granted what the policy guard refuses. No bundle can ask for that, so it comes from a record of an earlier run, or from additions to the guard that the deployment no longer has. Nothing of the role was changed.',
    act: [
      'If the actions were once allowed with `policyGuardAdditions`: deploy with all of them again, or take them out of the request and prepare the cluster anew.',
      'Else treat it as an attack until you know better: look who wrote the records of the run that the registry entry names (CloudTrail data events of the output bucket).',
    ],
  },
  NotYetConsistent: {
    means:
      'IAM did not show a fresh change within about a minute. IAM is eventually consistent, but rarely for so long.',
    act: [
      'Upload the bundle again.',
      'If the message says AccessDenied, a service control policy or boundary may forbid the call: read it to its end.',
    ],
  },
  OtherDeployment: {
    means:
      'The cluster’s identity provider was made by a run that this deployment has no record of. Another deployment of the pipeline, usually in another region of the account, looks after the cluster; each has a lock and a registry of its own, so two of them would undo each other’s work. Nothing was changed.',
    act: [
      'Upload the bundle to the intake bucket of that deployment.',
      'If that deployment is gone for good: take the tag `sts-prep/run` off the provider, as the message says, and upload the bundle here.',
      'If this deployment was made anew and its output bucket was lost: restore it from what you have ([operating.md](operating.md)), or go on as above.',
    ],
  },
  PlanOutdated: {
    means:
      'A plan was approved, and something that it is about changed while the run waited. The message names all of it. Nothing was made: what was approved is that plan and no other.',
    act: [
      'Find out who changed what the message names; the cluster’s lock keeps runs of the pipeline from it.',
      'Upload the bundle again, and approve the new plan.',
    ],
  },
  QuotaReached: {
    means:
      'The account has as many roles, identity providers or buckets as it may, or a policy is longer than its quota, or something has no room for the tags of the cluster. The message says which. What had been made was rolled back.',
    act: [
      'Roles: 1,000 by default, up to 10,000. OIDC providers: 100, up to 700. Trust policies: 2,048 characters, up to 8,192. Service Quotas raises them, in the region where the partition has its IAM (us-east-1 for most).',
      'Or delete what nobody needs: `aws iam list-roles` has the roles; the report of an audit names roles that no cluster asks for.',
      'Then upload the bundle again.',
    ],
  },
  EarlierStepMissing: {
    means:
      'A single step builds on what an earlier one makes, and that is not there: the issuer publishes a signing key (`create-key-pair/`), and roles trust an identity provider (`create-identity-provider/`). Nothing was made.',
    act: [
      'Upload the bundle below the step that the message names, and when that run has ended, this one again. The order is `create-key-pair/`, `create-identity-provider/`, `create-iam-roles/`; `prepare/` does all of them.',
      'If the cluster signs with a key whose private half is kept elsewhere: put the public key into the bundle (`publicKeyFile`) and upload it below `create-identity-provider/`.',
      'If the cluster has an identity provider that somebody else keeps: name it in cluster.yaml (`issuer: {type: existing, providerArn: …}`) and upload the bundle below `create-iam-roles/`.',
    ],
  },
  RecordTampered: {
    means:
      'A record that the run goes by (`reading.json`, `desired.json`, `plan.json`, or the `desired.json` of the last run) is not what the pipeline wrote. Nothing was done by what it says.',
    act: [
      'Treat it as an attack until you know better: find out who wrote the object (CloudTrail data events, access logs of the output bucket).',
      'Its key is in the message, with the SHA-256 that it had: the output bucket keeps earlier versions. Restore that one (`aws s3api copy-object` from its version id).',
      'Then upload the bundle again. Where the undo stopped at it, the failure report names what is left.',
    ],
  },
  RegionNotEnabled: {
    means:
      'The account is not enabled for the region of the cluster; nothing was made. Or STS is switched off there, which Verify finds; what had been made was rolled back.',
    act: [
      'If the message is about STS: IAM console, Account settings, Security Token Service, and activate the endpoint of the region.',
      'If it is the right region: `aws account enable-region --region-name <region>`; `aws account get-region-opt-status --region-name <region>` says when it is done. Then upload the bundle again.',
      'If not: correct the region in cluster.yaml, install-config.yaml or the key of the bundle.',
    ],
  },
  RightsMissing: {
    means:
      'AWS refuses a call that the plan needs, though the functions’ own policies allow every call they make: a service control policy, a permissions boundary or a bucket policy stands before it. The message has AWS’s words for each. Nothing was made.',
    act: [
      'AWS names the kind of policy at the end of its sentence (“with an explicit deny in a service control policy”). Have it allow the call for roles below `/sts-prep/`.',
      'Upload the bundle again.',
    ],
  },
  RoleLacksName: {
    means:
      'A role has the owner tag of the cluster and no tag `Name`. ccoctl and this pipeline set both, and the functions may change only roles that have `Name`. Nothing was changed.',
    act: ['Run the command of the message for each role, and upload the bundle again.'],
  },
  BoundaryNotFound: {
    means:
      'The permissions boundary that `cluster.yaml` or the deployment asks for is no policy of the account. IAM would refuse to make a role with it, so nothing was made.',
    act: [
      'Create that policy, or correct `permissionsBoundaryArn` in `cluster.yaml`: account, partition, path and name.',
      'Upload the bundle again.',
    ],
  },
  NotApproved: {
    means:
      'The run was let go on while it waited for an approval, and there is no decision of anybody on record. Nothing was made. Only the function DecideRun keeps decisions; somebody else answered Step Functions for it.',
    act: [
      'Look in CloudTrail who called `SendTaskSuccess`, and take that right from whoever is not the function DecideRun.',
      'Upload the bundle again.',
    ],
  },
  NothingToAdopt: {
    means:
      'An `adopt` did not find what a cluster cannot be without: the identity provider of its issuer, the discovery document and the keys, or any of its roles. The message names all that is missing. Nothing was registered, and nothing was changed.',
    act: [
      "If name or region in the bundle are not those of the cluster: correct them. `oc get infrastructure cluster -o jsonpath='{.status.platformStatus.aws.region}'` gives the region; the name is the first part of the names of its roles.",
      "If the issuer of the cluster is behind CloudFront or in a domain of your own: name its identity provider in cluster.yaml (`issuer: {type: existing, providerArn: …}`). `oc get authentication cluster -o jsonpath='{.spec.serviceAccountIssuer}'` gives the issuer.",
      'If something is really missing, because `ccoctl` stopped half-way or somebody deleted it: upload the bundle below prepare/, which makes it.',
    ],
  },
  ResourceConflict: {
    means:
      "A bucket, identity provider, role or object that the cluster needs exists and is not this cluster's. The message names each with its owner. Nothing was touched.",
    act: [
      'If the name is taken by another cluster: choose another cluster name.',
      'If the resource is a leftover that nobody needs: delete it, and upload the bundle again. An issuer bucket goes last: first its identity provider, then see that it is gone (`NoSuchEntity`), as whoever takes the name of the bucket could issue tokens for roles that still trust it.',
      'If a bucket is closed to the public, or its discovery document names another issuer: do as the message says. Never open it, and never remove the document, before you know that no cluster uses that issuer: for one that does, cluster.yaml has `issuer: {type: existing, providerArn: …}`.',
      'If a statement of a bucket policy keeps the public from reading: change or remove that statement; no run takes away what others added.',
      'If a policy would be over the limit of IAM: an upgrade removes nothing, so take out of the role what nobody needs, and upload again.',
      'If keys.json holds a key that nobody accepted: remove it from there if it is nobody’s of yours; if it is of a rotation, list its thumbprint under `acceptedKeys` in `cluster.yaml` below `prepare/`; if the cluster signs with it by now, put its public key into the bundle (`publicKeyFile`).',
      "If it is this cluster's and lost its tags: tag it `openshift.io/cloud-credential-operator/<name>=owned` and `Name=<name>`, and upload again.",
    ],
  },
  RolesWouldBeForgotten: {
    means:
      'A bundle below `prepare/` asks for less than the cluster has for its release, or is of an older release. A prepare makes a cluster just what its bundle says, so it would forget roles or permissions that the cluster may use. The message names them. Nothing was made.',
    act: [
      'For the request of an optional operator: upload the bundle as `add/<cluster>/<name>.tgz`.',
      'For a newer release: upload it as `upgrade/<cluster>/<release>.tgz`.',
      'To take away what the release that the cluster runs does not ask for: upload its bundle as `prune/<cluster>/<release>.tgz`.',
      'To repair the cluster: upload all requests of its release together, below `prepare/`; after an upgrade, the bundle of that once more.',
    ],
  },
  SigningKeyConflict: {
    means:
      'The cluster signs with another key than is on record, or the bundle brings one that is not known to be the cluster’s. Nothing was changed.',
    act: [
      "“no longer holds”: the cluster was rotated by hand, or its key was taken out of keys.json. If it was rotated, put the new public key into the bundle below `prepare/` and name the file in `cluster.yaml` as `publicKeyFile`: `oc get secret/next-bound-service-account-signing-key -n openshift-kube-apiserver-operator -o jsonpath='{.data.service-account\\.pub}' | base64 -d > serviceaccount-signer.public`. The JWKS has to hold that key.",
      'If the key was taken out by mistake, `aws s3 rm s3://<name>-oidc/keys.json`, and upload the bundle again: a document that is missing is written anew with the key on record.',
      '“the cluster exists”: leave the public key out of the bundle, or publish it in keys.json first, if the cluster signs with it.',
      '“for a new cluster”: leave the public key out of the bundle, or deploy with `-c ownSigningKeys=true`; [permissions.md](permissions.md) says what that gives to whoever writes to `prepare/`.',
    ],
  },
  SigningKeyLost: {
    means: 'The private key was stored once and is gone.',
    act: [
      'List its versions: `aws s3api list-object-versions --bucket <output bucket> --prefix clusters/<name>/install/tls/`.',
      'Delete the delete marker, or copy the latest version back, and upload the bundle again.',
      'If no version is left, the cluster signs with a key that nobody else has; give its public key in the bundle (`publicKeyFile`).',
    ],
  },
  TaskInputInvalid: {
    means:
      'A function was called with input that is not of its schema: a fault of the state machine, or a call by hand.',
    act: ['Deploy again with `npm run deploy`, so that state machines and functions are of one version.'],
  },
  VerificationFailed: {
    means:
      'What was prepared does not verify, forty seconds after it was made. The message lists every failed check. All of it was rolled back.',
    act: [
      'Read which check failed for what.',
      "Issuer checks: an organization policy or the account's public access block may keep the bucket from being public.",
      'Token checks: a service control policy may deny `sts:AssumeRoleWithWebIdentity`.',
    ],
  },
};
