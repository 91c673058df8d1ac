/** The secret of signed URLs, made once and kept beside the blobs. */

import { randomBytes } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './if-there.ts';
import { place, stage, syncFolder } from './staging.ts';

const FILE = '.signing-secret';
const BYTES = 32;

/** A secret that anybody might guess: URLs signed with it could be forged. */
export class DamagedSecretError extends Error {
  override readonly name = 'DamagedSecretError';
}

/**
 * The secret in this folder, a new one where there is none. Where the folder cannot be written, one
 * that lasts as long as the process. Throws a {@link DamagedSecretError} for one that is not whole.
 */
export async function signingSecret(folder: string): Promise<Uint8Array> {
  const path = join(folder, FILE);
  const fresh = randomBytes(BYTES);
  try {
    return await wholeSecret(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const kept = await keep(folder, path, fresh).catch(() => true);
  return kept ? fresh : wholeSecret(path);
}

async function wholeSecret(path: string): Promise<Uint8Array> {
  const secret = await readFile(path);
  if (secret.byteLength === BYTES) return secret;
  throw new DamagedSecretError(
    `Expected ${BYTES} bytes in ${path}, found ${secret.byteLength}. Remove the file: the next ` +
      'start makes another one, and URLs that were signed before no longer work.',
  );
}

/** Puts the secret in place, all of it or nothing; false where another process was faster. */
async function keep(folder: string, path: string, secret: Uint8Array): Promise<boolean> {
  const staged = await stage(folder, secret, 0o600);
  try {
    const placed = await place(staged, path);
    if (placed) await syncFolder(folder);
    return placed;
  } finally {
    await unlink(staged);
  }
}
