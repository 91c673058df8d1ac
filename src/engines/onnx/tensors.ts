/** Tensors as bytes and back. */

import { Tensor } from 'onnxruntime-node';
import { elementCount } from '../../network/measures.ts';

export function bytesOf({ data }: Tensor): Uint8Array {
  if (!ArrayBuffer.isView(data)) throw new TypeError('Expected numbers.');
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** uint8, float16 or float32, as there are one, two or four bytes for each number of that shape. */
export function numbers(
  { buffer, byteOffset, length }: Uint8Array,
  shape: readonly number[],
): Tensor {
  const count = elementCount(shape);
  switch (length / count) {
    case 1:
      return new Tensor('uint8', new Uint8Array(buffer, byteOffset, count), shape);
    case 2:
      return new Tensor('float16', new Uint16Array(buffer, byteOffset, count), shape);
    default:
      return new Tensor('float32', new Float32Array(buffer, byteOffset, count), shape);
  }
}
