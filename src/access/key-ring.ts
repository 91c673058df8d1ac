/** The keys that are known, from all places together, looked at again when they have been known for a while. */

import { after } from '../concurrency/timers.ts';
import { UNCHANGED } from '../storage/blob-store.ts';
import type { KeyPlace } from './key-places.ts';
import { type KeyRecord, parseRecords } from './records.ts';

export interface KeyRing {
  /** Whether any place has records, even if they are of no key: who once asks for keys does so for good. */
  isThere(): Promise<boolean>;
  find(id: string): Promise<KeyRecord | undefined>;
}

export interface KeyRingOptions {
  /** How old what is known may be. */
  readonly maxAgeMs: number;
  /** Told where a place cannot be read; what was known of it holds on. */
  readonly onError: (error: unknown, place: string) => void;
  readonly nowMs?: () => number;
}

/** An id that nobody knows may be new, and so may the first key; asking often for those must cost nobody anything. */
const NEWS_AGE_MS = 1000;

/** A place that does not answer holds nobody up for longer: what was known holds on. */
const PATIENCE_MS = 2000;

/** What is known of one place. */
interface Known {
  readonly version?: string;
  readonly records?: readonly KeyRecord[];
}

/** Throws a `KeyRecordsError` where records cannot be read. */
export async function openKeyRing(
  places: readonly KeyPlace[],
  { maxAgeMs, onError, nowMs = () => performance.now() }: KeyRingOptions,
): Promise<KeyRing> {
  let known: readonly Known[] = await Promise.all(places.map((place) => look(place, {})));
  let lookedMs = nowMs();
  let looking: Promise<void> | undefined;

  const lookAgain = async (): Promise<void> => {
    lookedMs = nowMs();
    known = await Promise.all(
      places.map((place, i) =>
        look(place, known[i] ?? {}).catch((error: unknown) => {
          onError(error, place.name);
          return known[i] ?? {};
        }),
      ),
    );
  };

  const noOlderThan = async (ageMs: number): Promise<void> => {
    if (nowMs() - lookedMs < ageMs) return;
    looking ??= lookAgain().finally(() => {
      looking = undefined;
    });
    await atMost(PATIENCE_MS, looking);
  };

  const record = (id: string) =>
    known.flatMap(({ records = [] }) => records).find((candidate) => candidate.id === id);

  return {
    async isThere() {
      const anyRecords = () => known.some(({ records }) => records !== undefined);
      await noOlderThan(anyRecords() ? maxAgeMs : Math.min(maxAgeMs, NEWS_AGE_MS));
      return anyRecords();
    },
    async find(id) {
      await noOlderThan(record(id) ? maxAgeMs : Math.min(maxAgeMs, NEWS_AGE_MS));
      return record(id);
    },
  };
}

/** What a place says now. Records that are gone are of no key any longer. */
async function look(place: KeyPlace, before: Known): Promise<Known> {
  const found = await place.read(before.version);
  if (found === UNCHANGED) return before;
  if (found === undefined) return before.records ? { records: [] } : {};
  return { version: found.version, records: parseRecords(found.bytes, place.name) };
}

/** Resolves when the work has ended, or after so long. */
function atMost(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(ms, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}
