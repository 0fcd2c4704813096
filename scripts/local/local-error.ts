import { ClientError } from '../../cli/errors.ts';

/** A failure that the reader can do something about: shown as its message and remedy, without a stack. */
export class LocalError extends ClientError {
  override readonly name = 'LocalError';
}
