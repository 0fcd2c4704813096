import type { ClusterAudit } from './report.ts';

/**
 * Makes what is said of one cluster comparable with what is said of others: its own names become placeholders. The
 * role of a component is told by the component, because a name that is cut to IAM's 64 characters ends elsewhere in a
 * cluster of another name.
 */
export function neutralText({ cluster, issuer, roles }: ClusterAudit): (text: string) => string {
  const names = new Map([
    [cluster, '<cluster>'],
    [issuer?.replace(/^https:\/\//, '') ?? '', '<issuer>'],
    ...roles.map(({ name, secret }) => [name, `<role of ${secret}>`] as const),
  ]);
  names.delete('');
  // The longest first: roles and issuers begin with the name of the cluster.
  const alternatives = [...names.keys()].sort((a, b) => b.length - a.length).map(literal);
  // The name of a cluster in a longer word, or at the end of a longer name, is not that cluster's.
  const pattern = new RegExp(`(?<![A-Za-z0-9_-])(?:${alternatives.join('|')})(?![A-Za-z0-9_])`, 'g');
  if (alternatives.length === 0) return (text) => text;
  return (text) => text.replace(pattern, (name) => names.get(name) ?? name);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** So much is left of the name of a role, however long the name of its cluster usually is. */
const COMPARED_CHARACTERS = 45;

/**
 * What a finding is about, in words that are the same in every cluster: the component whose role it is, else the
 * resource. IAM's limit cuts names of roles; of one that no run has on record the beginning has to do.
 */
export function neutralSubject(
  resource: string,
  { roles }: Pick<ClusterAudit, 'roles'>,
  neutral: (text: string) => string,
): string {
  const component = roles.find(({ name }) => resource === `role ${name}` || resource === name)?.secret;
  if (component !== undefined) return component;
  const subject = neutral(resource);
  const isLong = resource.startsWith('role ') && subject.length > COMPARED_CHARACTERS;
  return isLong ? `${subject.slice(0, COMPARED_CHARACTERS)}…` : subject;
}
