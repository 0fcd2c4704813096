import { quoted } from '../../util/shell.ts';
import { ownerTagKey } from '../names.ts';
import { BUCKET_FILES, PROVIDER_FILE, roleFiles } from './api-inputs.ts';
import type { OfflineCluster, OfflineIssuer } from './input.ts';
import { beginning, documentsPart, s3Of } from './shell.ts';

/**
 * A script of plain `aws` commands that makes everything of a cluster, to be read before it is run. It looks before it makes:
 * what is there already and tagged as this cluster's stays as it is, so that it can be run again after any stop; what is somebody
 * else's, or cannot be told, ends it with a sentence.
 */
export function applyScript(cluster: OfflineCluster): string {
  const { issuer } = cluster;
  return [
    beginning(cluster, [
      `Makes issuer, identity provider and roles of the cluster ${cluster.name}, from the files beside it. Planned by ${cluster.run}.`,
      'Makes what is missing and changes nothing that is there, so it can be run again.',
    ]),
    `OWNER=${quoted(ownerTagKey(cluster.name))}\n\n${OWNED}`,
    ...(issuer === undefined
      ? []
      : [bucketPart(issuer), documentsPart(cluster, issuer), providerPart(cluster)]),
    ROLE,
    ...cluster.roles.map((role, index) => {
      const files = roleFiles(cluster, role, index);
      return `role ${[role.name, files.role, files.policy].map(quoted).join(' ')}`;
    }),
    `\necho ${quoted(`Everything of ${cluster.name} is there. Next: upload its bundle below prepare/, which makes the installer's files, or below adopt/.`)}`,
  ]
    .join('\n')
    .concat('\n');
}

const OWNED = `# Ends the script unless the owner's key is among those of the tags.
owned() { # what, keys of its tags
  printf '%s\\n' "$2" | tr '\\t' '\\n' | grep -Fqx -- "$OWNER" ||
    stop "$1 is there already, and is not tagged as this cluster's ($OWNER). Nothing of it was changed."
}
`;

function bucketPart(issuer: OfflineIssuer): string {
  const s3 = s3Of(issuer);
  const call = (name: keyof typeof BUCKET_FILES) =>
    `${s3} ${name} --cli-input-json ${quoted(`file://${BUCKET_FILES[name]}`)}`;
  return `# The issuer: a bucket whose two documents everybody may read.
BUCKET=${quoted(issuer.bucket)}
if there ${s3} head-bucket --bucket "$BUCKET" --expected-bucket-owner "$ACCOUNT"; then
  if there ${s3} get-bucket-tagging --bucket "$BUCKET"; then
    owned "Bucket $BUCKET" "$(${s3} get-bucket-tagging --bucket "$BUCKET" --query 'TagSet[].Key' --output text)"
  else
    # Without tags and with nothing in it, it is of a run of this that was stopped.
    [ "$(${s3} list-objects-v2 --bucket "$BUCKET" --max-keys 1 --query 'length(Contents || \`[]\`)' --output text)" = 0 ] ||
      stop "Bucket $BUCKET is there already, without tags, and holds something. Nothing of it was changed."
    ${call('put-bucket-tagging')}
  fi
else
  ${call('create-bucket')} >/dev/null
  ${s3} wait bucket-exists --bucket "$BUCKET"
  ${call('put-bucket-tagging')}
fi
# A bucket with a policy was set up before.
if ! there ${s3} get-bucket-policy --bucket "$BUCKET"; then
  ${call('put-public-access-block')}
  ${call('put-bucket-policy')}
fi
`;
}

function providerPart({ providerArn }: OfflineCluster): string {
  const named = '--open-id-connect-provider-arn "$PROVIDER"';
  return `# The identity provider, by which IAM trusts the issuer.
PROVIDER=${quoted(providerArn)}
if there aws iam get-open-id-connect-provider ${named}; then
  owned "Identity provider $PROVIDER" "$(aws iam get-open-id-connect-provider ${named} --query 'Tags[].Key' --output text)"
else
  aws iam create-open-id-connect-provider --cli-input-json ${quoted(`file://${PROVIDER_FILE}`)} >/dev/null
fi
`;
}

const ROLE = `# The roles of the components, each with one policy of its own name.
role() { # name, file of the role, file of its policy
  if there aws iam get-role --role-name "$1"; then
    owned "Role $1" "$(aws iam get-role --role-name "$1" --query 'Role.Tags[].Key' --output text)"
  else
    aws iam create-role --cli-input-json "file://$2" >/dev/null
  fi
  there aws iam get-role-policy --role-name "$1" --policy-name "$1" || aws iam put-role-policy --cli-input-json "file://$3"
}`;
