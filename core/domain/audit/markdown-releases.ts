import { code, indented, section, text } from '../markdown.ts';
import type { RequestNews } from './news-schema.ts';
import {
  CHANGE_WORDS,
  gatesText,
  newsNotes,
  newsTitle,
  permissionGroups,
  type ReleaseWithNews,
  releasesWithNews,
} from './news-words.ts';
import type { AvailableRelease } from './report.ts';
import { plural } from './view.ts';

export function availableReleases(releases: readonly AvailableRelease[]): string {
  if (releases.length === 0)
    return section('Available releases', [
      'None: upload a bundle of a release as `releases/<release>.tgz` to have the fleet compared with it.',
    ]);
  return section(
    'Available releases',
    releases.flatMap(({ release, source, cluster, requests, problems, ignored = [] }) => {
      const whom = cluster === undefined ? 'the whole fleet' : `the cluster ${text(cluster)} only`;
      const notRead = ignored.length === 0 ? '' : `; not read: ${ignored.map(code).join(', ')}`;
      const about = `for ${whom}; ${code(source)}${notRead}`;
      if (problems.length === 0) return [`- ${text(release)}, ${about}; ${plural(requests, 'request')}`];
      return [
        `- **Cannot be used:** ${text(release)}, ${about}`,
        ...indented(problems.map((problem) => `- ${text(problem)}`)),
      ];
    }),
  );
}

/** What is new in each release, once for the fleet. */
export function newsSections(releases: readonly AvailableRelease[]): string[] {
  return releasesWithNews(releases).map(newsSection);
}

function newsSection(release: ReleaseWithNews): string {
  const { requests } = release.news;
  return [
    `### ${text(newsTitle(release))}`,
    ...newsNotes(release.news).map(text),
    ...(requests.length === 0 ? [] : [requests.map(requestItem).join('\n')]),
  ].join('\n\n');
}

function requestItem(request: RequestNews): string {
  const { change, name, secret, permissions, serviceAccounts } = request;
  const gates = gatesText(request);
  return [
    `- ${CHANGE_WORDS[change]}: ${code(secret)} (${code(name)})`,
    ...indented([
      ...(gates === undefined ? [] : [`- ${text(gates)}`]),
      ...permissionLines('New', permissions.new),
      ...permissionLines('Gone', permissions.gone),
      ...accountLine('New', serviceAccounts.new),
      ...accountLine('Gone', serviceAccounts.gone),
    ]),
  ].join('\n');
}

function permissionLines(word: string, permissions: RequestNews['permissions']['new']): string[] {
  return permissionGroups(permissions).map(
    ({ actions, where }) =>
      `- ${word} ${actions.length === 1 ? 'action' : 'actions'} ${text(where)}: ${actions.map(code).join(', ')}`,
  );
}

function accountLine(word: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`- ${word} service ${names.length === 1 ? 'account' : 'accounts'}: ${names.map(code).join(', ')}`];
}
