/**
 * Bytes that callers have sent and that are held for them, all requests together. Counted as they
 * arrive: what is only announced takes nothing from anybody. Where there is no room, whoever holds
 * most gives way first, so nobody can keep others out by sending a lot, slowly.
 */

import { ProblemError } from '../errors.ts';
import { abandonable, linkedSignal } from './deadline.ts';

export interface ByteBudget {
  /** Holds bytes for a caller until the work is done. */
  lease<T>(caller: string, work: (lease: Lease) => Promise<T>): Promise<T>;
  readonly heldBytes: number;
}

export interface Lease {
  /**
   * Runs what receives bytes and counts them with `add`, which throws a `slots-full` problem where
   * there is no room. `ended` aborts, and the promise rejects, with the signal's reason or where
   * others need the room more: with such a problem, too. What has been received is safe.
   */
  receive<T>(
    signal: AbortSignal,
    receiver: (add: (bytes: number) => void, ended: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

interface Holding {
  readonly caller: string;
  bytes: number;
  /** Absent while nothing is being received. */
  giveWay?: (reason: ProblemError) => void;
}

/** Of work that no caller waits for. */
export const NOBODY = '';

export function createByteBudget(maxBytes: number): ByteBudget {
  /** In the order in which they began. */
  const holdings = new Set<Holding>();
  const byCaller = new Map<string, number>();
  let total = 0;

  const count = (holding: Holding, bytes: number): void => {
    const held = (byCaller.get(holding.caller) ?? 0) + bytes;
    if (held === 0) byCaller.delete(holding.caller);
    else byCaller.set(holding.caller, held);
    holding.bytes += bytes;
    total += bytes;
  };

  const heldBy = ({ caller }: Holding): number => byCaller.get(caller) ?? 0;

  /** The newest of what is still being received for whoever holds most, where that is more. */
  const excess = (holding: Holding, bytes: number): Holding | undefined => {
    const others = [...holdings].filter(
      (other) => other.giveWay && other.bytes > 0 && other.caller !== holding.caller,
    );
    const most = Math.max(0, ...others.map(heldBy));
    if (most <= heldBy(holding) + bytes) return undefined;
    return others.findLast((other) => heldBy(other) === most);
  };

  const add = (holding: Holding, bytes: number): void => {
    while (total + bytes > maxBytes) {
      const other = excess(holding, bytes);
      if (other === undefined) throw full();
      count(other, -other.bytes);
      other.giveWay?.(full());
    }
    count(holding, bytes);
  };

  const receive: (holding: Holding) => Lease['receive'] = (holding) => async (signal, receiver) => {
    const { signal: ended, abort, release } = linkedSignal(signal);
    holding.giveWay = (reason) => {
      delete holding.giveWay;
      abort(reason);
    };
    const addHere = (bytes: number) => {
      ended.throwIfAborted();
      add(holding, bytes);
    };
    try {
      return await abandonable(ended, receiver(addHere, ended));
    } finally {
      delete holding.giveWay;
      release();
    }
  };

  return {
    async lease(caller, work) {
      const holding: Holding = { caller, bytes: 0 };
      holdings.add(holding);
      try {
        return await work({ receive: receive(holding) });
      } finally {
        count(holding, -holding.bytes);
        holdings.delete(holding);
      }
    },
    get heldBytes() {
      return total;
    },
  };
}

function full(): ProblemError {
  const detail = 'Too many bytes of other requests are waiting.';
  return new ProblemError('slots-full', detail, { retryAfterSeconds: 1 });
}
