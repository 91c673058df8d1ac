/** The safetensors format: u64 header length, JSON header, tensor data (little-endian). */

import { FormatError } from '../errors.ts';
import { fromFloat16 } from '../network/float16.ts';
import { elementCount } from '../network/measures.ts';
import type { Tensor, Weights } from '../network/weights.ts';
import { concat } from './bytes.ts';

/** The bytes of a safetensors file with float32 tensors. */
export function writeSafetensors(tensors: Weights): Uint8Array {
  let offset = 0;
  const header: Record<string, Entry> = {};
  const parts: Uint8Array[] = [];
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(json.byteLength)).buffer);
  return concat([length, json, ...parts]);
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const readers: Record<string, { bytes: number; read: (data: ArrayBuffer) => Float32Array }> = {
  F32: { bytes: 4, read: (data) => new Float32Array(data) },
  F16: { bytes: 2, read: (data) => fromFloat16(new Uint16Array(data)) },
  BF16: { bytes: 2, read: (data) => fromBfloat16(new Uint16Array(data)) },
  I8: { bytes: 1, read: (data) => Float32Array.from(new Int8Array(data)) },
};

/**
 * Tensors of a safetensors file, widened to float32.
 * Throws a `FormatError` that says what was expected and what the file holds instead.
 */
export function readSafetensors(file: Uint8Array): Weights {
  const { header, dataStart } = readHeader(file);
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]): [string, Tensor] => [name, readTensor(file, dataStart, name, entry)]);
  return new Map(tensors);
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (file.byteLength < 8)
    throw new FormatError('Expected a safetensors file, found under 8 bytes.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > file.byteLength - 8) {
    throw new FormatError(`Expected a safetensors header of ${length} bytes, the file is shorter.`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length));
    const header: unknown = JSON.parse(text);
    if (typeof header !== 'object' || header === null) throw new FormatError('not an object');
    return { header: header as Record<string, unknown>, dataStart: 8 + length };
  } catch (cause) {
    throw new FormatError('Expected a JSON safetensors header, found something else.', { cause });
  }
}

function readTensor(file: Uint8Array, dataStart: number, name: string, entry: unknown): Tensor {
  if (!isEntry(entry)) throw new FormatError(`Expected dtype, shape and data_offsets for ${name}.`);
  const reader = readers[entry.dtype];
  if (reader === undefined) {
    throw new FormatError(`Expected F32, F16, BF16 or I8 values in ${name}, found ${entry.dtype}.`);
  }
  const [begin, end] = entry.data_offsets;
  const expected = elementCount(entry.shape) * reader.bytes;
  if (begin < 0 || end - begin !== expected || dataStart + end > file.byteLength) {
    throw new FormatError(`Expected ${expected} bytes for ${name}, found ${end - begin} or fewer.`);
  }
  const data = Uint8Array.from(file.subarray(dataStart + begin, dataStart + end)).buffer;
  return { shape: entry.shape, data: reader.read(data) };
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const whole = (list: unknown) => Array.isArray(list) && list.every(Number.isSafeInteger);
  return typeof dtype === 'string' && whole(shape) && whole(offsets) && offsetsArePair(offsets);
}

function offsetsArePair(offsets: unknown): boolean {
  return Array.isArray(offsets) && offsets.length === 2;
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const words = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(words.buffer);
}
