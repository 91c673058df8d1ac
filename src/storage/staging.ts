/** Files on their way to being whole: written aside, down to the disk, before they get their name. */

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, THIS_PROCESS } from '../host/process-owner.ts';
import { codeOf, ifThere } from './if-there.ts';

/** In the folder that they are for: a rename or a link does not cross file systems. */
const STAGING = '.staging';

/** A file's name says whose it is. */
const NAME = /^(.+)\.[0-9a-f-]{36}$/;

/** Writes a file aside, whole and durable, for a place below `root`; its path. */
export async function stage(root: string, bytes: Uint8Array, mode = 0o666): Promise<string> {
  const folder = join(root, STAGING);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${THIS_PROCESS}.${randomUUID()}`);
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await ifThere(unlink(path));
    throw error;
  } finally {
    await file.close();
  }
  return path;
}

/** Gives a staged file its name as well; false where something has that name. */
export async function place(staged: string, path: string): Promise<boolean> {
  try {
    await link(staged, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Has what was done to a folder's names survive a crash. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await ifThere(open(folder, 'r'));
  await handle?.sync();
  await handle?.close();
}

/** Removes what processes left that were killed, and what nobody can have made; how much there was. */
export async function sweepStaging(root: string): Promise<number> {
  const names = (await ifThere(readdir(join(root, STAGING)))) ?? [];
  const left = names.filter((name) => {
    const owner = NAME.exec(name)?.[1];
    return owner === undefined || hasEnded(owner);
  });
  for (const name of left) await ifThere(unlink(join(root, STAGING, name)));
  return left.length;
}
