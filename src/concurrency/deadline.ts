/** Waiting that ends: when the caller is gone, or when a deadline has passed. */

import { setMaxListeners } from 'node:events';
import { ProblemError } from '../errors.ts';
import { after } from './timers.ts';

/** When a signal aborts beside its parent, and the reasons that it then has. */
export interface LinkOptions {
  /** Without limit where absent. */
  readonly timeoutMs?: number;
  /** Made when the time is over; an `AbortError` where absent. */
  readonly reason?: () => unknown;
  /** Made when the parent aborts; the parent's own reason where absent. */
  readonly parentReason?: () => unknown;
}

export interface LinkedSignal {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  /** Lets go of the parent and of the time. To be called when the work with the signal has ended. */
  readonly release: () => void;
}

/** The parent of work that nobody ends: however much there is at the same time. */
export const NEVER: AbortSignal = new AbortController().signal;
setMaxListeners(0, NEVER);

/**
 * A signal that aborts with its parent, when the time is over, or when `abort` is called.
 * (`AbortSignal.any` with a timeout is not used: Node 20 forgets such a timeout at the next garbage
 * collection.)
 */
export function linkedSignal(
  parent: AbortSignal,
  { timeoutMs, reason, parentReason = () => parent.reason as unknown }: LinkOptions = {},
): LinkedSignal {
  const controller = new AbortController();
  const abort = (why: unknown) => controller.abort(why);
  const follow = () => abort(parentReason());
  if (parent.aborted) follow();
  parent.addEventListener('abort', follow, { once: true });
  const cancel = timeoutMs === undefined ? () => {} : after(timeoutMs, () => abort(reason?.()));
  const release = () => {
    cancel();
    parent.removeEventListener('abort', follow);
  };
  return { signal: controller.signal, abort, release };
}

/** Runs the work with a {@link linkedSignal}, and releases that when the work has ended. */
export async function within<T>(
  parent: AbortSignal,
  options: LinkOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, release } = linkedSignal(parent, options);
  try {
    return await work(signal);
  } finally {
    release();
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
  const reason = () => new ProblemError('deadline-exceeded', detail);
  const parentReason = () =>
    new ProblemError('client-closed-request', 'The connection was closed.');
  return within(caller, { timeoutMs, reason, parentReason }, work);
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
