/** Photographs of a folder and of its folders. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const PHOTOGRAPH = /\.(?:jpe?g|png|webp|avif|heic|tiff?)$/i;

/** Their paths, sorted; none where the folder is not there. */
export async function photographsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => PHOTOGRAPH.test(name))
    .sort()
    .map((name) => join(folder, name));
}
