import { quoted } from '../../util/shell.ts';
import { DOCUMENTS } from './api-inputs.ts';
import { DOCUMENT_TYPE, type OfflineCluster, type OfflineIssuer } from './input.ts';

/** The beginning of a script that goes by the files beside it, in the right account or not at all. */
export function beginning({ accountId }: OfflineCluster, about: readonly string[]): string {
  return `#!/usr/bin/env bash
${about.map((line) => `# ${line}`).join('\n')}
# Needs bash, and the AWS CLI with credentials for account ${accountId}.
set -euo pipefail
cd "$(dirname "$0")"
export AWS_PAGER=''
ACCOUNT=${quoted(accountId)}

stop() { echo "$*" >&2; exit 1; }

account=$(aws sts get-caller-identity --query Account --output text)
[ "$account" = "$ACCOUNT" ] || stop "These are credentials of account $account; this is for account $ACCOUNT."

# Whether a command finds something. What is neither "yes" nor "there is none" ends the script.
there() {
  local said
  if said=$("$@" 2>&1 >/dev/null); then return 0; fi
  case $said in
    *NoSuchEntity*|*NoSuchBucket*|*NoSuchKey*|*NoSuchTagSet*|*'(404)'*|*'Not Found'*) return 1 ;;
    *) stop "$said" ;;
  esac
}
`;
}

/** The AWS CLI, for an issuer bucket. */
export function s3Of({ region }: OfflineIssuer): string {
  return `aws s3api --region ${quoted(region)}`;
}

/** Puts the two documents into the bucket. */
export function documentsPart({ documentTags }: OfflineCluster, issuer: OfflineIssuer): string {
  const s3 = s3Of(issuer);
  const tagging = new URLSearchParams(documentTags).toString();
  return `# A document that says something else may be a live cluster's: it is never replaced.
BUCKET=${quoted(issuer.bucket)}
document() { # key, file
  local current
  if there ${s3} head-object --bucket "$BUCKET" --key "$1"; then
    current=$(mktemp)
    ${s3} get-object --bucket "$BUCKET" --key "$1" "$current" >/dev/null
    cmp -s "$current" "$2" || stop "$1 in bucket $BUCKET says something else than $2. It was not changed; compare $current."
    rm -f "$current"
  else
    ${s3} put-object --bucket "$BUCKET" --key "$1" --body "$2" --content-type ${quoted(DOCUMENT_TYPE)} --tagging ${quoted(tagging)} >/dev/null
  fi
}
${DOCUMENTS.map(({ key, file }) => `document ${quoted(key)} ${quoted(file)}`).join('\n')}
`;
}
