/** The secret of signed URLs, made once and kept beside the blobs. */

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = '.signing-secret';
const BYTES = 32;

/**
 * The secret in this folder, a new one where there is none. Where the folder cannot be written, one
 * that lasts as long as the process.
 */
export async function signingSecret(folder: string): Promise<Uint8Array> {
  const path = join(folder, FILE);
  const fresh = randomBytes(BYTES);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, fresh, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch {
    return readFile(path).catch(() => fresh);
  }
}
