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
  /** Bytes from where a row begins to where the next one does; as many as a row has where nothing else lies beside it. */
  readonly stride: number;
}

/** Some bytes of every row. */
export function columnsOf(rows: SharedRows, begin: number, byteCount: number): SharedRows {
  return { ...rows, offset: rows.offset + begin, rowBytes: byteCount };
}

/** Copies rows, since the runtime takes no memory that is shared. */
export function readRows(shared: SharedRows, rows: Rows, into: Uint8Array): void {
  const { place } = shared;
  for (const { at, begin, end } of piecesOf(shared, rows)) {
    const length = end - begin;
    if (typeof place === 'number') {
      transfer(length, (done) => readSync(place, into, begin + done, length - done, at + done));
    } else {
      into.set(new Uint8Array(place, at, length), begin);
    }
  }
}

/** `data` has rows from `begin` on. */
export function writeRows(shared: SharedRows, begin: number, data: Uint8Array): void {
  const { place, rowBytes } = shared;
  const rows = { begin, end: begin + data.length / rowBytes };
  for (const piece of piecesOf(shared, rows)) {
    const bytes = data.subarray(piece.begin, piece.end);
    if (typeof place === 'number') {
      transfer(bytes.length, (done) =>
        writeSync(place, bytes, done, bytes.length - done, piece.at + done),
      );
    } else {
      new Uint8Array(place, piece.at, bytes.length).set(bytes);
    }
  }
}

/** Bytes of the rows, one after the other, that lie in one piece `at` a place. */
interface Piece {
  readonly at: number;
  readonly begin: number;
  readonly end: number;
}

function piecesOf({ offset, rowBytes, stride }: SharedRows, { begin, end }: Rows): Piece[] {
  const at = offset + begin * stride;
  if (stride === rowBytes) return [{ at, begin: 0, end: (end - begin) * rowBytes }];
  return Array.from({ length: end - begin }, (_, row) => ({
    at: at + row * stride,
    begin: row * rowBytes,
    end: (row + 1) * rowBytes,
  }));
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
        return { ...shape, place: memory, offset, stride: shape.rowBytes };
      }
      const file = openNameless(folder);
      files.push(file);
      return { ...shape, place: file, offset: 0, stride: shape.rowBytes };
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
