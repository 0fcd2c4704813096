import { formatLocation } from '../../core/domain/problem.ts';
import { terminalJson, visibleLine } from '../../core/util/visible.ts';
import type { CheckedBundle, CheckedRequest, PlacedProblem } from './check-bundle.ts';

const NOT_LOOKED_AT =
  'Not looked at, as only the deployment or the account knows it: npm run check-bundle -- --help has a list.';

const KEY_HERE = 'What the key of the upload says of the cluster is said here by --name and --region.';

/** What was found, for people. Nothing of it does anything to a terminal. */
export function checkText(checked: CheckedBundle, path: string): string {
  const { accepted, error, requests, skipped, warnings, problems } = checked;
  return `${[
    [`${shown(path)}: ${accepted ? 'would be accepted' : `would be refused (${error})`}`, ...facts(checked)],
    part('Problems', problems.flatMap(problemLines)),
    part(
      'Warnings',
      warnings.map((warning) => `  ${shown(warning)}`),
    ),
    part(
      'Requests that count, and their roles',
      requests.length === 0 ? ['  none'] : requests.flatMap(requestLines),
    ),
    part(
      'Skipped',
      skipped.map((each) => `  ${shown(`${formatLocation(each)}: ${each.reason}`)}`),
    ),
    problems.some(({ code }) => code === 'ClusterIdentityMissing') ? [KEY_HERE] : [],
    [NOT_LOOKED_AT],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The same for programs. */
export function checkJson(checked: CheckedBundle): string {
  return terminalJson(checked);
}

function facts({ cluster: { name, region, release, featureSet }, problems }: CheckedBundle): string[] {
  const known = [
    name,
    region,
    release === undefined ? undefined : `release ${release}`,
    featureSet === undefined ? undefined : `feature set ${featureSet}`,
  ].filter((each) => each !== undefined);
  if (known.length === 0) return [];
  return [`Cluster: ${shown(known.join(', '))}${problems.length > 0 ? ', as far as it is known' : ''}`];
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function problemLines({ message, remedy, line, code, ...location }: PlacedProblem): string[] {
  const { file, document, field } = location;
  const place = formatLocation({
    ...(file === undefined ? {} : { file: line === undefined ? file : `${file}:${line}` }),
    ...(document === undefined ? {} : { document }),
    ...(field === undefined ? {} : { field }),
  });
  return [
    `  ${code}${place === '' ? '' : `: ${shown(place)}`}`,
    `    ${shown(message)}`,
    `    ${shown(remedy)}`,
  ];
}

function requestLines({ request, secret, serviceAccounts, role, statements, ...place }: CheckedRequest) {
  return [
    `  ${shown(request)} (${shown(formatLocation(place))})`,
    `    role ${shown(role)} for ${shown(serviceAccounts.join(', '))}; Secret ${shown(secret)}`,
    ...statements.map(({ effect, action, resource, condition }) => {
      const where = condition === undefined ? '' : ` if ${condition}`;
      return `    ${shown(`${effect} on ${resource}${where}: ${action.join(', ')}`)}`;
    }),
  ];
}

function shown(text: string): string {
  return visibleLine(text);
}
