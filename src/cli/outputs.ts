/** Files that a command writes: whole or not at all, and never over one that it reads. */

import { rmSync, type Stats } from 'node:fs';
import { chmod, open, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { atExit } from '../host/at-exit.ts';

/** A command line that does not say what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** In place of a file: standard input where one is read, standard output where one is written. */
export const STANDARD = '-';

/** What tells a file apart, whatever it is called: its device and inode. Undefined where there is none. */
export async function identityOf(path: string): Promise<string | undefined> {
  const entry = await stat(path, { bigint: true }).catch(() => undefined);
  return entry && `${entry.dev}:${entry.ino}`;
}

export async function readInput(path: string): Promise<Uint8Array> {
  return path === STANDARD ? buffer(process.stdin) : readFile(path);
}

/** Throws a {@link UsageError} where the file to write is one of those to read. */
export async function checkNotOverwritten(
  inputs: readonly string[],
  output: string,
): Promise<void> {
  if (output === STANDARD) return;
  const written = (await identityOf(output)) ?? resolve(output);
  for (const input of inputs) {
    if (input === STANDARD) continue;
    if (((await identityOf(input)) ?? resolve(input)) !== written) continue;
    throw new UsageError(`Expected another place for ${output} than that of ${input}.`);
  }
}

/** Throws a {@link UsageError} where bytes would fill a screen. */
export function checkNotTerminal(output: string): void {
  if (output === STANDARD && process.stdout.isTTY) {
    throw new UsageError('Expected standard output to lead to a file or another program.');
  }
}

/** Written aside and put in place when it is whole; devices and pipes are written as they are. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  if (path === STANDARD) return print(content);
  const entry = await stat(path).catch(() => undefined);
  if (entry && !entry.isFile()) return writeFile(path, content);
  // A link stays one, and leads to the new content.
  const target = entry ? await realpath(path) : path;
  const aside = join(dirname(target), `.impasto-${crypto.randomUUID()}.part`);
  const remove = () => rmSync(aside, { force: true });
  const tidied = atExit(remove);
  try {
    await writeDurably(aside, content, entry);
    await rename(aside, target);
  } finally {
    remove();
    tidied();
  }
}

async function writeDurably(
  path: string,
  content: string | Uint8Array,
  before: Stats | undefined,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  if (before) await chmod(path, before.mode);
}

function print(content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(content, (error) => (error ? reject(error) : resolve()));
  });
}
