/** Rows of bytes that several threads read and write, in memory that they share or in a file. */

import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Rows } from '../../../pictures/picture.ts';

export interface RowShape {
  readonly rows: number;
  readonly rowBytes: number;
}

/** What threads can tell each other. */
export interface SharedRows extends RowShape {
  /** Memory, or the number of a file that is open in this process. */
  readonly place: SharedArrayBuffer | number;
  /** Where the first row begins. */
  readonly offset: number;
}

/** Copies rows, since the runtime takes no memory that is shared. */
export function readRows(
  { place, offset, rowBytes }: SharedRows,
  { begin, end }: Rows,
  into: Uint8Array,
): void {
  const [from, length] = [offset + begin * rowBytes, (end - begin) * rowBytes];
  if (typeof place === 'number') {
    transfer(length, (done) => readSync(place, into, done, length - done, from + done));
  } else {
    into.set(new Uint8Array(place, from, length));
  }
}

/** `data` has rows from `begin` on. */
export function writeRows(
  { place, offset, rowBytes }: SharedRows,
  begin: number,
  data: Uint8Array,
): void {
  const to = offset + begin * rowBytes;
  if (typeof place === 'number') {
    transfer(data.length, (done) => writeSync(place, data, done, data.length - done, to + done));
  } else {
    new Uint8Array(place, to, data.length).set(data);
  }
}

/** Until all bytes are through, however many calls that takes. */
function transfer(bytes: number, call: (done: number) => number): void {
  for (let done = 0; done < bytes; ) {
    const count = call(done);
    if (count === 0) throw new RangeError(`Expected ${bytes} bytes, got ${done}.`);
    done += count;
  }
}

/** Room for the rows of one picture. */
export interface RowRoom {
  /** What they hold at first is undefined. */
  take(shape: RowShape): SharedRows;
  close(): void;
}

/** In that memory as far as it goes, beyond that in files in that folder, which lose their names at once. */
export function rowRoom(memory: SharedArrayBuffer, folder: string): RowRoom {
  const files: number[] = [];
  let taken = 0;
  return {
    take(shape) {
      const bytes = shape.rows * shape.rowBytes;
      if (taken + bytes <= memory.byteLength) {
        const offset = taken;
        taken += bytes;
        return { ...shape, place: memory, offset };
      }
      const file = openNameless(folder);
      files.push(file);
      return { ...shape, place: file, offset: 0 };
    },
    close: () => files.forEach(closeSync),
  };
}

function openNameless(folder: string): number {
  const path = join(folder, `impasto-${crypto.randomUUID()}.rows`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
