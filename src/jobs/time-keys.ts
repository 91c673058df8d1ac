/**
 * Keys in the order of time, in folders by time: looking at the first of them costs what lies
 * there, however many there are.
 */

import type { BlobStore } from '../storage/blob-store.ts';

/** Some thousand years of milliseconds. */
const DIGITS = 14;
/** A folder for each 2.8 hours, and in it one for each ten seconds. */
const FOLDERS = /^(\d{7})(\d{3})(\d{4})$/;

/** Such as `0000176/412/3456_order-17`; the id has no slash and may have underscores. */
export function timeKey(ms: number, id: string): string {
  const digits = String(ms).padStart(DIGITS, '0');
  return `${digits.replace(FOLDERS, '$1/$2/$3')}_${id}`;
}

export function idOf(timeKey: string): string {
  return timeKey.slice(timeKey.indexOf('_') + 1);
}

/** NaN for what is no such key. */
export function timeOf(timeKey: string): number {
  return Number(timeKey.slice(0, timeKey.indexOf('_')).replaceAll('/', ''));
}

/** Notes of what ends when, under `prefix`. */
export interface ExpiryNotes {
  note(at: string, id: string): Promise<void>;
  forget(at: string, id: string): Promise<void>;
  /**
   * Has `end` called with the id of every note whose time is over, at most so many, and forgets the
   * note. One that fails is told of, and stands in nobody's way. How many there were.
   */
  endDue(
    now: Date,
    most: number,
    end: (id: string) => Promise<void>,
    onError: (error: unknown) => void,
  ): Promise<number>;
}

export function expiryNotes(blobs: BlobStore, prefix: string): ExpiryNotes {
  const keyOf = (at: string, id: string) => prefix + timeKey(Date.parse(at), id);
  return {
    async note(at, id) {
      await blobs.write(keyOf(at, id), new Uint8Array());
    },
    forget: (at, id) => blobs.delete([keyOf(at, id)]),
    async endDue(now, most, end, onError) {
      const keys = await blobs.list(prefix, { limit: most });
      const notes = keys.map((key) => ({ key, name: key.slice(prefix.length) }));
      const due = notes.filter(({ name }) => timeOf(name) <= now.getTime());
      for (const { key, name } of due) {
        try {
          await end(idOf(name));
          await blobs.delete([key]);
        } catch (error) {
          onError(error);
        }
      }
      return due.length;
    },
  };
}
