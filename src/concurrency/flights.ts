/** Work that is done once for all who ask for it while it is under way. */

import { abandonable } from './deadline.ts';

export interface Shared<T> {
  readonly value: T;
  /** Whether it was under way already, for somebody else. */
  readonly joined: boolean;
}

export interface Flights<T> {
  /**
   * The result of the work under this key, which is begun where none is under way. Rejects with what the work
   * rejects with, or with the signal's reason as soon as that aborts; the work goes on for as long as
   * anybody waits, and its own signal aborts when nobody does.
   */
  join(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Shared<T>>;
  /** Joins what is under way; undefined where nothing is. */
  follow(key: string, signal: AbortSignal): Promise<T> | undefined;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly end: AbortController;
  waiting: number;
}

/**
 * `concernsFirst` says which failures have to do with whoever began the work, such as a deadline that only
 * they have: those who joined try again, once.
 */
export function createFlights<T>(concernsFirst: (error: unknown) => boolean): Flights<T> {
  const flights = new Map<string, Flight<T>>();

  const forget = (key: string, flight: Flight<T>): boolean =>
    flights.get(key) === flight && flights.delete(key);

  const begin = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const end = new AbortController();
    const flight = { result: work(end.signal), end, waiting: 0 };
    flights.set(key, flight);
    const done = () => forget(key, flight);
    flight.result.then(done, done);
    return flight;
  };

  const wait = async (key: string, flight: Flight<T>, signal: AbortSignal): Promise<T> => {
    flight.waiting += 1;
    try {
      return await abandonable(signal, flight.result);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0 && forget(key, flight)) flight.end.abort(signal.reason);
    }
  };

  const join: Flights<T>['join'] = async (key, signal, work) => {
    signal.throwIfAborted();
    const flight = flights.get(key);
    if (flight) return { value: await wait(key, flight, signal), joined: true };
    return { value: await wait(key, begin(key, work), signal), joined: false };
  };

  return {
    async join(key, signal, work) {
      const joining = flights.has(key);
      try {
        return await join(key, signal, work);
      } catch (error) {
        if (!joining || signal.aborted || !concernsFirst(error)) throw error;
        return join(key, signal, work);
      }
    },
    follow(key, signal) {
      const flight = flights.get(key);
      return flight && wait(key, flight, signal);
    },
  };
}
