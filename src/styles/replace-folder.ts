/** A style's folder, replaced by another one in one step, as far as anybody who looks can tell. */

import { cp, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What a folder is called while it makes room; whoever finds it alone puts it back. */
const OLD = '.old.';

/**
 * Puts a folder of these files in place of the one that is there, with its other files where `keep`
 * says so. A crash leaves the old folder or the new one, whole.
 */
export async function replaceFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<void> {
  const parent = dirname(folder);
  const fresh = join(parent, `.new-${crypto.randomUUID()}`);
  const old = join(parent, OLD + basename(folder));
  await mkdir(fresh, { recursive: true });
  try {
    if (keep) await cp(folder, fresh, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeDurably(fresh, name, content);
    await rm(old, { recursive: true, force: true });
    await rename(folder, old).catch(ignoreMissing);
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await restoreReplaced(parent);
  }
}

/** Puts back what made room for a folder that never came, and removes what one has replaced. */
export async function restoreReplaced(parent: string): Promise<void> {
  const names = await readdir(parent);
  for (const name of names.filter((candidate) => candidate.startsWith(OLD))) {
    const [old, place] = [join(parent, name), join(parent, name.slice(OLD.length))];
    if (names.includes(basename(place))) await rm(old, { recursive: true, force: true });
    else await rename(old, place).catch(ignoreMissing);
  }
}

async function writeDurably(folder: string, name: string, content: string | Uint8Array) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
