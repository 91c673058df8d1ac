/**
 * A queue within this process, as durable as the blob store it keeps its messages in: those that
 * were not done when the process ended, however it ended, are handed out by the next one. One
 * process at a time may consume it.
 */

import { after } from '../concurrency/timers.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { DamageReport } from '../storage/records.ts';
import {
  type ConsumeOptions,
  type Consumer,
  delayAfter,
  type Handlers,
  isPassing,
  type Queue,
  type RetryPolicy,
  UnreadableMessageError,
} from './queue.ts';
import { type StoredMessage, storedMessages } from './stored-messages.ts';
import { createTurns } from './turns.ts';

interface Entry extends StoredMessage {
  /** By `performance.now()`, which nobody sets back. */
  readonly dueMs: number;
}

/** What becomes of a message that was handed out. */
type Outcome = 'done' | { readonly message: StoredMessage; readonly delayMs: number };

/** Until what the queue itself could not do is tried again. */
const RECOVERY_MS = 5000;

/** Keeps messages under `queues/<name>/`. */
export function embeddedQueue(
  blobs: BlobStore,
  name: string,
  policy: RetryPolicy,
  report: DamageReport = () => {},
): Queue {
  const prefix = `queues/${name}/`;
  const stored = storedMessages(blobs, prefix, report);
  /** Sent or read by this process, and not handed out. */
  const waiting = new Set<Entry>();
  /** Keys of messages that this process has sent or read, until they are done. */
  const known = new Set<string>();
  let wake = () => {};
  let sent = 0;

  const add = (message: StoredMessage, delayMs: number): void => {
    waiting.add({ ...message, dueMs: performance.now() + delayMs });
    wake();
  };

  const done = async ({ key }: StoredMessage): Promise<Outcome> => {
    await stored.remove(key);
    known.delete(key);
    return 'done';
  };

  /** Hands the message out once; a rejection is of the queue's own making. */
  const handOut = async (
    message: StoredMessage,
    handlers: Handlers,
    signal: AbortSignal,
    onError: ConsumeOptions['onError'],
  ): Promise<Outcome> => {
    const received = { ...message, receives: message.receives + 1 };
    // Counted first: a message that kills the process is buried in the end, too.
    await stored.write(received, 0);
    const attempts = received.receives - received.passes;
    try {
      if (attempts > policy.maxReceives) await handlers.giveUp(received);
      else await handlers.handle(received, signal);
    } catch (error) {
      onError(error, received);
      if (signal.aborted) return { message: received, delayMs: 0 };
      return afterFailure(error, received, attempts);
    }
    return done(received);
  };

  const afterFailure = async (
    error: unknown,
    received: StoredMessage,
    attempts: number,
  ): Promise<Outcome> => {
    if (error instanceof UnreadableMessageError) {
      await stored.putAside(received);
      known.delete(received.key);
      return 'done';
    }
    // What could not be buried is tried again and again, and not in haste.
    if (attempts > policy.maxReceives) return { message: received, delayMs: RECOVERY_MS };
    const passes = received.passes + (isPassing(error) ? 1 : 0);
    const isSpent = received.receives - passes >= policy.maxReceives;
    const delayMs = isSpent ? 0 : delayAfter(error, attempts, policy) * 1000;
    const again = { ...received, passes };
    await stored.write(again, delayMs);
    return { message: again, delayMs };
  };

  const settle = async (
    message: StoredMessage,
    handlers: Handlers,
    signal: AbortSignal,
    onError: ConsumeOptions['onError'],
  ): Promise<void> => {
    const outcome = await handOut(message, handlers, signal, onError).catch((reason: unknown) => {
      onError(reason, message);
      return { message, delayMs: RECOVERY_MS };
    });
    if (outcome !== 'done' && !signal.aborted) add(outcome.message, outcome.delayMs);
  };

  return {
    // It is wherever its store is.
    async check() {},

    async backlog() {
      const now = Date.now();
      const sentAt = [...known].reduce((oldest, key) => Math.min(oldest, timeOf(key)), now);
      return { messages: known.size, oldestSeconds: (now - sentAt) / 1000 };
    },

    async send(body, { delaySeconds = 0, groups = [] } = {}) {
      sent += 1;
      const key = `${prefix}${Date.now()}-${String(sent).padStart(9, '0')}-${crypto.randomUUID()}`;
      const message = { key, body, receives: 0, passes: 0, groups };
      known.add(key);
      await stored.create(message, delaySeconds * 1000);
      add(message, delaySeconds * 1000);
    },

    async consume(handlers, { concurrency, perGroup, onError }): Promise<Consumer> {
      const controller = new AbortController();
      const running = new Set<Promise<void>>();
      const turns = createTurns<Entry>(perGroup ?? concurrency);
      let stopped = false;
      let cancel = () => {};
      const pump = () => {
        cancel();
        const nextMs = moveDue(waiting, turns.add);
        while (!stopped && running.size < concurrency) {
          const next = turns.take();
          if (next === undefined) break;
          const run = settle(next, handlers, controller.signal, onError).finally(() => {
            running.delete(run);
            turns.done(next);
            pump();
          });
          running.add(run);
        }
        if (!stopped && nextMs !== undefined) cancel = after(nextMs, pump);
      };
      const keys = (await stored.keys()).filter((key) => !known.has(key));
      wake = pump;
      pump();
      // Handed out while it is read: a process that is killed soon has done something, too.
      const restored = (async () => {
        for (const key of keys) {
          if (stopped) return;
          known.add(key);
          const found = await stored.read(key).catch((reason: unknown) => onError(reason));
          if (found) add(found.message, found.delayMs);
        }
      })();
      return {
        async stop() {
          stopped = true;
          cancel();
          wake = () => {};
          await Promise.all([...running, restored]);
        },
        abort(reason) {
          stopped = true;
          controller.abort(reason);
        },
      };
    },
  };
}

/** When the message of this key was sent, in milliseconds since 1970. */
function timeOf(key: string): number {
  return Number.parseInt(key.slice(key.lastIndexOf('/') + 1), 10);
}

/** Moves what may be handed out now; milliseconds until the next one may, if there is one. */
function moveDue(waiting: Set<Entry>, add: (entry: Entry) => void): number | undefined {
  const now = performance.now();
  let next: number | undefined;
  for (const entry of waiting) {
    if (entry.dueMs > now) {
      next = Math.min(next ?? Number.POSITIVE_INFINITY, entry.dueMs - now);
      continue;
    }
    waiting.delete(entry);
    add(entry);
  }
  return next;
}
