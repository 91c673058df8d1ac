/** Activations that one pass keeps for the next, plane by plane: in memory, or in a scratch file. */

import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rows } from '../core/strips.ts';
import { readFully, writeFully } from '../rasters/positioned.ts';

export interface PlaneShape {
  /** Channels. */
  readonly planes: number;
  /** Rows of each plane. */
  readonly rows: number;
  readonly rowBytes: number;
}

export interface PlaneStore {
  /** The rows of every plane, one plane after the other. */
  read(rows: Rows): Promise<Uint8Array<ArrayBuffer>>;
  /** `data` has rows from `begin` on of every plane. */
  write(begin: number, data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type OpenPlaneStore = (shape: PlaneShape) => Promise<PlaneStore>;

/** In memory up to that many bytes, beyond that in a file in that folder. */
export function planeStores(memoryBytes: number, folder: string): OpenPlaneStore {
  return async (shape) =>
    byteCount(shape) <= memoryBytes ? memoryPlaneStore(shape) : filePlaneStore(shape, folder);
}

function byteCount({ planes, rows, rowBytes }: PlaneShape): number {
  return planes * rows * rowBytes;
}

export function memoryPlaneStore(shape: PlaneShape): PlaneStore {
  const all = new Uint8Array(byteCount(shape));
  return {
    async read(rows) {
      const data = new Uint8Array(shape.planes * (rows.end - rows.begin) * shape.rowBytes);
      for (const { inData, inStore, bytes } of pieces(shape, rows)) {
        data.set(all.subarray(inStore, inStore + bytes), inData);
      }
      return data;
    },
    async write(begin, data) {
      for (const { inData, inStore, bytes } of pieces(shape, rowsOf(shape, begin, data))) {
        all.set(data.subarray(inData, inData + bytes), inStore);
      }
    },
    async close() {},
  };
}

/** The file loses its name at once, so that nothing is left behind whatever happens. */
export async function filePlaneStore(shape: PlaneShape, folder: string): Promise<PlaneStore> {
  const file = await openNameless(folder);
  return {
    async read(rows) {
      const data = new Uint8Array(shape.planes * (rows.end - rows.begin) * shape.rowBytes);
      for (const { inData, inStore, bytes } of pieces(shape, rows)) {
        await readFully(file, data.subarray(inData, inData + bytes), inStore);
      }
      return data;
    },
    async write(begin, data) {
      for (const { inData, inStore, bytes } of pieces(shape, rowsOf(shape, begin, data))) {
        await writeFully(file, data.subarray(inData, inData + bytes), inStore);
      }
    },
    close: () => file.close(),
  };
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

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `impasto-${crypto.randomUUID()}.planes`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
