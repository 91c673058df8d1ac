/** Bounded concurrency with a bounded queue: work beyond both is refused at once. */

import { ProblemError } from '../errors.ts';

export interface SlotsOptions {
  /** Pieces of work that run at the same time. */
  readonly slots: number;
  /** Pieces of work that may wait for a slot. */
  readonly queueSize: number;
}

export interface Patience {
  /** Waits however long the queue is: for work whose number is bounded elsewhere. */
  readonly patient: boolean;
}

export interface Slots {
  /**
   * Runs `work` once a slot is free. Rejects with a `slots-full` problem where the queue is full,
   * and with the signal's reason where it aborts while waiting.
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>, patience?: Patience): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

/** Weight of the latest piece of work in the average that `Retry-After` is worked out from. */
const SMOOTHING = 0.2;

export function createSlots({ slots, queueSize }: SlotsOptions): Slots {
  const queue: (() => void)[] = [];
  let running = 0;
  let averageMs = 100;

  const acquire = (signal: AbortSignal, patient: boolean): Promise<void> => {
    signal.throwIfAborted();
    if (running < slots) {
      running += 1;
      return Promise.resolve();
    }
    if (!patient && queue.length >= queueSize) throw slotsFull();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.push(enter);
    });
  };

  /** A freed slot passes straight to the next in the queue, so nobody can overtake. */
  const release = (): void => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };

  const slotsFull = () =>
    new ProblemError(
      'slots-full',
      `All ${slots} slots are busy and ${queue.length} requests wait.`,
      {
        retryAfterSeconds: Math.max(1, Math.ceil((queue.length * averageMs) / slots / 1000)),
      },
    );

  return {
    async run(signal, work, { patient } = { patient: false }) {
      await acquire(signal, patient);
      const started = performance.now();
      try {
        return await work();
      } finally {
        averageMs += SMOOTHING * (performance.now() - started - averageMs);
        release();
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
  };
}
