/** Keys in the folders of a file store, in the order of their names, as many as are asked for. */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from './if-there.ts';

export const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
export const VERSION_FILE = /^~(\d{12})$/;

/**
 * Keys with this prefix behind `after`, in ascending order. Folders are read when their turn comes,
 * so a page costs what lies on it, not what lies in the store.
 */
export async function* keysUnder(
  root: string,
  prefix: string,
  after: string,
): AsyncGenerator<string> {
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), { prefix, after });
}

interface Bounds {
  readonly prefix: string;
  readonly after: string;
}

/** `place` is a part of keys, empty or with a slash at its end. */
async function* walk(root: string, place: string, bounds: Bounds): AsyncGenerator<string> {
  // A key and what lies below it are not neighbors: "a-b" stands between "a" and "a/b".
  const steps = folders(await entriesOf(root, place)).flatMap((name) => [name, `${name}/`]);
  for (const step of steps.sort()) {
    const path = place + step;
    if (step.endsWith('/')) {
      if (mayHold(path, bounds)) yield* walk(root, path, bounds);
    } else if (path.startsWith(bounds.prefix) && path > bounds.after && KEY.test(path)) {
      if ((await entriesOf(root, path)).some(isVersion)) yield path;
    }
  }
}

function mayHold(place: string, { prefix, after }: Bounds): boolean {
  if (!place.startsWith(prefix) && !prefix.startsWith(place)) return false;
  return place > after || after.startsWith(place);
}

async function entriesOf(root: string, place: string): Promise<Dirent[]> {
  return (await ifThere(readdir(join(root, place), { withFileTypes: true }))) ?? [];
}

function folders(entries: readonly Dirent[]): string[] {
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function isVersion(entry: Dirent): boolean {
  return entry.isFile() && VERSION_FILE.test(entry.name);
}
