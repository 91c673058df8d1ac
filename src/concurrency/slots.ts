/**
 * Bounded concurrency with a bounded queue, in which callers take turns. What neither fits in there
 * nor can be done in time is refused before it begins.
 */

import { ProblemError } from '../errors.ts';
import { type FairQueue, fairQueue } from './fair-queue.ts';
import { estimateLatency, type LatencyEstimate } from './latency.ts';

export interface SlotsOptions {
  /** Pieces of work that run at the same time. */
  readonly slots: number;
  /** Pieces of work that may wait for a slot. */
  readonly queueSize: number;
}

export interface Claim {
  /** Who asks: callers take turns, and whoever has most waiting gives way first. */
  readonly caller: string;
  /** In any unit that time grows with. */
  readonly size: number;
  /** When it has to be done, by `performance.now()`. */
  readonly deadline?: number | undefined;
}

export interface Slots {
  /**
   * Runs `work` once a slot is free. Rejects with a `slots-full` problem where the queue is full or
   * too slow, with a `deadline-exceeded` problem where the work alone would take too long, and with
   * the signal's reason where it aborts while waiting. Work without a claim waits however long it
   * takes: its number is bounded elsewhere.
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>, claim?: Claim): Promise<T>;
  readonly running: number;
  readonly waiting: number;
  /** How long the one has waited that has waited longest; 0 where none waits. */
  readonly oldestWaitMs: number;
}

interface Entry {
  readonly size: number;
  readonly enter: () => void;
  /** Absent where the entry may not be turned away. */
  readonly refuse?: (reason: ProblemError) => void;
}

interface Running {
  readonly size: number;
  readonly begun: number;
}

/** Of work without a claim, which takes turns with the callers as one of them. */
const NOBODY = '';

export function createSlots({ slots, queueSize }: SlotsOptions): Slots {
  const queue = fairQueue<Entry>();
  const latency = estimateLatency();
  const running = new Set<Running>();
  /** When each of those came that wait, the oldest first. */
  const arrivals = new Set<{ readonly ms: number }>();
  let taken = 0;

  const backlogMs = (entries: readonly Entry[]): number => {
    const now = performance.now();
    const left = [...running].map(({ size, begun }) =>
      Math.max(0, (latency.predictMs(size) ?? 0) - (now - begun)),
    );
    const waiting = entries.map(({ size }) => latency.predictMs(size) ?? 0);
    return sum([...left, ...waiting]) / slots;
  };

  const slotsFull = (waitMs: number): ProblemError =>
    new ProblemError('slots-full', `All ${slots} slots are busy and ${queue.size} requests wait.`, {
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    });

  const checkTime = ({ caller, size, deadline }: Claim): void => {
    const ownMs = latency.predictMs(size);
    if (deadline === undefined || ownMs === undefined) return;
    const leftMs = deadline - performance.now();
    const wait = taken < slots ? 0 : backlogMs(queue.ahead(caller));
    if (wait + ownMs <= leftMs) return;
    if (ownMs <= leftMs) throw slotsFull(wait);
    latency.lower();
    throw tooLong(ownMs, leftMs);
  };

  /** Makes room by turning away the newest of whoever has more waiting than this caller. */
  const makeRoom = ({ caller }: Claim): void => {
    if (queue.count(isRefusable) < queueSize) return;
    const excess = queue.excess(caller, isRefusable);
    const full = slotsFull(backlogMs(queue.ahead(caller)));
    if (excess?.refuse === undefined) throw full;
    excess.refuse(full);
  };

  const acquire = (signal: AbortSignal, claim: Claim | undefined): Promise<void> => {
    signal.throwIfAborted();
    if (claim) checkTime(claim);
    if (taken < slots) {
      taken += 1;
      return Promise.resolve();
    }
    if (claim) makeRoom(claim);
    const arrival = { ms: performance.now() };
    arrivals.add(arrival);
    return enqueue(queue, signal, claim).finally(() => arrivals.delete(arrival));
  };

  /** A freed slot passes straight to the next in the queue, so nobody can overtake. */
  const release = (): void => {
    const next = queue.next();
    if (next) next.enter();
    else taken -= 1;
  };

  return {
    async run(signal, work, claim) {
      await acquire(signal, claim);
      const run = { size: claim?.size ?? 0, begun: performance.now() };
      running.add(run);
      try {
        const result = await work();
        observe(latency, run);
        return result;
      } catch (error) {
        // It would have taken at least as long as it was given.
        if (signal.aborted && isLate(latency, run)) observe(latency, run);
        throw error;
      } finally {
        running.delete(run);
        release();
      }
    },
    get running() {
      return taken;
    },
    get waiting() {
      return queue.size;
    },
    get oldestWaitMs() {
      const [oldest] = arrivals;
      return oldest ? performance.now() - oldest.ms : 0;
    },
  };
}

function isRefusable({ refuse }: Entry): boolean {
  return refuse !== undefined;
}

/** Resolves when it is the entry's turn. */
function enqueue(
  queue: FairQueue<Entry>,
  signal: AbortSignal,
  claim: Claim | undefined,
): Promise<void> {
  const { caller, size } = claim ?? { caller: NOBODY, size: 0 };
  return new Promise((resolve, reject) => {
    const entry: Entry = {
      size,
      enter() {
        signal.removeEventListener('abort', leave);
        resolve();
      },
      ...(claim && { refuse: (reason: ProblemError) => turnAway(reason) }),
    };
    const turnAway = (reason: unknown) => {
      queue.remove(caller, entry);
      signal.removeEventListener('abort', leave);
      reject(reason);
    };
    const leave = () => turnAway(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    queue.add(caller, entry);
  });
}

function isLate(latency: LatencyEstimate, { size, begun }: Running): boolean {
  return performance.now() - begun > (latency.predictMs(size) ?? 0);
}

function observe(latency: LatencyEstimate, { size, begun }: Running): void {
  if (size > 0) latency.observe(size, performance.now() - begun);
}

function tooLong(ownMs: number, leftMs: number): ProblemError {
  const seconds = (ms: number) => Math.max(0, Math.round(ms / 100) / 10);
  return new ProblemError(
    'deadline-exceeded',
    `It would take some ${seconds(ownMs)} s, and an answer may take ${seconds(leftMs)} s more. ` +
      'Send "Prefer: respond-async", or ask for a smaller max_size.',
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
