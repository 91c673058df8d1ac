/** Training met a number that is not finite; the state before that step is intact. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}
