/** Waiting that ends: when the caller is gone, or when a deadline has passed. */

import { ProblemError } from './errors.ts';

/**
 * Runs the work with a signal that aborts when the caller hangs up or the time is over; its reason
 * is a `client-closed-request` or `deadline-exceeded` problem. (`AbortSignal.any` with a timeout is
 * not used: Node 20 forgets such a timeout at the next garbage collection.)
 */
export async function withDeadline<T>(
  caller: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const hungUp = () =>
    controller.abort(new ProblemError('client-closed-request', 'The connection was closed.'));
  const tooLate = () => {
    const detail = `The painting was not ready within ${timeoutMs} ms.`;
    controller.abort(new ProblemError('deadline-exceeded', detail));
  };
  if (caller.aborted) hungUp();
  caller.addEventListener('abort', hungUp, { once: true });
  const timer = setTimeout(tooLate, timeoutMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    caller.removeEventListener('abort', hungUp);
  }
}

/**
 * The promise's result, or a rejection with the signal's reason as soon as it aborts. The work
 * behind the promise is not stopped; its own failure is then nobody's concern.
 */
export async function abandonable<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
