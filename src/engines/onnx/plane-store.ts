/** Activations that one pass keeps for the next, plane by plane: in memory, or in a scratch file. */

import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Rows } from '../../pictures/picture.ts';

export interface PlaneShape {
  /** Channels. */
  readonly planes: number;
  /** Rows of each plane. */
  readonly rows: number;
  readonly rowBytes: number;
}

export interface PlaneStore {
  /** Fills `data` with the rows of every plane, one plane after the other. */
  read(rows: Rows, data: Uint8Array): void;
  /** `data` has rows from `begin` on of every plane. */
  write(begin: number, data: Uint8Array): void;
  close(): void;
}

export type OpenPlaneStore = (shape: PlaneShape) => PlaneStore;

/** In memory up to that many bytes, beyond that in a file in that folder. */
export function planeStores(memoryBytes: number, folder: string): OpenPlaneStore {
  return (shape) =>
    byteCount(shape) <= memoryBytes ? memoryPlaneStore(shape) : filePlaneStore(shape, folder);
}

function byteCount({ planes, rows, rowBytes }: PlaneShape): number {
  return planes * rows * rowBytes;
}

export function memoryPlaneStore(shape: PlaneShape): PlaneStore {
  const all = new Uint8Array(byteCount(shape));
  return {
    read(rows, data) {
      for (const { inData, inStore, bytes } of pieces(shape, rows)) {
        data.set(all.subarray(inStore, inStore + bytes), inData);
      }
    },
    write(begin, data) {
      for (const { inData, inStore, bytes } of pieces(shape, rowsOf(shape, begin, data))) {
        all.set(data.subarray(inData, inData + bytes), inStore);
      }
    },
    close() {},
  };
}

/**
 * The file loses its name at once, so that nothing is left behind whatever happens. It is read and
 * written synchronously: the painting thread has nothing else to do, and a strip has hundreds of
 * small pieces.
 */
export function filePlaneStore(shape: PlaneShape, folder: string): PlaneStore {
  const file = openNameless(folder);
  return {
    read(rows, data) {
      for (const { inData, inStore, bytes } of pieces(shape, rows)) {
        transfer(bytes, (done) =>
          readSync(file, data, inData + done, bytes - done, inStore + done),
        );
      }
    },
    write(begin, data) {
      for (const { inData, inStore, bytes } of pieces(shape, rowsOf(shape, begin, data))) {
        transfer(bytes, (done) =>
          writeSync(file, data, inData + done, bytes - done, inStore + done),
        );
      }
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

/** Where each plane's part of the rows lies. */
function* pieces({ planes, rows, rowBytes }: PlaneShape, { begin, end }: Rows) {
  const bytes = (end - begin) * rowBytes;
  for (let plane = 0; plane < planes; plane += 1) {
    yield { inData: plane * bytes, inStore: (plane * rows + begin) * rowBytes, bytes };
  }
}

function rowsOf({ planes, rowBytes }: PlaneShape, begin: number, data: Uint8Array): Rows {
  return { begin, end: begin + data.length / planes / rowBytes };
}

function openNameless(folder: string): number {
  const path = join(folder, `impasto-${crypto.randomUUID()}.planes`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}
