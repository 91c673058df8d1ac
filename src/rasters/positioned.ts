/** Reading and writing all of it at a place in a file, however many calls that takes. */

import type { FileHandle } from 'node:fs/promises';

/** Rejects with a `RangeError` where the file ends before. */
export async function readFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new RangeError(`Expected ${bytes.length} bytes, got ${done}.`);
    done += bytesRead;
  }
}

export async function writeFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
