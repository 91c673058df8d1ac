/** Waiting for a job to change: this process knows of its own changes at once, and looks for others' now and then. */

import { EventEmitter } from 'node:events';
import { after } from '../concurrency/timers.ts';

export interface Changes {
  /** Wakes those who wait for this job. */
  notify(id: string): void;
  next(id: string, signal: AbortSignal): Waiting;
}

export interface Waiting {
  /** Resolves at the next change that this process knows of, after a while, or when the signal aborts. */
  readonly promise: Promise<void>;
  forget(): void;
}

/** `pollMs`: between two looks at a job that another process may have moved on. */
export function createChanges(pollMs: number): Changes {
  const changed = new EventEmitter().setMaxListeners(0);
  return {
    notify: (id) => void changed.emit(eventOf(id)),
    next(id, signal) {
      let resolve = () => {};
      const happened = new Promise<void>((settle) => {
        resolve = settle;
      });
      const cancel = after(pollMs, resolve);
      changed.once(eventOf(id), resolve);
      signal.addEventListener('abort', resolve);
      const forget = () => {
        cancel();
        changed.off(eventOf(id), resolve);
        signal.removeEventListener('abort', resolve);
      };
      return { promise: happened.then(forget), forget };
    },
  };
}

/** Not the id itself: emitters have a meaning of their own for some names. */
function eventOf(id: string): string {
  return `job ${id}`;
}
