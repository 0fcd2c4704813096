/** A line that a command printed, and when. */
export interface PrintedLine {
  readonly text: string;
  /** Milliseconds since the command began. */
  readonly atMs: number;
}

const FONT_SIZE = 13;
const LINE_HEIGHT = 19;
const CHARACTER_WIDTH = 7.83;
const MARGIN = 18;
const BAR = 28;
/** How long the whole stays to be read before it begins again, in seconds. */
const REST = 12;

/**
 * A picture, in SVG, of a terminal in which a command is typed and its lines appear when they did. It plays again and again
 * by CSS alone; who prefers less motion, or prints it, sees the whole.
 *
 * @param columns Longer lines are cut, with an ellipsis.
 */
export function recording(command: string, lines: readonly PrintedLine[], columns = 112): string {
  const shown = [{ text: `$ ${command}`, atMs: 0 }, ...lines];
  const width = Math.round(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = BAR + shown.length * LINE_HEIGHT + 2 * MARGIN;
  const total = (shown.at(-1)?.atMs ?? 0) / 1000 + REST;
  const rows = shown.map(({ text, atMs }, index) => {
    const y = BAR + MARGIN + index * LINE_HEIGHT + FONT_SIZE;
    const share = (atMs / 1000 / total) * 100;
    return {
      style: `.l${index}{animation-name:a${index}}@keyframes a${index}{0%,${share.toFixed(2)}%{opacity:0}${(share + 0.01).toFixed(2)}%,100%{opacity:1}}`,
      text: `<text class="l l${index}${classOf(text, index)}" x="${MARGIN}" y="${y}">${escaped(cut(text, columns))}</text>`,
    };
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(command)} in a terminal, line by line">
<style>
text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d5dbe3;white-space:pre}
.command{fill:#fff;font-weight:600}.good{fill:#6fcf86}.next{fill:#8ab8ff}.dim{fill:#94a0ae}
.l{animation-duration:${total.toFixed(1)}s;animation-iteration-count:infinite;animation-timing-function:step-end}
@media (prefers-reduced-motion:reduce),print{.l{animation:none}}
${rows
  .slice(1)
  .map(({ style }) => style)
  .join('\n')}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#12171e"/>
<circle cx="20" cy="15" r="5" fill="#ff5f57"/><circle cx="38" cy="15" r="5" fill="#febc2e"/><circle cx="56" cy="15" r="5" fill="#28c840"/>
${rows.map(({ text }) => text).join('\n')}
</svg>
`;
}

function classOf(text: string, index: number): string {
  if (index === 0) return ' command';
  if (/ (Prepared|SUCCEEDED)$/.test(text)) return ' good';
  if (text.startsWith('Next')) return ' next';
  return /^ {2}[a-z]/.test(text) ? ' dim' : '';
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
