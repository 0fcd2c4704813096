import { type Html, html, NOTHING } from '../html.ts';
import { badge, fold, icon, scrollingTable } from './html-parts.ts';
import type { RequestNews } from './news-schema.ts';
import {
  CHANGE_WORDS,
  gatesText,
  isWithoutNews,
  newsNotes,
  newsTitle,
  permissionGroups,
  type ReleaseWithNews,
  releasesWithNews,
} from './news-words.ts';
import type { AvailableRelease } from './report.ts';
import { plural } from './view.ts';

/** The releases that clusters are compared with, and what is new in each. */
export function availableReleases(all: readonly AvailableRelease[]): Html {
  const unusable = all.filter(({ problems }) => problems.length > 0);
  return html`<section aria-labelledby="releases">
<h2 id="releases">Available releases</h2>
${unusable.map(unusableRelease)}
${all.length === 0 ? html`<p class="quiet">None. Upload a bundle of a release as <code>releases/&lt;release&gt;.tgz</code> to have the fleet compared with it.</p>` : releaseTable(all)}
${releasesWithNews(all).map(newsFold)}
</section>`;
}

function unusableRelease({ release, source, problems }: AvailableRelease): Html {
  return html`<div class="danger">
<h3>${icon('bad')}The bundle of ${release} cannot be used</h3>
<p><code>${source}</code></p>
<ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
</div>`;
}

function releaseTable(all: readonly AvailableRelease[]): Html {
  const rows = all.map(
    ({
      release,
      source,
      cluster,
      requests,
      problems,
      ignored = [],
    }) => html`<tr><th scope="row">${release}</th>
<td>${cluster === undefined ? 'The whole fleet' : html`${cluster} only`}</td>
<td>${problems.length === 0 ? badge('good', 'Usable') : badge('bad', 'Cannot be used')}</td>
<td class="number">${requests}</td>
<td class="long"><code>${source}</code>${ignored.length === 0 ? NOTHING : html`<p class="quiet">Not read: ${ignored.join(', ')}</p>`}</td></tr>
`,
  );
  const table = html`<table>
<caption><span>Bundles of releases that clusters are compared with</span></caption>
<thead><tr><th scope="col">Release</th><th scope="col">For</th><th scope="col">State</th><th scope="col" class="number">Requests</th><th scope="col">Bundle</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
  return scrollingTable(`${plural(all.length, 'release')} available`, table);
}

function newsFold(release: ReleaseWithNews): Html {
  const { news } = release;
  const { requests } = news;
  const known = isWithoutNews(news) ? 'nothing' : 'not known';
  const head = html`<h3>${newsTitle(release)}</h3> <span class="aside">${requests.length === 0 ? known : plural(requests.length, 'request')}</span>`;
  return fold(
    { kind: 'cluster release' },
    head,
    html`<div class="body">
${newsNotes(news).map((note) => html`<p>${note}</p>`)}
${requests.length === 0 ? NOTHING : html`<ul class="findings">${requests.map(requestItem)}</ul>`}
</div>`,
  );
}

function requestItem(request: RequestNews): Html {
  const { change, name, secret, permissions, serviceAccounts } = request;
  const gates = gatesText(request);
  return html`<li class="finding">
<p class="message">${CHANGE_WORDS[change]}: ${secret}</p>
<p class="about"><code>${name}</code>${gates === undefined ? NOTHING : html` <span>${gates}</span>`}</p>
${permissionLines('New', permissions.new)}
${permissionLines('Gone', permissions.gone)}
${accountLine('New', serviceAccounts.new)}
${accountLine('Gone', serviceAccounts.gone)}
</li>
`;
}

function permissionLines(word: string, permissions: RequestNews['permissions']['new']): Html[] {
  return permissionGroups(permissions).map(
    ({ actions, where }) =>
      html`<p class="actions">${word} ${actions.length === 1 ? 'action' : 'actions'} ${actions.map((action) => html`<code>${action}</code> `)}${where}</p>\n`,
  );
}

function accountLine(word: string, names: readonly string[]): Html {
  if (names.length === 0) return NOTHING;
  return html`<p class="actions">${word} service ${names.length === 1 ? 'account' : 'accounts'} ${names.map((name) => html`<code>${name}</code> `)}</p>`;
}
