/** What a changelog says of a version, without its heading; undefined where it has no section for it. */
export function notesOf(changelog: string, version: string): string | undefined {
  const section = changelog
    .split(/^## /m)
    .slice(1)
    .find((text) => /^\S+/.exec(text)?.[0] === version);
  const notes = section?.slice(section.indexOf('\n')).trim();
  return notes ? `${notes}\n` : undefined;
}
