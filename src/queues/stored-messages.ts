/** Messages of an embedded queue as they are kept between processes. */

import { z } from 'zod';
import { ABSENT, type BlobStore } from '../storage/blob-store.ts';
import { DAMAGED, type DamageReport, fromJson, readRecord, toJson } from '../storage/records.ts';

/** No message is kept back for longer; an older file does not say. */
const MAX_DELAY_MS = 43_200_000;

const storedSchema = z.object({
  body: z.string(),
  /** How often it was handed out. */
  receives: z.int(),
  /** How often of those its handler could not even try. */
  passes: z.int().default(0),
  groups: z.array(z.string()).default([]),
  /** Milliseconds since 1970. */
  notBefore: z.number(),
  /** From when it was written until then: a clock that was set back must not make that longer. */
  delayMs: z.number().default(MAX_DELAY_MS),
});

export interface StoredMessage {
  readonly key: string;
  readonly body: string;
  readonly receives: number;
  readonly passes: number;
  readonly groups: readonly string[];
}

export interface StoredMessages {
  /** Kept back for so long from now on. */
  write(message: StoredMessage, delayMs: number): Promise<void>;
  /** A new one, likewise. */
  create(message: StoredMessage, delayMs: number): Promise<void>;
  /** The message, and how long it is kept back; undefined where it is done or damaged. */
  read(key: string): Promise<{ message: StoredMessage; delayMs: number } | undefined>;
  remove(key: string): Promise<void>;
  /** Keeps one that nobody can handle, where it is in nobody's way. */
  putAside(message: StoredMessage): Promise<void>;
  /** All keys in the order in which the messages came. */
  keys(): Promise<string[]>;
}

const PAGE = 1000;

/** Under `prefix`. */
export function storedMessages(
  blobs: BlobStore,
  prefix: string,
  report: DamageReport,
): StoredMessages {
  const serialized = ({ key: _, ...message }: StoredMessage, delayMs: number): Uint8Array => {
    const stored = { ...message, delayMs, notBefore: Date.now() + delayMs };
    return toJson(stored);
  };
  return {
    async write(message, delayMs) {
      await blobs.write(message.key, serialized(message, delayMs));
    },
    async create(message, delayMs) {
      await blobs.write(message.key, serialized(message, delayMs), { expected: ABSENT });
    },
    async read(key) {
      const found = await readRecord(blobs, key, fromJson(storedSchema), report);
      if (found === undefined) return undefined;
      const { notBefore, delayMs, ...message } = found.record;
      const leftMs = Math.min(delayMs, Math.max(0, notBefore - Date.now()));
      return { message: { key, ...message }, delayMs: leftMs };
    },
    remove: (key) => blobs.delete([key]),
    async putAside(message) {
      await blobs.write(DAMAGED + message.key, serialized(message, 0)).catch(() => {});
      await blobs.delete([message.key]);
    },
    async keys() {
      const found: string[] = [];
      for (;;) {
        const after = found.at(-1);
        const keys = await blobs.list(prefix, { limit: PAGE, ...(after && { after }) });
        found.push(...keys);
        if (keys.length < PAGE) return found;
      }
    },
  };
}
