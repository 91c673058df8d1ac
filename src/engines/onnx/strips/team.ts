/** Threads that paint one picture together: all of them run the same steps, and share the pieces of each step. */

/** One thread's part in it. */
export interface Team {
  /**
   * One step of the picture: does its pieces, 0 to `count` - 1, in this order, each on the thread that takes it.
   * Resolves when all are done, by whomever; rejects where this thread or another one failed.
   */
  share(count: number, work: (piece: number) => Promise<void> | void): Promise<void>;
  /** The same, where what a piece gives may not be settled before its neighbors are done. */
  shareSettled(count: number, work: (piece: number) => Promise<() => void>): Promise<void>;
}

/** Numbers that the threads share: for each step who takes which piece, and which pieces are done. */
const FAILED = 0;
const HEADER = 1;
/** How many pieces were taken, and by how many threads all that there were. */
const STEP_NUMBERS = 2;
const MOST_STEPS = 64;

/** How soon those who wait notice that another thread has failed. */
const RECHECK_MS = 100;

/** What the threads of one picture are told to be a team; `mostPieces` of a step. */
export function teamMemory(mostPieces: number): SharedArrayBuffer {
  const numbers = HEADER + MOST_STEPS * STEP_NUMBERS + mostPieces;
  return new SharedArrayBuffer(numbers * Int32Array.BYTES_PER_ELEMENT);
}

/** For one of `threads` threads. */
export function teamOf(memory: SharedArrayBuffer, threads: number): Team {
  const numbers = new Int32Array(memory);
  const donePlace = HEADER + MOST_STEPS * STEP_NUMBERS;
  let step = 0;

  /** Blocks until the number at that place has reached this value. */
  const wait = (place: number, value: number): void => {
    for (;;) {
      const now = Atomics.load(numbers, place);
      if (Atomics.load(numbers, FAILED) !== 0) throw new AbandonedError();
      if (now >= value) return;
      Atomics.wait(numbers, place, now, RECHECK_MS);
    }
  };

  const raise = (place: number, value: number): void => {
    Atomics.store(numbers, place, value);
    Atomics.notify(numbers, place);
  };

  const stepped = async (work: (take: () => number) => Promise<void>): Promise<void> => {
    const taken = HEADER + step * STEP_NUMBERS;
    const finished = taken + 1;
    step += 1;
    try {
      await work(() => Atomics.add(numbers, taken, 1));
      Atomics.add(numbers, finished, 1);
      Atomics.notify(numbers, finished);
      wait(finished, threads);
    } catch (error) {
      Atomics.store(numbers, FAILED, 1);
      throw error;
    }
  };

  return {
    share: (count, work) =>
      stepped(async (take) => {
        for (let piece = take(); piece < count; piece = take()) await work(piece);
      }),
    shareSettled: (count, work) =>
      stepped(async (take) => {
        const held = new Map<number, () => void>();
        const isDone = (piece: number) =>
          piece < 0 || piece >= count || Atomics.load(numbers, donePlace + piece) >= step;
        for (let piece = take(); piece < count; piece = take()) {
          held.set(piece, await work(piece));
          raise(donePlace + piece, step);
          for (const [earlier, settle] of held) {
            if (!isDone(earlier - 1) || !isDone(earlier + 1)) continue;
            held.delete(earlier);
            settle();
          }
        }
        for (const [piece, settle] of held) {
          for (const neighbor of [piece - 1, piece + 1]) {
            if (!isDone(neighbor)) wait(donePlace + neighbor, step);
          }
          settle();
        }
      }),
  };
}

/** Another thread of the team has failed, and says why. */
export class AbandonedError extends Error {
  constructor() {
    super('Another thread failed.');
  }
}
