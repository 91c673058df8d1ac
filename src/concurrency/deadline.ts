/** Waiting that ends: when the caller is gone, or when a deadline has passed. */

import { ProblemError } from '../errors.ts';
import { after } from './timers.ts';

/** When work is given up, and the reasons that its signal then has. */
export interface Patience {
  readonly caller: AbortSignal;
  readonly timeoutMs: number;
  readonly tooLate: () => unknown;
  /** The caller's own reason where absent. */
  readonly hungUp?: (() => unknown) | undefined;
}

/**
 * Runs the work with a signal that aborts with the caller's or when the time is over.
 * (`AbortSignal.any` with a timeout is not used: Node 20 forgets such a timeout at the next garbage
 * collection.)
 */
export function within<T>(
  { caller, timeoutMs, tooLate, hungUp }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return endable(
    caller,
    async (signal, end) => {
      const cancel = after(timeoutMs, () => end(tooLate()));
      try {
        return await work(signal);
      } finally {
        cancel();
      }
    },
    hungUp,
  );
}

/** Runs the work with a signal that follows the caller's, and that `end` aborts, too. */
export async function endable<T>(
  caller: AbortSignal,
  work: (signal: AbortSignal, end: (reason: unknown) => void) => Promise<T>,
  hungUp: () => unknown = () => caller.reason as unknown,
): Promise<T> {
  const controller = new AbortController();
  const follow = () => controller.abort(hungUp());
  if (caller.aborted) follow();
  caller.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal, (reason) => controller.abort(reason));
  } finally {
    caller.removeEventListener('abort', follow);
  }
}

/**
 * Runs the work with a signal that aborts when the caller hangs up or the time is over; its reason
 * is a `client-closed-request` or `deadline-exceeded` problem.
 */
export function withDeadline<T>(
  caller: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const detail = `The painting was not ready within ${timeoutMs} ms.`;
  const tooLate = () => new ProblemError('deadline-exceeded', detail);
  const hungUp = () => new ProblemError('client-closed-request', 'The connection was closed.');
  return within({ caller, timeoutMs, tooLate, hungUp }, work);
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
