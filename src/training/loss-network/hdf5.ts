/** Keras' HDF5 weight files, read by the HDF5 library itself (h5wasm, an optional dependency). */

import { FormatError } from '../../errors.ts';
import type { Tensor, Weights } from '../../network/weights.ts';

/** First bytes of every HDF5 file. */
const SIGNATURE = [0x89, 0x48, 0x44, 0x46];

/**
 * All float tensors of an HDF5 file by path, widened or narrowed to float32.
 * Throws a `FormatError` where it is none, is damaged, or the reader is not installed.
 */
export async function readHdf5(path: string, head: Uint8Array): Promise<Weights> {
  if (!SIGNATURE.every((byte, i) => head[i] === byte)) {
    throw new FormatError(`Expected an HDF5 file at ${path}, found something else.`);
  }
  const hdf5 = await import('h5wasm/node').catch((cause: unknown) => {
    throw new FormatError('HDF5 files need the package h5wasm: run "npm install h5wasm".', {
      cause,
    });
  });
  await hdf5.ready;
  const file = openFile(() => new hdf5.File(path, 'r'), path);
  try {
    const tensors = new Map<string, Tensor>();
    for (const name of file.paths()) {
      const entry = file.get(name);
      if (!(entry instanceof hdf5.Dataset) || entry.shape === null) continue;
      const { value } = entry;
      if (!(value instanceof Float32Array) && !(value instanceof Float64Array)) continue;
      tensors.set(name.replace(/^\//, ''), {
        shape: entry.shape,
        data: Float32Array.from(value),
      });
    }
    return tensors;
  } finally {
    file.close();
  }
}

/** The library says that a file is damaged by throwing or by a file without an identifier. */
function openFile<T extends { file_id: bigint }>(open: () => T, path: string): T {
  try {
    const file = open();
    if (file.file_id >= 0n) return file;
  } catch {
    // Told below: what the library throws says nothing of the file.
  }
  throw new FormatError(`Expected a whole HDF5 file at ${path}, found a damaged or short one.`);
}
