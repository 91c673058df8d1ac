/** Whether the server can be reached: any request may find out that it cannot, and waits until it can again. */

import { useEffect, useState } from 'preact/hooks';

/** Until it is asked again: longer from time to time. */
const WAITS_MS = [500, 1000, 2000, 4000];

/** A request that fails though the server answers is not one that it will ever answer. */
const MAX_FAILURES = 3;

/** What proxies say while there is nobody behind them. */
const NOBODY_THERE: readonly number[] = [502, 504];

const PROBE = '/health/live';

let recovery: Promise<void> | undefined;
let tryNow = () => {};
const watchers = new Set<(isLost: boolean) => void>();

/** The request could not be sent, or its answer not be received, though the server is there. */
export class BrokenOffError extends Error {}

/**
 * The answer to a request, however long the server is away in between. Rejects with the signal's reason, or with a
 * {@link BrokenOffError}.
 */
export async function reach(ask: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
  for (let failures = 1; ; failures += 1) {
    try {
      const answer = await ask();
      if (!isNobodyThere(answer)) return answer;
    } catch (cause) {
      signal?.throwIfAborted();
      if (failures === MAX_FAILURES) throw new BrokenOffError('It broke off.', { cause });
    }
    await Promise.race([recovered(), aborted(signal)]);
  }
}

/** Asks again at once, rather than when it is time. */
export function retryConnection(): void {
  tryNow();
}

export function useConnection(): { readonly isLost: boolean } {
  const [isLost, setLost] = useState(recovery !== undefined);
  useEffect(() => {
    watchers.add(setLost);
    return () => void watchers.delete(setLost);
  }, []);
  return { isLost };
}

function recovered(): Promise<void> {
  recovery ??= untilThere().finally(() => {
    recovery = undefined;
    tell(false);
  });
  return recovery;
}

async function untilThere(): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(PROBE, { cache: 'no-store' }).catch(() => undefined);
    if (answer && !isNobodyThere(answer)) return;
    tell(true);
    await pauseOr(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)]!);
  }
}

/** Ends early when the visitor says so, or when the network is back. */
function pauseOr(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    tryNow = end;
  });
}

function tell(isLost: boolean): void {
  for (const watcher of watchers) watcher(isLost);
}

/** Answers of the service itself say what they are. */
function isNobodyThere({ status, headers }: Response): boolean {
  const isOwn = headers.get('content-type')?.includes('json') ?? false;
  return NOBODY_THERE.includes(status) && !isOwn;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
