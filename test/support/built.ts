/** What tests run as built: made where it is missing or older than its sources, by one process at a time. */

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { folderOf, isFresh, PRODUCTS, type Product } from '../../scripts/products.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lock = join(root, 'build/tests.lock');

/** The product's folder, once it holds what the sources say. Test files of a run share one build. */
export async function built(product: Product): Promise<string> {
  if (!(await isFresh(product))) {
    await locked(async () => {
      if (!(await isFresh(product))) await build(product);
    });
  }
  return folderOf(product);
}

async function build(product: Product): Promise<void> {
  for (const script of PRODUCTS[product].scripts) {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { cwd: root });
  }
}

async function locked(work: () => Promise<void>): Promise<void> {
  await mkdir(join(root, 'build'), { recursive: true });
  while (!(await take())) await sleep(100);
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Whether the lock is this process's now; that of a process which has ended is removed. */
async function take(): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
