/**
 * The style sheet of an audit's page. Every pair of text and ground has a contrast of at least 4.5 in light and in
 * dark; test/browser/audit-page.test.ts measures it.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #ffffff; --sunken: #f3f5f8; --line: #dde2ea; --edge: #8792a3;
  --ink: #1a2230; --quiet: #556072; --link: #1b4fa0; --focus: #1b6ef3;
  --good: #12603a; --good-ground: #e4f3ea; --good-mark: #4aa877;
  --bad: #a11a1f; --bad-ground: #fdebea; --bad-mark: #d9544f; --bad-line: #efb8b5;
  --warn: #774800; --warn-ground: #fcf0da; --warn-mark: #dfa23c;
  --unknown: #475164; --unknown-ground: #e9edf3; --unknown-mark: #a3aebf;
  --info: #2b5480; --info-ground: #e6eff8; --info-mark: #8fb0d3;
  --new: #55309e; --new-ground: #efe9fc;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #10141a; --surface: #181d25; --sunken: #12171e; --line: #2b3340; --edge: #778396;
    --ink: #e3e8f0; --quiet: #a2adbd; --link: #92bbff; --focus: #7fb0ff;
    --good: #86d9ad; --good-ground: #15301f; --good-mark: #3d8f63;
    --bad: #ffaca6; --bad-ground: #3b191b; --bad-mark: #cf5650; --bad-line: #713033;
    --warn: #f1c778; --warn-ground: #35280f; --warn-mark: #b98528;
    --unknown: #bcc5d2; --unknown-ground: #262d38; --unknown-mark: #67738a;
    --info: #a9cdf3; --info-ground: #1a2b3d; --info-mark: #4f7397;
    --new: #cbbaff; --new-ground: #2b2349;
  }
}

*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 3rem) 4rem; max-width: 76rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.6 var(--sans); overflow-wrap: anywhere;
}
h1, h2, h3, h4, h5, p, ul, dl, dt, dd, pre, table { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: clamp(1.75rem, 5vw, 2.375rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; }
h2 { font-size: 1.3125rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
h3 { font-size: 1.125rem; line-height: 1.35; font-weight: 650; }
h4 { font-size: 1rem; line-height: 1.4; font-weight: 600; }
h5 { font-size: 0.875rem; line-height: 1.4; font-weight: 600; }
b { font-weight: 600; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
[id] { scroll-margin-top: 1.5rem; }
main:focus { outline: none; }
code, pre { font-family: var(--mono); font-size: 0.8125rem; }
code { overflow-wrap: anywhere; }
.quiet, .aside { color: var(--quiet); font-size: 0.875rem; font-weight: 400; }
[hidden] { display: none !important; }
.sheet { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -6rem; z-index: 2; padding: 0.5rem 1rem; border-radius: 0.5rem; background: var(--surface); border: 1px solid var(--edge); }
.skip:focus { top: 1rem; }

svg { flex: none; width: 1em; height: 1em; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.badge {
  display: inline-flex; align-items: center; gap: 0.375rem; padding: 0.125rem 0.625rem 0.125rem 0.5rem; border-radius: 1rem;
  font-size: 0.8125rem; line-height: 1.4; font-weight: 550; white-space: nowrap; text-decoration: none;
}
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.badge.warn { color: var(--warn); background: var(--warn-ground); }
.badge.unknown { color: var(--unknown); background: var(--unknown-ground); }
.badge.info { color: var(--info); background: var(--info-ground); }
.badge.new { color: var(--new); background: var(--new-ground); }
a.badge:hover { box-shadow: 0 0 0 1px currentColor; }
a.badge:focus-visible { border-radius: 1rem; }

header { display: grid; gap: 1.25rem; }
.lead { font-size: clamp(1.0625rem, 2.5vw, 1.25rem); line-height: 1.5; max-width: 60rem; margin-top: -0.5rem; }
.shares { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; }
.share { padding: 1.125rem 1.25rem 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; }
.share p { color: var(--quiet); font-size: 0.9375rem; }
.share p b { color: var(--ink); font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; margin-right: 0.125rem; font-variant-numeric: tabular-nums; }
.bar { display: flex; gap: 3px; height: 0.5rem; margin: 0.625rem 0 0.75rem; border-radius: 0.25rem; overflow: hidden; background: var(--sunken); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.bar i { flex: 1 1 0; min-width: 4px; }
.bar .good { background: var(--good-mark); }
.bar .bad { background: var(--bad-mark); }
.bar .warn { background: var(--warn-mark); }
.bar .unknown { background: var(--unknown-mark); }
.bar .info { background: var(--info-mark); }
.share ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.125rem; font-size: 0.875rem; }
.share li { display: inline-flex; align-items: center; gap: 0.375rem; }
.share .good { color: var(--good); }
.share .bad { color: var(--bad); }
.share .warn { color: var(--warn); }
.share .unknown { color: var(--unknown); }
.share .info { color: var(--info); }
.share .none { color: var(--quiet); }
.facts { display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem; font-size: 0.875rem; }
.facts div { min-width: 0; }
.facts dt { color: var(--quiet); }
.facts dd { overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.9375rem; }

main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 3rem; margin-top: 2.5rem; }
section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.note { display: flex; gap: 0.625rem; padding: 0.75rem 1rem; border-radius: 0.625rem; font-size: 0.9375rem; }
.note svg { margin-top: 0.3em; }
.note.good { padding: 0; color: var(--good); }
.note.unknown { color: var(--unknown); background: var(--unknown-ground); }
.danger { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; padding: 1.125rem 1.25rem 1.25rem; border: 1px solid var(--bad-line); border-left: 0.3125rem solid var(--bad-mark); border-radius: 0.625rem; background: var(--bad-ground); }
.danger > :is(h2, h3, h4) { display: flex; align-items: center; gap: 0.5rem; color: var(--bad); }
.danger ul, .reasons { display: grid; gap: 0.25rem; padding-left: 1.125rem; list-style: disc; }
.danger a { color: var(--bad); }

.news { display: grid; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--surface); }
.news li { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.25rem 0.75rem; align-items: start; justify-items: start; padding: 0.75rem 1.25rem; }
.news li > .badge { margin-top: 0.125rem; }
.news li + li { border-top: 1px solid var(--line); }
.news .aside { display: block; }

.news > li > :last-child { justify-self: stretch; min-width: 0; }
.more > summary > .message { color: var(--ink); font-weight: 400; }
.more > summary > .aside { flex-basis: 100%; }
.filters { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: end; font-size: 0.875rem; }
.filters label { display: grid; gap: 0.25rem; color: var(--quiet); }
.filters :is(input, select) { height: 2.25rem; min-width: 12rem; padding: 0.375rem 0.625rem; border: 1px solid var(--edge); border-radius: 0.375rem; background: var(--surface); color: var(--ink); font: inherit; }
.filters output { padding-block: 0.4375rem; color: var(--quiet); }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--surface); }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; overflow-wrap: break-word; }
caption { padding: 0.75rem 1rem; text-align: left; color: var(--quiet); font-size: 0.875rem; }
caption span { position: sticky; left: 1rem; display: inline-block; max-width: calc(100vw - 5.5rem); }
th, td { padding: 0.625rem 1rem; border-top: 1px solid var(--line); text-align: left; vertical-align: middle; }
thead th { color: var(--quiet); font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody tr:hover > * { background: var(--sunken); }
.scroll th, .scroll td { white-space: nowrap; }
.scroll .long { min-width: 24rem; white-space: normal; }
.uses tbody :is(th, td:nth-child(2)) { font: 0.8125rem var(--mono); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.matrix thead th, .matrix td { font-variant-numeric: tabular-nums; }
.scroll:has(.matrix) { max-height: max(20rem, 80vh); }
.matrix thead th { position: sticky; top: 0; z-index: 1; background: var(--surface); box-shadow: 0 1px var(--line); }
.matrix tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--surface); box-shadow: 1px 0 var(--line); min-width: 6.5rem; max-width: 12rem; white-space: normal; }
.matrix td .badge + .badge { margin-left: 0.375rem; }
.matrix tbody tr:hover > :first-child { background: var(--sunken); }
.matrix .none { color: var(--quiet); position: relative; padding-left: 1.875rem; }

summary { --left: 0rem; --top: 0rem; position: relative; display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding: var(--top) var(--left) var(--top) calc(var(--left) + 1.5rem); cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; position: absolute; left: calc(var(--left) + 0.125rem); top: calc(var(--top) + 0.5rem); width: 0.4375rem; height: 0.4375rem; border: solid var(--quiet); border-width: 0 2px 2px 0; transform: rotate(-45deg); }
details[open] > summary::before { transform: translateY(-2px) rotate(45deg); }
summary:hover :is(h3, h4, h5) { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
.cluster { --pad: 1.5rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--surface); overflow: clip; }
.cluster > summary { --left: var(--pad); --top: 1rem; border-radius: 0.75rem; }
.cluster > summary:focus-visible, .part > summary:focus-visible { outline-offset: -3px; }
.cluster > summary > .aside { margin-left: auto; }
.body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; padding: 0.25rem var(--pad) 1.25rem; scroll-margin-top: 5rem; }
.cluster > div { scroll-margin-top: 5rem; }
.part { margin-inline: calc(-1 * var(--pad)); border-top: 1px solid var(--line); }
.part + .part { margin-top: -1.25rem; }
.part > summary { --left: var(--pad); --top: 0.8125rem; }
.inner { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.875rem; padding: 0.125rem var(--pad) 1.5rem calc(var(--pad) + 1.5rem); scroll-margin-top: 4.5rem; }
.inner > :is(h5, .lesser):not(:first-child) { margin-top: 0.75rem; }
.part > .scroll { margin: 0 var(--pad) 1.5rem; }
.group { display: flex; align-items: center; gap: 0.5rem; }
.group.critical { color: var(--bad); }
.group.warning { color: var(--warn); }
.group.info { color: var(--quiet); }
.count { color: var(--quiet); font-weight: 400; }
.lesser > .findings { margin-top: 0.75rem; }
.more > summary { color: var(--quiet); font-size: 0.875rem; }
.more > :not(summary) { margin-top: 0.625rem; }
.part + .back { margin-top: -1.25rem; }
.back { margin-inline: calc(-1 * var(--pad)); padding: 1.25rem var(--pad) 0; border-top: 1px solid var(--line); font-size: 0.875rem; }

.findings { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
.finding { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.625rem; padding-left: 1.125rem; border-left: 0.25rem solid var(--line); font-size: 0.9375rem; scroll-margin-top: 2rem; }
.finding.critical { border-left-color: var(--bad-mark); }
.finding.warning { border-left-color: var(--warn-mark); }
.finding.info { font-size: 0.875rem; color: var(--quiet); }
.finding:target { outline: 2px solid var(--focus); outline-offset: 0.625rem; border-radius: 2px; }
.message { font-size: 1rem; font-weight: 600; }
.info .message { font-size: inherit; font-weight: 400; color: var(--ink); }
.message .badge { margin-right: 0.25rem; vertical-align: 1px; }
.about { margin-top: -0.5rem; color: var(--quiet); }
.about code + code::before { content: "\\00b7"; margin-inline: 0.25em 0.75em; }
.actions { font-size: 0.875rem; }
.actions code { display: inline-block; padding: 0 0.375rem; border-radius: 0.25rem; background: var(--sunken); box-shadow: inset 0 0 0 1px var(--line); }
.evidence { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0.75rem; }
.evidence div { display: flex; flex-direction: column; gap: 0.25rem; min-width: 0; }
.evidence dt { color: var(--quiet); font-size: 0.8125rem; font-weight: 600; }
.evidence dd { flex: 1; display: grid; }
pre { padding: 0.75rem 0.875rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--sunken); color: var(--ink); line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
.commands code { display: block; position: relative; padding-left: 1.25rem; user-select: all; -webkit-user-select: all; }
.commands code + code { margin-top: 0.375rem; }
.commands code::before { content: "$"; content: "$" / ""; position: absolute; left: 0; color: var(--quiet); }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.875rem; }

@media (min-width: 60rem) {
  .matrix tr > :first-child { min-width: 13rem; max-width: 20rem; }
  .matrix :is(th, td) { padding-block: 0.375rem; padding-inline: 0.75rem; }
}
@media (max-width: 34rem) {
  .cluster { --pad: 1rem; }
  .cluster > summary > .aside { margin-left: 0; flex-basis: 100%; }
  .inner { padding-left: var(--pad); }
  .finding { padding-left: 0.75rem; }
  .news li { grid-template-columns: minmax(0, 1fr); padding-inline: 1rem; }
  th, td { padding-inline: 0.75rem; }
  .facts { gap: 0.625rem 1.5rem; }
  .about code { display: block; }
  .about code + code::before { content: none; }
  .evidence pre { word-break: break-all; }
}

@media print {
  @page { margin: 16mm 14mm; }
  :root { --ground: #fff; --surface: #fff; --sunken: #fff; --good-ground: #fff; --bad-ground: #fff; --warn-ground: #fff; --unknown-ground: #fff; --info-ground: #fff; --new-ground: #fff; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; line-height: 1.45; }
  nav, footer, .filters, .skip, .back, summary::before { display: none; }
  details::details-content { content-visibility: visible; display: block; }
  a { color: inherit; text-decoration: none; }
  /* Blocks break across pages where grids would leave them half empty. */
  main, section, .body, .inner, .findings, .finding, .evidence, .evidence dd, .danger { display: block; }
  main { margin-top: 8mm; }
  section + section { margin-top: 9mm; }
  :is(section, .body, .inner, .findings, .danger) > * + * { margin-top: 3mm; }
  .findings > * + *, article + article { margin-top: 6mm; }
  .finding > * + *, .evidence > * + * { margin-top: 1.5mm; }
  .shares { grid-template-columns: repeat(3, 1fr); }
  .cluster { border-width: 1px 0 0; border-radius: 0; overflow: visible; --pad: 0rem; }
  summary, .inner { padding-left: 0; }
  .part > summary { padding-block: 2.5mm 1.5mm; }
  .scroll, .scroll:has(.matrix) { overflow: visible; border-radius: 0; max-height: none; }
  .scroll th, .scroll td, .scroll .long { white-space: normal; min-width: 0; }
  .matrix thead th, .matrix tr > :first-child { position: static; box-shadow: none; }
  caption span { position: static; max-width: none; }
  th, td { padding: 1.5mm 2mm; }
  thead { display: table-header-group; }
  pre { padding: 2mm 2.5mm; }
  .badge { box-shadow: inset 0 0 0 1px currentColor; }
  tr, .share, .commands, .news li { break-inside: avoid; }
  h2, h3, h4, h5, summary, .message, .about, caption, dt { break-after: avoid; }
  p, li, pre { orphans: 3; widows: 3; }
}
@media (forced-colors: active) {
  .badge { border: 1px solid; }
}
`;
