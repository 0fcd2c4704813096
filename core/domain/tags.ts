/** Tags of one resource, by key. */
export type Tags = Readonly<Record<string, string>>;

/** Tags that are desired and not there, or there with another value. Tags of others are never counted. */
export function missingTags(desired: Tags, actual: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(desired).filter(([key, value]) => actual[key] !== value));
}

/** Whether two sets of tags are equal, whatever their order. */
export function sameTags(left: Tags, right: Tags): boolean {
  return (
    Object.keys(left).length === Object.keys(right).length &&
    Object.keys(missingTags(left, right)).length === 0
  );
}
