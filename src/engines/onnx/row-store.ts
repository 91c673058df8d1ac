/** Rows of activations that one pass keeps for the next: in memory, or in a scratch file. */

import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Rows } from '../../pictures/picture.ts';
import { reusedRoom } from './reused-room.ts';

export interface RowShape {
  readonly rows: number;
  readonly rowBytes: number;
}

export interface RowStore extends RowShape {
  /** Holds until rows are written or read again. */
  read(rows: Rows): Uint8Array;
  /** `data` has rows from `begin` on. */
  write(begin: number, data: Uint8Array): void;
  close(): void;
}

export type OpenRowStore = (shape: RowShape) => RowStore;

/** In memory up to that many bytes, beyond that in a file in that folder. */
export function rowStores(memoryBytes: number, folder: string): OpenRowStore {
  return (shape) =>
    shape.rows * shape.rowBytes <= memoryBytes
      ? memoryRowStore(shape)
      : fileRowStore(shape, folder);
}

export function memoryRowStore(shape: RowShape): RowStore {
  const { rows, rowBytes } = shape;
  const all = new Uint8Array(rows * rowBytes);
  return {
    ...shape,
    read: ({ begin, end }) => all.subarray(begin * rowBytes, end * rowBytes),
    write: (begin, data) => all.set(data, begin * rowBytes),
    close() {},
  };
}

/**
 * The file loses its name at once, so that nothing is left behind whatever happens. It is read and
 * written synchronously: the painting thread has nothing else to do.
 */
export function fileRowStore(shape: RowShape, folder: string): RowStore {
  const file = openNameless(folder);
  const { rowBytes } = shape;
  const room = reusedRoom();
  return {
    ...shape,
    read({ begin, end }) {
      const data = room((end - begin) * rowBytes);
      transfer(data.length, (done) =>
        readSync(file, data, done, data.length - done, begin * rowBytes + done),
      );
      return data;
    },
    write(begin, data) {
      transfer(data.length, (done) =>
        writeSync(file, data, done, data.length - done, begin * rowBytes + done),
      );
    },
    close: () => closeSync(file),
  };
}

/** Until all bytes are through, however many calls that takes. */
function transfer(bytes: number, call: (done: number) => number): void {
  for (let done = 0; done < bytes; ) {
    const count = call(done);
    if (count === 0) throw new RangeError(`Expected ${bytes} bytes, got ${done}.`);
    done += count;
  }
}

function openNameless(folder: string): number {
  const path = join(folder, `impasto-${crypto.randomUUID()}.rows`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
