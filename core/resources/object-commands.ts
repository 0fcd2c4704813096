/** Shows all versions of an object, or of a folder. */
export function listVersionsCommand(bucket: string, prefix: string): string {
  return `aws s3api list-object-versions --bucket ${bucket} --prefix ${prefix}`;
}
