import type { BucketIssuer } from '../../domain/desired-state.ts';
import { mergePolicies } from '../../domain/merge.ts';
import { DISCOVERY_KEY, JWKS_KEY } from '../../domain/names.ts';
import { type FurtherAllow, furtherAllows } from '../../domain/policy/further-allows.ts';
import { publicReading, type ReadingAnswer } from '../../domain/policy/public-reading.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import { showPolicyCommand } from './remedies.ts';

/*
 * What is demanded of a bucket policy: that everybody can read the two documents over TLS. Whatever else it says, such as
 * a Deny of requests without TLS, was put there by somebody who had a reason.
 */

/** Whether a policy lets everybody read the documents of an issuer over TLS. */
export function readingBy(policy: PolicyDocument | undefined, issuer: BucketIssuer): ReadingAnswer {
  return publicReading(policy, documentArns(issuer));
}

/** A policy that lets everybody read the documents too: the statements that are there, then ours. */
export function openedPolicy(
  policy: PolicyDocument | undefined,
  { policy: ours }: BucketIssuer,
): PolicyDocument {
  if (policy === undefined) return ours;
  // With another version than theirs their statements could say something else.
  return { ...policy, Statement: mergePolicies(policy, ours).Statement };
}

/** Why no statement that is added would make the documents public; undefined when one does. */
export function whyUnreadable(issuer: BucketIssuer, policy: PolicyDocument | undefined): string | undefined {
  const opened = readingBy(openedPolicy(policy, issuer), issuer);
  if (opened.answer === 'yes' || readingBy(policy, issuer).answer === 'yes') return undefined;
  const keeps = opened.answer === 'no' ? 'keeps' : 'may keep';
  return `The policy of bucket ${issuer.bucket} ${keeps} the public from reading the documents of the issuer: ${opened.reason}. No run takes a statement of somebody else away. Change that statement so that requests over TLS from anywhere can read the two documents, or remove it, and upload the bundle again. To look at it: ${showPolicyCommand(issuer)}`;
}

/** The statements that let others do more than read, and that no run put there. */
export function furtherAllowsOf(policy: PolicyDocument, issuer: BucketIssuer): readonly FurtherAllow[] {
  return furtherAllows(policy, issuer.policy, [bucketArn(issuer), ...documentArns(issuer)]);
}

function documentArns(issuer: BucketIssuer): readonly string[] {
  return [DISCOVERY_KEY, JWKS_KEY].map((key) => `${bucketArn(issuer)}/${key}`);
}

/** In the partition that the issuer's own policy is of: its region may be newer than what is known of regions here. */
function bucketArn({ bucket, policy }: BucketIssuer): string {
  const [, partition = 'aws'] = /"arn:([a-z-]+):s3:::/.exec(JSON.stringify(policy)) ?? [];
  return `arn:${partition}:s3:::${bucket}`;
}
