import { visible } from '../util/visible.ts';

/**
 * Writing HTML in which data stays text: `html` escapes whatever is put into it, unless `html` itself made it.
 */

/** Data that was parsed from JSON can never have this key, so it can never pass for markup. */
const MARKUP: unique symbol = Symbol('markup');

/** A piece of a page, in which everything that has to be escaped is. */
export interface Html {
  readonly [MARKUP]: string;
}

export type Content = string | number | Html | readonly Content[];

export const NOTHING: Html = { [MARKUP]: '' };

/**
 * A piece of a page from a template. Values may stand in text and in attributes within double quotes, nowhere else:
 * not in the name of an element or attribute, in an address, nor in a script or style.
 */
export function html(template: TemplateStringsArray, ...values: readonly Content[]): Html {
  const parts = template.map(
    (part, index) => part + (index < values.length ? rendered(values[index] ?? '') : ''),
  );
  return { [MARKUP]: parts.join('') };
}

/** Markup that the program itself holds, e.g. a style sheet. Never for data. */
export function trusted(markup: string): Html {
  return { [MARKUP]: markup };
}

export function htmlText(page: Html): string {
  return page[MARKUP];
}

function rendered(value: Content): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return value.map(rendered).join('');
  return value[MARKUP];
}

function isList(value: Html | readonly Content[]): value is readonly Content[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that are not seen are shown: those for the direction of writing could make a command look like another one. */
function escaped(text: string): string {
  return visible(text.replace(/\r\n?/g, '\n')).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
