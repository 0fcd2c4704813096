/** A failure that the reader can do something about: shown as its message and remedy, without a stack. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}
