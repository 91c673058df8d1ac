/** Reading and writing all of it at a place in a file, however many calls that takes. */

import type { FileHandle } from 'node:fs/promises';

/** Rejects with a `RangeError` where the file ends before. */
export function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  return transfer(bytes.length, async (done) => {
    const rest = bytes.length - done;
    return (await file.read(bytes, done, rest, position + done)).bytesRead;
  });
}

export function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  return transfer(bytes.length, async (done) => {
    const rest = bytes.length - done;
    return (await file.write(bytes, done, rest, position + done)).bytesWritten;
  });
}

async function transfer(length: number, call: (done: number) => Promise<number>): Promise<void> {
  for (let done = 0; done < length; ) {
    const count = await call(done);
    if (count === 0) throw new RangeError(`Expected ${length} bytes, got ${done}.`);
    done += count;
  }
}
