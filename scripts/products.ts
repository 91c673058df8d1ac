/** What is built from the sources, and whether it is still what the sources say. */

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));

const CODE = ['src', 'functions', 'scripts', 'package.json', 'package-lock.json'];

/** A folder, the scripts that build it in order, and the files and folders it is built from. */
export const PRODUCTS = {
  dist: { folder: 'dist', scripts: ['scripts/build.ts'], sources: CODE },
  bundle: {
    folder: 'build/bundle',
    scripts: ['scripts/build.ts', 'scripts/package-bundle.ts', 'scripts/package-deployment.ts'],
    sources: [...CODE, 'models', 'deploy'],
  },
} as const;

export type Product = keyof typeof PRODUCTS;

export function folderOf(product: Product, root = repository): string {
  return join(root, PRODUCTS[product].folder);
}

const stampOf = (product: Product, root: string) => join(root, 'build', `${product}.stamp`);

/**
 * Says that a build begins; the function returned says that it has succeeded. The stamp has the
 * time of the beginning, so that what changes during a build makes its result stale.
 */
export async function begin(product: Product, root = repository): Promise<() => Promise<void>> {
  const stamp = stampOf(product, root);
  const started = new Date();
  await rm(stamp, { force: true });
  return async () => {
    await mkdir(dirname(stamp), { recursive: true });
    await writeFile(stamp, '');
    await utimes(stamp, started, started);
  };
}

/** Whether a product is complete and none of its sources is newer. */
export async function isFresh(product: Product, root = repository): Promise<boolean> {
  const stamp = await stat(stampOf(product, root)).catch(() => undefined);
  if (stamp === undefined || !existsSync(folderOf(product, root))) return false;
  const times = await Promise.all(
    PRODUCTS[product].sources.map((source) => newest(join(root, source))),
  );
  return Math.max(...times) <= stamp.mtimeMs;
}

/**
 * Latest time of change, in milliseconds, of a file, or of a folder and everything below it; a
 * folder's own time tells that a file was added or removed.
 */
async function newest(path: string): Promise<number> {
  const entries = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [];
  const paths = [path, ...entries.map((entry) => join(path, entry))];
  const stats = await Promise.all(paths.map((each) => stat(each)));
  return Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
}
