/** A file that is not what it should be; the message says what was expected and what was found. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
