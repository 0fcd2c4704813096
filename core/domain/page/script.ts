import { createHash } from 'node:crypto';
import { type Html, trusted } from '../html.ts';

/**
 * The only script of a page. The page's policy lets just this text run, so nothing that may have got into the page can.
 *
 * @returns The element, and what `script-src` of the policy has to say.
 */
export function pageScript(...texts: readonly string[]): { readonly element: Html; readonly source: string } {
  const text = texts.join('');
  const digest = createHash('sha256').update(text).digest('base64');
  return { element: trusted(`<script>${text}</script>`), source: `'sha256-${digest}'` };
}
