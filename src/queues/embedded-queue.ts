/**
 * A queue within this process, as durable as the blob store it keeps its messages in: those that
 * were not done when the process ended, however it ended, are handed out by the next one. One
 * process at a time may consume it.
 */

import { z } from 'zod';
import { ABSENT, type BlobStore } from '../storage/blob-store.ts';
import { after } from '../timers.ts';
import {
  type ConsumeOptions,
  type Consumer,
  delayAfter,
  type Handlers,
  type Queue,
  type RetryPolicy,
} from './queue.ts';

interface Entry {
  readonly key: string;
  readonly body: string;
  readonly receives: number;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
}

const storedSchema = z.object({ body: z.string(), receives: z.int(), notBefore: z.number() });

const PAGE = 1000;

/** Keeps messages under `queues/<name>/`. */
export function embeddedQueue(blobs: BlobStore, name: string, policy: RetryPolicy): Queue {
  const prefix = `queues/${name}/`;
  const waiting = new Map<string, Entry>();
  /** Keys of messages that this process has sent or read, until they are done. */
  const known = new Set<string>();
  let wake = () => {};
  let sent = 0;

  const write = (entry: Entry, expected?: typeof ABSENT): Promise<string> => {
    const { body, receives, notBefore } = entry;
    const bytes = new TextEncoder().encode(JSON.stringify({ body, receives, notBefore }));
    return blobs.write(entry.key, bytes, expected ? { expected } : {});
  };

  const read = async (key: string): Promise<Entry | undefined> => {
    const blob = await blobs.read(key);
    if (blob === undefined) return undefined;
    known.add(key);
    return { key, ...parsed(blob.bytes) };
  };

  const add = (entry: Entry): void => {
    waiting.set(entry.key, entry);
    wake();
  };

  /** What an earlier process left, in the order in which it came. */
  const left = async (): Promise<string[]> => {
    const found: string[] = [];
    for (;;) {
      const after = found.at(-1);
      const keys = await blobs.list(prefix, { limit: PAGE, ...(after && { after }) });
      found.push(...keys);
      if (keys.length < PAGE) return found.filter((key) => !known.has(key));
    }
  };

  const done = async ({ key }: Entry): Promise<void> => {
    await blobs.delete([key]);
    known.delete(key);
  };

  const attempt = async (entry: Entry, handlers: Handlers, signal: AbortSignal): Promise<void> => {
    const received = { ...entry, receives: entry.receives + 1 };
    // Counted first: a message that kills the process is buried in the end, too.
    await write(received);
    if (received.receives > policy.maxReceives) {
      await handlers.bury(received);
      return done(entry);
    }
    await handlers.handle(received, signal);
    await done(entry);
  };

  const settle = async (
    entry: Entry,
    handlers: Handlers,
    signal: AbortSignal,
    onError: ConsumeOptions['onError'],
  ): Promise<void> => {
    try {
      await attempt(entry, handlers, signal);
    } catch (error) {
      onError(error, entry);
      if (signal.aborted) return;
      const receives = entry.receives + 1;
      const spent = receives >= policy.maxReceives;
      const delayMs = spent ? 0 : delayAfter(error, receives, policy) * 1000;
      const again = { ...entry, receives, notBefore: Date.now() + delayMs };
      await write(again).catch((reason: unknown) => onError(reason, again));
      add(again);
    }
  };

  return {
    // It is wherever its store is.
    async check() {},

    async send(body, { delaySeconds = 0 } = {}) {
      sent += 1;
      const key = `${prefix}${Date.now()}-${String(sent).padStart(9, '0')}-${crypto.randomUUID()}`;
      const entry = { key, body, receives: 0, notBefore: Date.now() + delaySeconds * 1000 };
      known.add(key);
      await write(entry, ABSENT);
      add(entry);
    },

    async consume(handlers, { concurrency, onError }): Promise<Consumer> {
      const controller = new AbortController();
      const running = new Set<Promise<void>>();
      let stopped = false;
      let cancel = () => {};
      const pump = () => {
        cancel();
        while (!stopped && running.size < concurrency) {
          const next = soonest(waiting);
          if (next === undefined) return;
          const waitMs = next.notBefore - Date.now();
          if (waitMs > 0) {
            cancel = after(waitMs, pump);
            return;
          }
          waiting.delete(next.key);
          const run = settle(next, handlers, controller.signal, onError).finally(() => {
            running.delete(run);
            pump();
          });
          running.add(run);
        }
      };
      const keys = await left();
      wake = pump;
      pump();
      // Handed out while it is read: a process that is killed soon has done something, too.
      const restored = (async () => {
        for (const key of keys) {
          if (stopped) return;
          const entry = await read(key).catch((reason: unknown) => onError(reason));
          if (entry) add(entry);
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

function soonest(waiting: ReadonlyMap<string, Entry>): Entry | undefined {
  let best: Entry | undefined;
  const now = Date.now();
  for (const entry of waiting.values()) {
    // In the order of arrival, all that may run now are equal.
    if (entry.notBefore <= now) return entry;
    if (best === undefined || entry.notBefore < best.notBefore) best = entry;
  }
  return best;
}

function parsed(bytes: Uint8Array): z.infer<typeof storedSchema> {
  return storedSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
