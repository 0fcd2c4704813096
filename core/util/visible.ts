/**
 * A stranger's text for a terminal, a console or a mail: control characters and those that turn the direction of
 * writing are shown by their code points, so that they do nothing. Line breaks stay.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
