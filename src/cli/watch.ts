/** Photographs that come into folders, each once it is complete. */

import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Photo, photosIn } from './files.ts';
import { UsageError } from './outputs.ts';

/** Between two looks: a file that has stayed as it is from one to the next is taken to be complete. */
const LOOK_MS = 500;

export interface WatchedFolders {
  readonly folders: readonly string[];
  /** What lies there already is not looked at. */
  readonly output: string | undefined;
  /** The photographs among all that lies there. */
  wanted(all: readonly Photo[]): readonly Photo[];
  /** Whether one that is there at the first look needs no painting. */
  isPainted(photo: Photo, all: readonly Photo[]): Promise<boolean>;
}

export interface Arrivals {
  readonly photos: readonly Photo[];
  /** All that are there now, these among them. */
  readonly all: readonly Photo[];
}

/** Throws a {@link UsageError} where something else than a folder is to be watched. */
export async function checkFolders(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const entry = await stat(name).catch(() => undefined);
    if (!entry?.isDirectory()) throw new UsageError(`Expected a folder to watch, got ${name}.`);
  }
}

/**
 * Photographs that have come or changed, as soon as they stay as they are; ends once `signal` aborts. One that changes
 * while it is painted comes again.
 */
export async function* arrivals(
  { folders, output, wanted, isPainted }: WatchedFolders,
  signal: AbortSignal,
): AsyncGenerator<Arrivals> {
  const done = new Map<string, string>();
  let before: ReadonlyMap<string, string> | undefined;
  while (!signal.aborted) {
    const all = wanted((await Promise.all(folders.map((name) => photosIn(name, output)))).flat());
    const now = await statesOf(all);
    if (before === undefined) {
      for (const photo of all) {
        if (await isPainted(photo, all)) done.set(photo.path, now.get(photo.path) ?? '');
      }
    }
    const photos = all.filter(({ path }) => {
      const state = now.get(path);
      return state !== undefined && state === before?.get(path) && state !== done.get(path);
    });
    for (const { path } of photos) done.set(path, now.get(path) ?? '');
    if (photos.length > 0) yield { photos, all };
    before = now;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** What changes when a file is written to. Empty files, and those that are gone again, have none. */
async function statesOf(photos: readonly Photo[]): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (const { path } of photos) {
    const entry = await stat(path, { bigint: true }).catch(() => undefined);
    if (entry && entry.size > 0n) states.set(path, `${entry.ino} ${entry.size} ${entry.mtimeNs}`);
  }
  return states;
}
